import type { RunStatus } from '../contract/run-wire.ts'
import type { Trouble } from './checks/run-checks.ts'
import type { Plan } from './plan.ts'
import type { StagesOver } from './run-stages.ts'

export type EndStatus = Exclude<RunStatus, 'running'>

export interface Ending {
  readonly status: EndStatus
  readonly detail: string | undefined
  /** What brought it about. Only what the run comes to by itself can leave its faults. */
  readonly cause: 'over' | 'deviation' | 'condition' | 'gate' | 'other'
}

/** Ends of which it is looked how the system recovers from what was done. */
export const AWAITED: ReadonlySet<Ending['cause']> = new Set(['over', 'deviation', 'condition'])

/** Whether the faults stay when the run ends so. */
export function keeps(
  { rollback }: Pick<Plan, 'rollback'>,
  cause: Ending['cause'],
  deviated = cause === 'deviation',
): boolean {
  if (rollback === 'always' || (cause !== 'over' && cause !== 'deviation')) return false
  return rollback === 'never' || !deviated
}

export function endingOf({ how, detail }: StagesOver): Ending {
  if (how === 'over') return { status: 'completed', detail, cause: 'over' }
  return { status: 'failed', detail, cause: how === 'in_vain' ? 'deviation' : 'other' }
}

export const statusOf = ({ outcome }: Trouble): EndStatus => (outcome === 'failed' ? 'failed' : 'inconclusive')
