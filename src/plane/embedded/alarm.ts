import type { Clock, Timer } from '../../kernel/clock.ts'

/** One timer for the earliest of several moments. */
export class Alarm {
  readonly clock: Clock
  readonly #ring: () => void
  #timer: Timer | undefined
  #due = Infinity

  constructor(clock: Clock, ring: () => void) {
    this.clock = clock
    this.#ring = ring
  }

  /** Rings at `next`; Infinity is never. One that rings too early costs less than setting it anew each time. */
  set(next: number): void {
    if (next >= this.#due && next !== Infinity) return
    this.stop()
    if (next === Infinity) return
    this.#due = next
    this.#timer = this.clock.at(next, () => {
      this.#due = Infinity
      this.#ring()
    })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#due = Infinity
  }
}
