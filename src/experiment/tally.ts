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
  #before: Counts
  #last: Counts

  /** Made before the stage begins. `status` tells of the fault, once it is attached. */
  constructor(stage: string, planned: PlannedFault, status: () => FaultStatus | undefined) {
    this.#stage = stage
    this.#planned = planned
    this.#status = status
    const { kind, stream } = planned.fault
    const before = status()
    this.#before = before?.kind === kind && before.stream === stream ? counts(before) : NOTHING
    this.#last = this.#before
  }

  /** The stage is over. A fault of the same name may go on in the next one, and is counted there. */
  close(): void {
    this.#look()
    this.#status = () => undefined
  }

  read(): RunView['faults'][number] {
    this.#look()
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

  #look(): void {
    const status = this.#status()
    if (status === undefined) return
    this.#last = counts(status)
    // Another trigger or match, and the plane counts from nothing again.
    if (this.#last.seen < this.#before.seen) this.#before = NOTHING
  }
}

/** The plane counts in place, so what it hands out moves on. */
function counts({ seen, applied, asked, achieved }: FaultStatus): Counts {
  return {
    seen,
    applied,
    asked: { sum: asked.sum, count: asked.count },
    achieved: { sum: achieved.sum, count: achieved.count },
  }
}

function mean(now: Sums, before: Sums): number | undefined {
  const count = now.count - before.count
  return count > 0 ? Math.round(((now.sum - before.sum) / count) * 1000) / 1000 : undefined
}
