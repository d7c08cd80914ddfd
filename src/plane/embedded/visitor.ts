import type { Clock } from '../../kernel/clock.ts'

/** The most of the loop's time that one visit may take before others get their turn. A call takes several turns. */
const SLICE_MS = 2

interface Clocks {
  readonly clock: Clock
  readonly manual?: Clock | undefined
}

/** Visits all members of a set, in slices; asked again meanwhile, it begins anew. */
export class Visitor<T> {
  readonly #clock: Clock
  /** Whose turns it takes: whoever moves a clock waits for those. */
  readonly #turns: Clock
  readonly #members: ReadonlySet<T>
  readonly #visit: (member: T) => void
  #left: Iterator<T> | undefined
  #planned = false

  constructor({ clock, manual = clock }: Clocks, members: ReadonlySet<T>, visit: (member: T) => void) {
    this.#clock = clock
    this.#turns = manual
    this.#members = members
    this.#visit = visit
  }

  visitAll(): void {
    this.#left = this.#members.values()
    if (!this.#planned) this.#slice()
  }

  #slice(): void {
    const until = this.#clock.now() + SLICE_MS
    while (this.#left !== undefined) {
      const next = this.#left.next()
      if (next.done === true) this.#left = undefined
      else this.#visit(next.value)
      if (this.#left !== undefined && this.#clock.now() >= until) break
    }
    if (this.#left === undefined) return
    this.#planned = true
    this.#turns.soon(() => {
      this.#planned = false
      this.#slice()
    })
  }
}
