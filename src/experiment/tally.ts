import type { FaultStatus } from '../contract/ports.ts'
import type { RunView } from '../contract/wire.ts'
import type { PlannedFault } from './plan.ts'

interface Sums {
  readonly sum: number
  readonly count: number
}

interface Counts {
  readonly seen: number
  readonly applied: number
  readonly asked: Sums
  readonly achieved: Sums
}

const NOTHING: Counts = { seen: 0, applied: 0, asked: { sum: 0, count: 0 }, achieved: { sum: 0, count: 0 } }

/** What one fault did in one stage. The numbers stay when the fault itself is gone. */
export class Tally {
  readonly #stage: string
  readonly #planned: PlannedFault
  #status: () => FaultStatus | undefined
  /** A fault that goes on from the stage before brings its counts along; they are taken off. */
  readonly #before: Counts
  #last: Counts

  constructor(stage: string, planned: PlannedFault, status: () => FaultStatus | undefined) {
    this.#stage = stage
    this.#planned = planned
    this.#status = status
    this.#before = copy(status()) ?? NOTHING
    this.#last = this.#before
  }

  /** The stage is over. A fault of the same name may go on in the next one, and is counted there. */
  close(): void {
    this.#last = copy(this.#status()) ?? this.#last
    this.#status = () => undefined
  }

  read(): RunView['faults'][number] {
    this.#last = copy(this.#status()) ?? this.#last
    const asked = mean(this.#last.asked, this.#before.asked)
    const achieved = mean(this.#last.achieved, this.#before.achieved)
    return {
      stage: this.#stage,
      proxy: this.#planned.proxy,
      fault: this.#planned.fault.name,
      kind: this.#planned.fault.kind,
      seen: this.#last.seen - this.#before.seen,
      applied: this.#last.applied - this.#before.applied,
      ...(asked === undefined ? {} : { asked_ms_mean: asked }),
      ...(achieved === undefined ? {} : { achieved_ms_mean: achieved }),
    }
  }
}

/** The plane counts in place, so what it hands out moves on. */
function copy(status: FaultStatus | undefined): Counts | undefined {
  return (
    status && {
      seen: status.seen,
      applied: status.applied,
      asked: { sum: status.asked.sum, count: status.asked.count },
      achieved: { sum: status.achieved.sum, count: status.achieved.count },
    }
  )
}

function mean(now: Sums, before: Sums): number | undefined {
  const count = now.count - before.count
  return count > 0 ? Math.round(((now.sum - before.sum) / count) * 1000) / 1000 : undefined
}
