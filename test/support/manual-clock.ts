import { ManualClock as Manual } from '../../src/kernel/manual-clock.ts'

/** The daemon's own manual clock, with a loop that turns only when the test says so. */
export class ManualClock extends Manual {
  readonly #soon: (() => void)[]

  constructor() {
    const soon: (() => void)[] = []
    super({ wall: () => 1_700_000_000_000 + this.now(), soon: (fn) => void soon.push(fn) }, 1000)
    this.#soon = soon
  }

  get pending(): number {
    return this.timers + this.waiting
  }

  /** Runs what was put off to a later turn, until nothing is. */
  turn(): void {
    for (let round = 0; this.#soon.length > 0; round++) {
      if (round > 10_000) throw new Error('the loop never comes to rest')
      for (const fn of this.#soon.splice(0)) fn()
    }
  }

  advance(ms: number): void {
    const target = this.now() + ms
    this.turn()
    while (this.fireNext(target)) this.turn()
    this.moveTo(target)
  }
}
