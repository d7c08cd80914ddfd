import type { Plan } from '../plan.ts'
import { stagesOf } from '../profile.ts'
import type { Profile } from '../profile.ts'
import type { Warn } from './lint.ts'

/** Stages that cannot begin before the run's longest duration is over, however early the others end. */
export function lintReach(profile: Profile, { steps }: Plan, warn: Warn): void {
  const { maxDurationMs } = profile
  if (maxDurationMs === undefined) return
  const pointers = new Map(stagesOf(profile).map(({ stage, pointer }) => [stage.name, pointer]))
  const told = new Set<string>()
  let stepAt = 0
  for (const { lanes } of steps) {
    const ends = lanes.map(({ stages }) => {
      let at = stepAt
      for (const { name, durationMs, waitFor } of stages) {
        if (at >= maxDurationMs && !told.has(name)) {
          told.add(name)
          const message = `stage ${name} never begins: it would after ${Math.round(at)} ms, and max_duration is ${maxDurationMs} ms`
          warn('unreachable_stage', pointers.get(name) ?? '', message)
        }
        at += waitFor === undefined ? durationMs : 0
      }
      return at
    })
    stepAt = Math.max(stepAt, ...ends)
  }
}
