import { stagesOf } from '../profile.ts'
import type { Profile } from '../profile.ts'
import type { Warn } from './lint.ts'

/** Faults whose doing no check and no stop condition looks at. */
export function lintChecks({ checks, ...profile }: Profile, warn: Warn): void {
  if (checks.length === 0) {
    warn('unobserved_fault', '/stages', 'no check and no stop condition looks at what the faults do')
    return
  }
  // A check that has no target looks at the system from outside, where every fault may show.
  const targets = checks.map(({ attributes }) => attributes['target'] as string | undefined)
  if (targets.includes(undefined)) return
  for (const { stage, pointer } of stagesOf(profile)) {
    for (const [index, { target, input }] of stage.faults.entries()) {
      if (targets.includes(target)) continue
      const message = `${input.kind} of stage ${stage.name} is on ${target}, and no check looks at that target`
      warn('unobserved_fault', `${pointer}/faults/${index}`, message)
    }
  }
}
