import type { FaultStatus, UncountedFault } from '../contract/ports.ts'
import type { PlannedFault } from './plan.ts'

export interface TallyRow {
  readonly stage: string
  readonly proxy: string
  readonly fault: string
  readonly kind: string
  /** Null where its plane does not tell. */
  readonly seen: number | null
  readonly applied: number | null
  /** Would have been, were it not for a dry run. */
  readonly dry: number
  readonly asked: Sums
  readonly achieved: Sums
}

interface Sums {
  readonly sum: number
  readonly count: number
}

interface Counts {
  readonly seen: number
  readonly applied: number
  /** Would have been, were it not for a dry run. */
  readonly dry: number
  readonly asked: Sums
  readonly achieved: Sums
}

const NOTHING: Counts = { seen: 0, applied: 0, dry: 0, asked: { sum: 0, count: 0 }, achieved: { sum: 0, count: 0 } }

/** What one fault did in one stage. The numbers stay when the fault itself is gone. */
export class Tally {
  readonly #stage: string
  readonly #planned: PlannedFault
  readonly #status: () => FaultStatus | UncountedFault | undefined
  readonly #isTold: boolean
  /** A fault that goes on from the stage before brings its counts along; they are taken off. */
  #before: Counts
  #last: Counts

  /** Made before the stage begins. `status` tells of the fault, once it is attached, and what it counted where that `isTold`. */
  constructor(
    stage: string,
    planned: PlannedFault,
    status: () => FaultStatus | UncountedFault | undefined,
    isTold = true,
  ) {
    this.#isTold = isTold
    this.#stage = stage
    this.#planned = planned
    this.#status = status
    const { kind, stream } = planned.fault
    const before = status()
    const goesOn = before !== undefined && before.seen !== null && before.kind === kind && before.stream === stream
    this.#before = goesOn ? counts(before) : NOTHING
    this.#last = this.#before
  }

  row(): TallyRow {
    this.#look()
    return {
      stage: this.#stage,
      proxy: this.#planned.proxy,
      fault: this.#planned.fault.name,
      kind: this.#planned.fault.kind,
      seen: this.#isTold ? this.#last.seen - this.#before.seen : null,
      applied: this.#isTold ? this.#last.applied - this.#before.applied : null,
      dry: this.#last.dry - this.#before.dry,
      asked: less(this.#last.asked, this.#before.asked),
      achieved: less(this.#last.achieved, this.#before.achieved),
    }
  }

  #look(): void {
    const status = this.#status()
    if (status === undefined || status.seen === null) return
    this.#last = counts(status)
    // Another trigger or match, and the plane counts from nothing again.
    if (this.#last.seen < this.#before.seen) this.#before = NOTHING
  }
}

/** The plane counts in place, so what it hands out moves on. */
function counts({ seen, applied, skipped, asked, achieved }: FaultStatus): Counts {
  return {
    seen,
    applied,
    dry: skipped.dry_run,
    asked: { sum: asked.sum, count: asked.count },
    achieved: { sum: achieved.sum, count: achieved.count },
  }
}

function less(now: Sums, before: Sums): Sums {
  return { sum: now.sum - before.sum, count: now.count - before.count }
}
