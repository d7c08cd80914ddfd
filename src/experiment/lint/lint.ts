import type { ProxySpec } from '../../contract/model.ts'
import type { PlanWarning } from '../../contract/plan-wire.ts'
import type { Plan } from '../plan.ts'
import { stagesOf } from '../profile.ts'
import type { Profile } from '../profile.ts'
import { lintChecks } from './lint-checks.ts'
import { lintFaults } from './lint-faults.ts'
import { lintPartitions } from './lint-partitions.ts'
import { lintReach } from './lint-reach.ts'
import { lintShadows } from './lint-shadows.ts'
import { lintWaits } from './lint-waits.ts'

export type Warn = (code: PlanWarning['code'], pointer: string, message: string) => void

/**
 * What of a valid profile can never act, or does other than it seems to. Where the proxies are not known, `plan` is
 * made with stand-ins for them.
 * @param proxies those that are known
 */
export function lint(profile: Profile, plan: Plan, proxies: readonly ProxySpec[]): readonly PlanWarning[] {
  const warnings: PlanWarning[] = []
  const warn: Warn = (code, pointer, message) => void warnings.push({ code, pointer, message })
  for (const { name, used } of profile.parameters) {
    if (!used) warn('unused_parameter', `/parameters/${name}`, `parameter ${name} is used nowhere`)
  }
  const aimedAt = new Set(
    stagesOf(profile).flatMap(({ stage }) => [...stage.faults.map(({ target }) => target), stage.waitFor?.target]),
  )
  for (const target of profile.targets.keys()) {
    if (!aimedAt.has(target)) warn('unused_target', `/targets/${target}`, `nothing is aimed at target ${target}`)
  }
  lintFaults(profile, warn)
  lintShadows(profile, plan, warn)
  lintChecks(profile, warn)
  lintReach(profile, plan, warn)
  lintWaits(profile, plan, proxies, warn)
  lintPartitions(profile, plan, warn)
  return warnings
}
