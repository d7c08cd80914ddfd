import type { FactSink, HoldState } from '../../contract/events.ts'
import type { HeldView } from '../../contract/hold.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { AttachedFault } from './attached-fault.ts'

/** What waits: a connection, a direction of it, or an exchange. */
export interface Holdable {
  readonly id: string
  /** The connection's id, where the unit is an exchange. */
  readonly connection?: string
  readonly ordinal: number
  readonly client: string
  /** Bytes that wait with it. */
  bytes(): number
  /** Bytes of the client come no more to be read, so that its leaving would not be seen. */
  blind(): boolean
  /** It goes on; with `instead`, that fault acts on it where this one held it. */
  letGo(instead: AttachedFault | undefined): void
}

/** One that is held, until it is over. */
export interface HeldUnit {
  readonly unit: Holdable
  readonly since: number
  state: HoldState
}

/** More than this is no barrier any more but a leak of the test. */
const MOST_HELD = 10_000

interface Told {
  readonly proxy: string
  readonly fault: string
  readonly kind: string
}

/** Those that one fault holds back until somebody lets them go, in the order in which they came. */
export class Barrier {
  /** Units that it had no room for: they went on unheld. */
  overflowed = 0
  readonly #held = new Set<HeldUnit>()
  readonly #clock: Clock
  readonly #sink: FactSink
  readonly #told: Told

  constructor(clock: Clock, sink: FactSink, told: Told) {
    this.#clock = clock
    this.#sink = sink
    this.#told = told
  }

  get status(): { readonly held: { readonly now: number; readonly overflowed: number } } {
    return { held: { now: this.#held.size, overflowed: this.overflowed } }
  }

  /** @param most how many may wait at a time @returns undefined when it is full */
  take(unit: Holdable, most = MOST_HELD): HeldUnit | undefined {
    if (this.#held.size >= Math.min(most, MOST_HELD)) {
      this.overflowed++
      return undefined
    }
    const held: HeldUnit = { unit, since: this.#clock.now(), state: 'held' }
    this.#held.add(held)
    this.#tell(held)
    return held
  }

  /** The client has ended its side, and waits on. */
  halfClosed(held: HeldUnit): void {
    if (held.state !== 'held') return
    held.state = 'half_closed'
    this.#tell(held)
  }

  /** It is over without having been let go: the client left, or the fault went. */
  drop(held: HeldUnit, state: 'left' | 'removed'): void {
    if (!this.#held.delete(held)) return
    held.state = state
    this.#tell(held)
  }

  /** Lets the oldest go. @returns how many there were */
  release(count: number, instead: () => AttachedFault | undefined): number {
    let released = 0
    for (const held of this.#held) {
      if (released === count) break
      released++
      this.#held.delete(held)
      held.state = 'released'
      const fault = instead()
      this.#tell(held, fault)
      held.unit.letGo(fault)
    }
    return released
  }

  list(): readonly HeldView[] {
    const now = this.#clock.now()
    return [...this.#held].map(({ unit, since, state }) => ({
      id: unit.id,
      ...(unit.connection === undefined ? {} : { connection: unit.connection }),
      ordinal: unit.ordinal,
      client: unit.client,
      state: state === 'held' && unit.blind() ? 'blind' : state,
      held_ms: now - since,
      bytes: unit.bytes(),
    }))
  }

  #tell({ unit, since, state }: HeldUnit, instead?: AttachedFault): void {
    const { id, connection, ordinal } = unit
    this.#sink.emit({
      type: 'barrier',
      ...this.#told,
      state,
      unit: id,
      connection: connection ?? id,
      ordinal,
      ...(state === 'held' ? {} : { held_ms: this.#clock.now() - since }),
      ...(instead === undefined ? {} : { instead: instead.spec.kind }),
    })
  }
}
