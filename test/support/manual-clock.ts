import { EARLY_MS } from '../../src/kernel/clock.ts'
import type { Clock, Timer } from '../../src/kernel/clock.ts'

interface Entry {
  readonly due: number
  readonly order: number
  readonly fn: () => void
}

/** Time that moves only when the test says so. Timers fire in order of their due time, then of arming. */
export class ManualClock implements Clock {
  #now = 1000
  #order = 0
  readonly #timers = new Set<Entry>()
  #soon: (() => void)[] = []

  now(): number {
    return this.#now
  }

  wall(): number {
    return 1_700_000_000_000 + this.#now
  }

  at(due: number, fn: () => void): Timer {
    const entry = { due, order: this.#order++, fn }
    this.#timers.add(entry)
    return { cancel: () => void this.#timers.delete(entry) }
  }

  soon(fn: () => void): void {
    this.#soon.push(fn)
  }

  get pending(): number {
    return this.#timers.size + this.#soon.length
  }

  /** Runs what was put off to a later turn, until nothing is. */
  turn(): void {
    for (let round = 0; this.#soon.length > 0; round++) {
      if (round > 10_000) throw new Error('the loop never comes to rest')
      const due = this.#soon
      this.#soon = []
      for (const fn of due) fn()
    }
  }

  advance(ms: number): void {
    const target = this.#now + ms
    this.turn()
    for (;;) {
      const next = this.#next()
      if (next === undefined || next.due > target + EARLY_MS) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, Math.min(next.due, target))
      next.fn()
      this.turn()
    }
    this.#now = target
  }

  #next(): Entry | undefined {
    let first: Entry | undefined
    for (const entry of this.#timers) {
      if (first === undefined || entry.due < first.due || (entry.due === first.due && entry.order < first.order)) {
        first = entry
      }
    }
    return first
  }
}
