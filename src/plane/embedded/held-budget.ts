import type { Clock } from '../../kernel/clock.ts'

/** What one read of a socket may bring. */
const CHUNK = 65_536

/** Somebody who stopped reading because the daemon holds too much, and wants to be told when it does not. */
export interface Waiter {
  budgetFreed(): void
}

/** The daemon-wide count of held bytes. Above the limit sources pause; below it they go on, oldest first. */
export class HeldBudget {
  readonly limit: number
  readonly #clock: Clock
  readonly #waiting = new Set<Waiter>()
  #used = 0
  #waking = false

  constructor(limit: number, clock: Clock) {
    this.limit = limit
    this.#clock = clock
  }

  get used(): number {
    return this.#used
  }

  get full(): boolean {
    return this.#used >= this.limit
  }

  add(bytes: number): void {
    this.#used += bytes
  }

  sub(bytes: number): void {
    this.#used -= bytes
    if (this.#waiting.size > 0 && !this.full && !this.#waking) {
      this.#waking = true
      this.#clock.soon(this.#wake)
    }
  }

  wait(waiter: Waiter): void {
    this.#waiting.add(waiter)
  }

  forget(waiter: Waiter): void {
    this.#waiting.delete(waiter)
  }

  // Each may read one chunk before it is counted, so a turn lets only as many go on as there is room for.
  readonly #wake = (): void => {
    this.#waking = false
    for (let room = this.limit - this.#used; room > 0; room -= CHUNK) {
      const [waiter] = this.#waiting
      if (waiter === undefined) return
      this.#waiting.delete(waiter)
      waiter.budgetFreed()
    }
    if (this.#waiting.size > 0 && !this.full) {
      this.#waking = true
      this.#clock.soon(this.#wake)
    }
  }
}
