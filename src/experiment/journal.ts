import type { EndedExchange, ShowTarget } from '../contract/ended-exchange.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { Fact, JournalEvent } from '../contract/events.ts'
import type { EventLog, Gap } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import { isoTime } from '../kernel/iso-time.ts'
import { ExchangeColumns } from './exchange-columns.ts'
import { RateLimit } from './rate-limit.ts'
import { weigh } from './weigh.ts'

export interface JournalOptions {
  readonly clock: Clock
  /** Tells the events of one life of the daemon from those of another; letters and digits. */
  readonly boot: string
  /** Most events kept. */
  readonly events?: number
  /** Most bytes kept, as estimated. */
  readonly bytes?: number
  /** Most observations kept in a second; more are counted only. */
  readonly rate?: number
}

const DEFAULT_LIMIT = 1000
const FIRST_ROOM = 128
/** Stands for a fact that is made of columns when somebody reads it. */
const EXCHANGE = Symbol('exchange')

type Follower = (event: JournalEvent) => boolean | void

/**
 * The live journal: a ring of facts as they came. Emitting is a few stores (it happens for each connection);
 * ids and ISO times are made when somebody reads.
 */
export class Journal implements EventLog {
  readonly #clock: Clock
  readonly #boot: string
  readonly #capacity: number
  readonly #bytesLimit: number
  readonly #facts: (Fact | typeof EXCHANGE | undefined)[] = []
  readonly #exchanges = new ExchangeColumns()
  /** They grow with what comes: there are many scopes, and little happens in most. */
  #wall: Float64Array
  #mono: Float64Array
  #size: Uint32Array
  /** With what is told of the end. */
  readonly #followers = new Map<Follower, (() => void) | undefined>()
  readonly #observations: RateLimit
  /** Sequence numbers start at 1, so that `<boot>-0` is the beginning. */
  #first = 1
  #last = 0
  #bytes = 0

  constructor({ clock, boot, events = 65_536, bytes = 32 * 1024 ** 2, rate = 5000 }: JournalOptions) {
    this.#clock = clock
    this.#boot = boot
    this.#capacity = events
    this.#bytesLimit = bytes
    const room = Math.min(events, FIRST_ROOM)
    this.#wall = new Float64Array(room)
    this.#mono = new Float64Array(room)
    this.#size = new Uint32Array(room)
    this.#observations = new RateLimit(clock, rate, (count, within_ms) =>
      this.#keep({ type: 'observations_left_out', count, within_ms }),
    )
  }

  emit(fact: Fact): void {
    // Facts are always kept; of observations there may be as many as there are requests.
    if (fact.type !== 'exchange' || this.#observations.passes()) this.#keep(fact)
  }

  exchange(ended: EndedExchange, show?: ShowTarget): boolean {
    if (!this.#observations.passes(ended.endedAt)) return false
    const slot = this.#claim()
    this.#facts[slot] = EXCHANGE
    this.#stamp(slot, this.#exchanges.put(slot, ended, show === undefined ? ended.target : show(ended.target)))
    return true
  }

  #keep(fact: Fact): void {
    const slot = this.#claim()
    this.#facts[slot] = fact
    this.#stamp(slot, weigh(fact))
  }

  /** The place of the next event. */
  #claim(): number {
    if (this.#last - this.#first + 1 === this.#capacity) this.#dropOldest()
    const slot = ++this.#last % this.#capacity
    if (slot >= this.#wall.length) this.#grow()
    return slot
  }

  #stamp(slot: number, size: number): void {
    this.#wall[slot] = this.#clock.wall()
    this.#mono[slot] = this.#clock.now()
    this.#size[slot] = size
    this.#bytes += size
    while (this.#bytes > this.#bytesLimit && this.#first < this.#last) this.#dropOldest()
    if (this.#followers.size > 0) this.#tell(this.#last)
  }

  read(options: { readonly since?: string | undefined; readonly limit?: number | undefined }): {
    readonly events: readonly JournalEvent[]
    readonly gap?: Gap
    readonly next: string
  } {
    const since = options.since === undefined ? { after: this.#first - 1 } : this.#parse(options.since)
    const start = Math.max(since.after + 1, this.#first)
    const end = Math.min(this.#last, start + (options.limit ?? DEFAULT_LIMIT) - 1)
    const events: JournalEvent[] = []
    for (let seq = start; seq <= end; seq++) events.push(this.#event(seq))
    const next = events.at(-1)?.id ?? `${this.#boot}-${Math.min(since.after, this.#last)}`
    return { events, ...(since.gap === undefined ? {} : { gap: since.gap }), next }
  }

  follow(onEvent: Follower, onEnd?: () => void): () => void {
    // A wrapper of its own, so that one function may follow twice and be ended apart.
    const follower: Follower = (event) => onEvent(event)
    this.#followers.set(follower, onEnd)
    return () => void this.#followers.delete(follower)
  }

  /** No more events will come; those who follow are told. */
  close(): void {
    for (const onEnd of this.#followers.values()) onEnd?.()
  }

  #tell(seq: number): void {
    const event = this.#event(seq)
    for (const follower of this.#followers.keys()) {
      let goOn: boolean | void
      try {
        goOn = follower(event)
      } catch {
        // A reader's bug must not reach the connection whose event this is; the reader loses its place.
        goOn = false
      }
      if (goOn === false) this.#followers.delete(follower)
    }
  }

  #grow(): void {
    const room = Math.min(this.#capacity, this.#wall.length * 2)
    const larger = <T extends Float64Array | Uint32Array>(into: T, from: T): T => {
      into.set(from)
      return into
    }
    this.#wall = larger(new Float64Array(room), this.#wall)
    this.#mono = larger(new Float64Array(room), this.#mono)
    this.#size = larger(new Uint32Array(room), this.#size)
  }

  #dropOldest(): void {
    const slot = this.#first++ % this.#capacity
    this.#bytes -= this.#size[slot] ?? 0
    if (this.#facts[slot] === EXCHANGE) this.#exchanges.clear(slot)
    this.#facts[slot] = undefined
  }

  #event(seq: number): JournalEvent {
    const slot = seq % this.#capacity
    const stamp = { id: `${this.#boot}-${seq}`, at: isoTime(this.#wall[slot] ?? 0), mono: this.#mono[slot] ?? 0 }
    const fact = this.#facts[slot] as Fact | typeof EXCHANGE
    return { ...stamp, ...(fact === EXCHANGE ? this.#exchanges.fact(slot) : fact) }
  }

  #parse(since: string): { after: number; gap?: Gap } {
    const found = /^([A-Za-z0-9]+)-(\d{1,15})$/.exec(since)
    if (found === null) {
      const detail = `cannot read events since ${JSON.stringify(since.slice(0, 100))}: an event id looks like "${this.#boot}-17"`
      throw new FaultlineError('invalid_request', detail, { pointer: '?since' })
    }
    // 0 stands for the life before this one, of which nothing is known.
    if (found[1] !== this.#boot) return { after: this.#first - 1, gap: { from: 0, to: this.#first - 1 } }
    const after = Number(found[2])
    if (after > this.#last) return { after, gap: { from: this.#last + 1, to: after } }
    if (after + 1 < this.#first) return { after, gap: { from: after + 1, to: this.#first - 1 } }
    return { after }
  }
}
