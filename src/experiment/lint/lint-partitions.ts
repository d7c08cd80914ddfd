import { notCoveredBy } from '../partitions/partition-stage.ts'
import type { Plan } from '../plan.ts'
import { stagesOf } from '../profile.ts'
import type { Profile } from '../profile.ts'
import type { Warn } from './lint.ts'

/** A few are read; thousands would hide the rest. */
const MOST_TOLD = 10

/** Connections that a partition should cut and that no proxy carries: they go on, if there are any. */
export function lintPartitions(profile: Profile, plan: Plan, warn: Warn): void {
  for (const { stage, pointer } of stagesOf(profile)) {
    if (stage.partition === undefined) continue
    const repetitions = plan.stages.filter(({ name }) => name === stage.name)
    const links = repetitions.flatMap(({ effects }) => effects.flatMap(notCoveredBy))
    const told = [...new Set(links.map(({ from, to }) => `${from} to ${to}`))]
    if (told.length === 0) continue
    const more = told.length > MOST_TOLD ? `, and ${told.length - MOST_TOLD} more` : ''
    const which = told.slice(0, MOST_TOLD).join(', ')
    const message = `the partition of stage ${stage.name} leaves connections alone that no proxy carries, if there are any: ${which}${more}`
    warn('link_not_covered', `${pointer}/partition`, message)
  }
}
