import { FaultlineError } from '../contract/errors.ts'
import { durationOf } from './profile.ts'
import type { Profile } from './profile.ts'

/** From settings. */
export interface RunDurations {
  /** For profiles that say nothing, ms. */
  readonly usual: number
  /** Whatever a profile says, ms. */
  readonly longest: number
}

export const RUN_DURATIONS: RunDurations = { usual: 3_600_000, longest: 86_400_000 }

/**
 * How long a run of the profile may last.
 * @throws FaultlineError limit_reached where it says more than the settings allow, or would be cut off unasked
 */
export function longestDuration(profile: Profile, { usual, longest }: RunDurations): number {
  const { name, maxDurationMs } = profile
  if (maxDurationMs !== undefined) {
    if (maxDurationMs <= longest) return maxDurationMs
    throw new FaultlineError(
      'limit_reached',
      `cannot start ${name}: its max_duration is ${maxDurationMs} ms, and runs.longest allows ${longest} ms`,
      { pointer: '/max_duration', remedy: 'Lower it, or raise runs.longest in the config.' },
    )
  }
  const allowed = Math.min(usual, longest)
  const planned = durationOf(profile)
  if (planned <= allowed) return allowed
  throw new FaultlineError(
    'limit_reached',
    `cannot start ${name}: its stages take up to ${planned} ms; without a max_duration a run may last ${allowed} ms (runs.max_duration)`,
    { pointer: '/stages', remedy: 'Give the profile a max_duration.' },
  )
}
