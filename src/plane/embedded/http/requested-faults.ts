import type { Foreseen } from '../../../contract/explain.ts'
import type { FactSink } from '../../../contract/events.ts'
import type { RequestHead } from '../../../contract/exchange.ts'
import type { FaultSpec, ProxySpec } from '../../../contract/model.ts'
import type { KindSource } from '../../../contract/ports.ts'
import { ENVOY_WISH, NO_KIND, WISH_FIELD, WISH_OUTCOMES } from '../../../contract/wishes.ts'
import type { RefusedWish, RequestFaults, WishCounts, WishOutcome, WishReader } from '../../../contract/wishes.ts'
import type { Clock } from '../../../kernel/clock.ts'
import { AttachedFault } from '../attached-fault.ts'
import type { Acting } from './decide-exchange.ts'
import type { ExchangeUnit } from './exchange-unit.ts'
import type { Watched } from './watched-exchange.ts'

interface Parts {
  readonly clock: Clock
  readonly manual?: Clock | undefined
  readonly sink: FactSink
  readonly kinds: KindSource
  readonly wishes: WishReader
}

/** What became of the wishes of one exchange so far. */
interface Asked {
  readonly faults: AttachedFault[]
  readonly refused: RefusedWish[]
  acting: number
}

const CARRIES = new RegExp(`^(?:${WISH_FIELD}:|${ENVOY_WISH})`, 'im')

/** Whether a head, as it came, has a field that may be a wish: most have none, and are not taken apart for it. */
export const carriesWish = (head: string): boolean => CARRIES.test(head)

/** Faults that requests of a proxy ask for. Each is made for one exchange, and is gone with it. */
export class RequestedFaults {
  readonly #counts = new Map<string, Record<WishOutcome, number>>()
  /** Exchanges whose requests asked for something, until they are over. */
  readonly #asked = new Map<Watched, Asked>()
  #acting = 0
  #allowed: RequestFaults | undefined
  readonly #proxy: string
  readonly #seed: string
  readonly #parts: Parts

  constructor({ name, requestFaults }: Pick<ProxySpec, 'name' | 'requestFaults'>, seed: string, parts: Parts) {
    this.#proxy = name
    this.#allowed = requestFaults
    this.#seed = seed
    this.#parts = parts
  }

  /** Whether requests may ask for any; if not, no head is looked at. */
  get some(): boolean {
    return this.#allowed !== undefined
  }

  /** Other rules, where they are others: what acts by the earlier ones ceases to. @returns whether they are */
  allow(rules: RequestFaults | undefined): boolean {
    if (rules === this.#allowed) return false
    this.#allowed = rules
    this.letGo()
    return true
  }

  get counts(): ReadonlyMap<string, WishCounts> {
    return this.#counts
  }

  /** Once per request head, behind the attached faults: which of those it asks for act on it. */
  decide(unit: ExchangeUnit, watched: Watched): readonly Acting[] {
    const wishes = this.#read(unit.request)
    if (wishes === undefined) return []
    const asked: Asked = { faults: [], refused: [...wishes.refused], acting: 0 }
    this.#asked.set(watched, asked)
    const acting: Acting[] = []
    for (const spec of wishes.faults) {
      const fault = this.#made(spec)
      const decision = fault.decide(unit)
      const most = this.#allowed?.max_active ?? 0
      if (fault.wants(decision) && this.#acting >= most) {
        const detail = `${spec.kind}: as many as request_faults allows (max_active: ${most}) act now`
        asked.refused.push({ kind: spec.kind, reason: 'limit', detail })
        continue
      }
      asked.faults.push(fault)
      if (!fault.apply(unit, decision)) continue
      asked.acting++
      this.#acting++
      acting.push({ fault, decision })
    }
    for (const refused of asked.refused) this.#tell(unit, refused)
    return acting
  }

  /** The head had gone on before anybody could look. */
  missed(unit: ExchangeUnit, watched: Watched): void {
    const wishes = this.#read(unit.request)
    if (wishes === undefined) return
    const late = wishes.faults.map(({ kind }) => ({
      kind,
      reason: 'too_late' as const,
      detail: `${kind}: too many bytes were held to keep the head back`,
    }))
    const asked: Asked = { faults: [], refused: [...wishes.refused, ...late], acting: 0 }
    this.#asked.set(watched, asked)
    for (const refused of asked.refused) this.#tell(unit, refused)
  }

  /** What would become of the wishes of a request that nobody sent. */
  foresee(unit: ExchangeUnit): readonly Foreseen[] {
    const { faults = [], refused = [] } = this.#read(unit.request) ?? {}
    return [
      ...faults.map((spec) => this.#made(spec).foresee(unit)),
      ...refused.map(({ kind, reason, detail }) => ({
        fault: kind === NO_KIND ? 'request' : `request:${kind}`,
        kind,
        layer: 'exchange' as const,
        acts: false,
        reason,
        why: detail,
      })),
    ]
  }

  /** The exchange is over: its wishes are counted, once. @returns those that were refused, if any */
  settle(watched: Watched): readonly RefusedWish[] | undefined {
    // Most proxies never have any.
    if (this.#asked.size === 0) return undefined
    const asked = this.#asked.get(watched)
    if (asked === undefined) return undefined
    this.#asked.delete(watched)
    this.#acting -= asked.acting
    for (const fault of asked.faults) this.#count(fault.spec.kind, outcomeOf(fault))
    for (const { kind, reason } of asked.refused) this.#count(kind, reason)
    return asked.refused.length === 0 ? undefined : asked.refused
  }

  /** Faults that act now cease to; the exchanges go on once they are asked again. */
  letGo(): void {
    for (const { faults } of this.#asked.values()) for (const fault of faults) fault.stop()
  }

  #read(request: RequestHead): ReturnType<WishReader['read']> {
    return this.#parts.wishes.read(request.headers, this.#allowed, this.#proxy)
  }

  #made(spec: FaultSpec): AttachedFault {
    const { clock, manual, sink, kinds } = this.#parts
    const kind = kinds.get(spec.kind)
    if (kind === undefined) throw new Error(`the reader of wishes gave ${spec.kind}, which is no kind`)
    return new AttachedFault(spec, kind, this.#proxy, this.#seed, sink, clock.now(), manual)
  }

  #tell({ id, connection = '' }: ExchangeUnit, refused: RefusedWish): void {
    this.#parts.sink.emit({ type: 'request_fault_refused', proxy: this.#proxy, exchange: id, connection, ...refused })
  }

  #count(kind: string, outcome: WishOutcome): void {
    let counts = this.#counts.get(kind)
    if (counts === undefined) {
      counts = Object.fromEntries(WISH_OUTCOMES.map((one) => [one, 0])) as Record<WishOutcome, number>
      this.#counts.set(kind, counts)
    }
    counts[outcome]++
  }
}

/** A fault of one exchange was asked once: it applied, or there is one reason why not. */
function outcomeOf({ applied, skipped }: AttachedFault): WishOutcome {
  if (applied > 0) return 'applied'
  return (
    WISH_OUTCOMES.find((one) => one !== 'applied' && (skipped as Readonly<Record<string, number>>)[one] === 1) ??
    'applied'
  )
}
