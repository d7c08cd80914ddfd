import type { Halt, HaltDone, HaltView } from '../contract/halt.ts'

/** The lever over all scopes at once. What is told of it is the default scope's; numbers are of all. */
export class GlobalHalt implements Halt {
  readonly #own: Halt
  readonly #others: () => readonly Halt[]

  /** @param others the levers of the scopes that are open */
  constructor(own: Halt, others: () => readonly Halt[]) {
    this.#own = own
    this.#others = others
  }

  state(): HaltView {
    return this.#own.state()
  }

  async halt(reason?: string): Promise<HaltDone> {
    // All are called in this turn: nothing may start in one while another is being ended.
    const [own, ...others] = await Promise.all([this.#own, ...this.#others()].map((halt) => halt.halt(reason)))
    if (own === undefined) throw new Error('the default scope has no halt')
    return others.reduce(
      (sum, done) => ({
        ...sum,
        runs_ended: sum.runs_ended + done.runs_ended,
        partitions_healed: sum.partitions_healed + done.partitions_healed,
        faults_removed: sum.faults_removed + done.faults_removed,
        verified: sum.verified && done.verified,
        left: [...sum.left, ...done.left],
      }),
      own,
    )
  }

  lift(): HaltView {
    for (const halt of this.#others()) halt.lift()
    return this.#own.lift()
  }
}
