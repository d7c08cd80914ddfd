import type { ProxySpec } from '../../contract/model.ts'
import type { Plan } from '../plan.ts'
import { stagesOf } from '../profile.ts'
import type { PlacedStage, Profile } from '../profile.ts'
import type { PlannedWait } from '../timeline/wait.ts'
import { describeWait } from '../timeline/wait.ts'
import type { Warn } from './lint.ts'

/** Stages that wait for what can never come, and those that begin only if it does. */
export function lintWaits(profile: Profile, plan: Plan, proxies: readonly ProxySpec[], warn: Warn): void {
  const placed = stagesOf(profile)
  const planned = new Map(plan.stages.map((stage) => [stage.name, stage]))
  for (const [index, one] of placed.entries()) {
    const { stage, pointer } = one
    const wait = planned.get(stage.name)?.waitFor
    if (wait === undefined) continue
    const why = whyNever(wait, one, plan, proxies)
    if (why === undefined) continue
    warn('waits_in_vain', `${pointer}/wait_for`, `stage ${stage.name} waits for ${describeWait(wait)}, but ${why}`)
    if (wait.otherwise === 'continue') continue
    for (const after of placed
      .slice(index + 1)
      .filter((other) => other.block === undefined || other.block !== one.block)) {
      warn(
        'unreachable_stage',
        after.pointer,
        `stage ${after.stage.name} never begins: stage ${stage.name} waits in vain and then ends the run`,
      )
    }
  }
}

function whyNever(
  wait: PlannedWait,
  { block, stage }: PlacedStage,
  plan: Plan,
  known: readonly ProxySpec[],
): string | undefined {
  const seenOn = wait.proxies ?? plan.proxies
  const there = known.filter(({ name }) => seenOn.includes(name))
  const isHttp =
    there.some(({ protocol }) => protocol === 'http') ||
    plan.inline.some(({ name, input }) => seenOn.includes(name) && input.protocol === 'http') ||
    there.length + plan.inline.length === 0
  if ((wait.of === 'exchanges' || wait.what === 'exchange') && !isHttp) return 'no proxy there speaks http'
  if (wait.kind === undefined || block !== undefined) return undefined
  const attached = plan.stages.some(
    (one) => one.name === stage.name && one.faults.some(({ fault }) => fault.kind === wait.kind),
  )
  return attached ? undefined : `no fault of kind ${wait.kind} is attached then`
}
