import { FaultlineError } from '../contract/errors.ts'
import type { Fact, JournalEvent } from '../contract/events.ts'
import type { EventLog, Gap } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import { isoTime } from '../kernel/iso-time.ts'
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
  readonly #facts: (Fact | undefined)[] = []
  readonly #wall: Float64Array
  readonly #mono: Float64Array
  readonly #size: Uint32Array
  readonly #followers = new Set<Follower>()
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
    this.#wall = new Float64Array(events)
    this.#mono = new Float64Array(events)
    this.#size = new Uint32Array(events)
    this.#observations = new RateLimit(clock, rate, (count, within_ms) =>
      this.#keep({ type: 'observations_left_out', count, within_ms }),
    )
  }

  emit(fact: Fact): void {
    // Facts are always kept; of observations there may be as many as there are requests.
    if (fact.type !== 'exchange' || this.#observations.passes()) this.#keep(fact)
  }

  #keep(fact: Fact): void {
    const size = weigh(fact)
    if (this.#last - this.#first + 1 === this.#capacity) this.#dropOldest()
    while (this.#bytes + size > this.#bytesLimit && this.#first <= this.#last) this.#dropOldest()
    const slot = ++this.#last % this.#capacity
    this.#facts[slot] = fact
    this.#wall[slot] = this.#clock.wall()
    this.#mono[slot] = this.#clock.now()
    this.#size[slot] = size
    this.#bytes += size
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

  follow(onEvent: Follower): () => void {
    // A wrapper of its own, so that one function may follow twice and be ended apart.
    const follower: Follower = (event) => onEvent(event)
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }

  #tell(seq: number): void {
    const event = this.#event(seq)
    for (const follower of this.#followers) {
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

  #dropOldest(): void {
    const slot = this.#first++ % this.#capacity
    this.#bytes -= this.#size[slot] ?? 0
    this.#facts[slot] = undefined
  }

  #event(seq: number): JournalEvent {
    const slot = seq % this.#capacity
    const stamp = { id: `${this.#boot}-${seq}`, at: isoTime(this.#wall[slot] ?? 0), mono: this.#mono[slot] ?? 0 }
    return { ...stamp, ...(this.#facts[slot] as Fact) }
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
