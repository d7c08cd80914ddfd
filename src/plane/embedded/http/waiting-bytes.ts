import type { HeldBudget } from '../held-budget.ts'

/** Bytes of a client that wait for their turn; held bytes like those of a link. */
export class WaitingBytes {
  readonly #budget: HeldBudget
  #pieces: Uint8Array[] = []
  #counted = 0

  constructor(budget: HeldBudget) {
    this.#budget = budget
  }

  get some(): boolean {
    return this.#pieces.length > 0
  }

  /** Something is in the count. */
  get counted(): boolean {
    return this.#counted > 0
  }

  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
  }

  /** Before all else that waits. */
  putBack(bytes: readonly Uint8Array[]): void {
    this.#pieces.unshift(...bytes.filter(({ length }) => length > 0))
  }

  next(): Uint8Array | undefined {
    return this.#pieces.shift()
  }

  takeAll(): readonly Uint8Array[] {
    return this.#pieces.splice(0)
  }

  /** Brings the budget in line with what waits here, and `more` elsewhere. */
  count(more: number): void {
    let held = more
    for (const { length } of this.#pieces) held += length
    if (held > this.#counted) this.#budget.add(held - this.#counted)
    else if (held < this.#counted) this.#budget.sub(this.#counted - held)
    this.#counted = held
  }
}
