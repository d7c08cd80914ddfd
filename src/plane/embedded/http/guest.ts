import type { Explanation, Foreseen, SampleRequest } from '../../../contract/explain.ts'
import { emitExchange } from '../../../contract/ended-exchange.ts'
import type { EndedExchange } from '../../../contract/ended-exchange.ts'
import { FaultlineError } from '../../../contract/errors.ts'
import type { HeldView } from '../../../contract/hold.ts'
import type { FaultSpec, ProxySpec } from '../../../contract/model.ts'
import type { FaultStatus, PlaneProxy, ProxyStatus } from '../../../contract/ports.ts'
import type { AttachedFault } from '../attached-fault.ts'
import type { Unit } from '../decision.ts'
import type { PlaneParts } from '../plane-parts.ts'
import { ProxyFaults } from '../proxy-faults.ts'
import { ProxyLedger } from '../proxy-ledger.ts'
import type { ExchangeUnit } from './exchange-unit.ts'
import type { Watched } from './watched-exchange.ts'

/** The listener that scopes share, as they see it. */
export interface Host {
  readonly upstream: string
  readonly connections: { readonly size: number }
  status(): ProxyStatus
  explain(sample: SampleRequest, guest: Guest): Omit<Explanation, 'proxy'>
}

interface Told {
  /** Its faults changed. */
  readonly turned: () => void
  readonly left: () => void
}

export interface GuestTerms {
  readonly scope: string
  readonly seed: string
  /** Of the scope: its sink and its sightings. */
  readonly parts: Pick<PlaneParts, 'clock' | 'manual' | 'kinds' | 'sink' | 'sightings'>
}

/** An exchange of a guest: its number among those of the scope, from which its draws follow. */
export interface Visit {
  readonly guest: Guest
  readonly ordinal: number
}

const REMOVED = { state: 'disabled', error: 'the proxy of the default scope that it stood for was removed' } as const

/**
 * What a scope has on a listener of the default scope: faults, counts and draws of its own, for the exchanges that are
 * its own. To its registry it is a proxy like others, except that the listener is not its to change.
 */
export class Guest implements PlaneProxy {
  readonly scope: string
  readonly clients: readonly string[]
  readonly #name: string
  readonly #host: Host
  readonly #parts: GuestTerms['parts']
  readonly #faults: ProxyFaults
  readonly #ledger: ProxyLedger
  readonly #told: Told
  #exchanges = 0
  #hostGone = false

  constructor(spec: ProxySpec, { scope, seed, parts }: GuestTerms, host: Host, told: Told) {
    this.scope = scope
    this.clients = spec.shared?.clients ?? []
    this.#name = spec.name
    this.#host = host
    this.#parts = parts
    this.#told = told
    this.#faults = new ProxyFaults(spec.name, seed, parts, told.turned)
    this.#faults.set(spec.faults)
    this.#ledger = new ProxyLedger(spec.name, parts.sink)
  }

  // ---- on the listener

  get onExchanges(): readonly AttachedFault[] {
    return this.#faults.onExchanges
  }

  get onBodies(): readonly AttachedFault[] {
    return this.#faults.onBodies
  }

  visit(): Visit {
    return { guest: this, ordinal: ++this.#exchanges }
  }

  /** It comes by, for those faults of the scope that wait to see it. */
  sighted(unit: Unit): void {
    this.#parts.sightings.tell(this.#name, unit.id, unit)
  }

  get awaited(): boolean {
    return this.#parts.sightings.awaits(this.#name)
  }

  ended(watched: Watched, ended: EndedExchange): void {
    this.#ledger.exchanges.count(watched, ended.origin)
    const { sink } = this.#parts
    if (sink.exchange?.(ended) === undefined) emitExchange(sink, ended)
  }

  foresee(unit: ExchangeUnit): readonly Foreseen[] {
    return this.#faults.foresee({ ...unit, ordinal: this.#exchanges + 1 })
  }

  /** The listener is gone for good. */
  hostGone(): void {
    this.#hostGone = true
  }

  // ---- PlaneProxy

  status(): ProxyStatus {
    const { state, listen, error } = this.#host.status()
    return {
      ...(this.#hostGone ? { ...REMOVED, listen } : { state, listen, error }),
      upstream: this.#host.upstream,
      connectionsOpen: 0,
      heldBytes: 0,
      ...this.#ledger.counts,
      exchanges: this.#ledger.exchanges,
    }
  }

  fault(name: string): FaultStatus | undefined {
    return this.#faults.status(name)
  }

  held(name: string): readonly HeldView[] {
    return this.#faults.find(name)?.held?.list() ?? []
  }

  release(name: string, count: number, instead: FaultSpec | undefined): number {
    return this.#faults.release(name, count, instead)
  }

  explain(sample: SampleRequest): Omit<Explanation, 'proxy'> {
    return { ...this.#host.explain(sample, this), ordinal: this.#exchanges + 1 }
  }

  setFaults(faults: readonly FaultSpec[]): number {
    return this.#faults.set(faults) && !this.#hostGone ? this.#host.connections.size : 0
  }

  resetCounters(): void {
    this.#exchanges = 0
    this.#faults.resetCounters()
  }

  reconfigure({ name }: ProxySpec): Promise<void> {
    const detail = `cannot change proxy ${JSON.stringify(name)}: its listener belongs to the default scope`
    return Promise.reject(new FaultlineError('invalid_request', detail))
  }

  close(): Promise<void> {
    this.#faults.stop()
    this.#told.left()
    return Promise.resolve()
  }
}
