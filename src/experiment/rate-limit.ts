import type { Clock } from '../kernel/clock.ts'

const WINDOW_MS = 1000

/** Lets so many through in a second, and tells at the end of each second how many it did not. */
export class RateLimit {
  readonly #clock: Clock
  readonly #most: number
  readonly #leftOut: (count: number, withinMs: number) => void
  #began = -Infinity
  #passed = 0
  #out = 0

  constructor(clock: Clock, most: number, leftOut: (count: number, withinMs: number) => void) {
    this.#clock = clock
    this.#most = most
    this.#leftOut = leftOut
  }

  /** @param now the present moment, where the caller knows it already */
  passes(now = this.#clock.now()): boolean {
    if (now - this.#began >= WINDOW_MS) {
      this.#tell()
      this.#began = now
      this.#passed = 0
    }
    if (this.#passed++ < this.#most) return true
    // A timer only where something was left out: traffic may stop with it.
    if (this.#out++ === 0) this.#clock.at(this.#began + WINDOW_MS, () => this.#tell())
    return false
  }

  #tell(): void {
    if (this.#out === 0) return
    const count = this.#out
    this.#out = 0
    this.#leftOut(count, WINDOW_MS)
  }
}
