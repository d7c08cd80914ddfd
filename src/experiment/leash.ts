import type { Clock, Timer } from '../kernel/clock.ts'

interface LeashOptions {
  readonly clock: Clock
  /** The run ends after this time, whatever it is doing, ms. */
  readonly longestMs: number
  /** How long its owner may be silent, ms; undefined where nobody has to speak. */
  readonly ttlMs: number | undefined
  readonly end: (why: string) => void
}

/** What ends a run though nobody says so: its longest time, and the silence of its owner. */
export class Leash {
  readonly #options: LeashOptions
  readonly #longest: Timer
  #silence: Timer | undefined
  #expiresAt: number | undefined
  #closed = false

  constructor(options: LeashOptions) {
    this.#options = options
    const { clock, longestMs, end } = options
    const why = `it reached its max_duration of ${longestMs} ms`
    this.#longest = clock.at(clock.now() + longestMs, () => end(why))
    this.renew()
  }

  /** Until when its owner has to speak, in wall time. */
  get expiresAt(): number | undefined {
    return this.#expiresAt
  }

  /** Its owner spoke. */
  renew(): void {
    const { clock, ttlMs, end } = this.#options
    if (ttlMs === undefined || this.#closed) return
    this.#silence?.cancel()
    this.#expiresAt = clock.wall() + ttlMs
    this.#silence = clock.at(clock.now() + ttlMs, () => end(`its owner did not renew it within ${ttlMs} ms`))
  }

  close(): void {
    this.#closed = true
    this.#longest.cancel()
    this.#silence?.cancel()
    this.#expiresAt = undefined
  }
}
