import type { FaultSpec } from '../../contract/model.ts'
import { catalogue } from '../../faults/catalogue.ts'
import type { Plan, PlannedFault, PlannedStage } from '../plan.ts'
import { stagesOf } from '../profile.ts'
import type { Profile } from '../profile.ts'
import type { Warn } from './lint.ts'

/** Faults of a stage that another one of the same stage leaves nothing to do, and shares that cannot all be kept. */
export function lintShadows(profile: Profile, plan: Plan, warn: Warn): void {
  const pointers = new Map(stagesOf(profile).map(({ stage, pointer }) => [stage.name, pointer]))
  const told = new Set<string>()
  for (const stage of plan.stages) {
    // Its repetitions are the same.
    if (told.has(stage.name)) continue
    told.add(stage.name)
    const here = `${pointers.get(stage.name) ?? ''}/faults`
    lintSums(stage, here, warn)
    const shadowed = new Set<string>()
    for (const faults of byProxy(stage).values()) {
      for (const one of faults) {
        const shadow = faults.find((other) => shadows(other, one, faults))
        if (shadow === undefined || shadowed.has(one.fault.name)) continue
        shadowed.add(one.fault.name)
        warn(
          'shadowed_fault',
          here,
          `${one.fault.name} of stage ${stage.name} can do nothing on proxy ${one.proxy}: ${shadow.fault.name} (${shadow.fault.kind}) leaves nothing for it`,
        )
      }
    }
  }
}

function byProxy({ faults }: PlannedStage): ReadonlyMap<string, readonly PlannedFault[]> {
  const found = new Map<string, PlannedFault[]>()
  for (const one of faults) {
    const list = found.get(one.proxy)
    if (list === undefined) found.set(one.proxy, [one])
    else list.push(one)
  }
  return found
}

/** Whether `one`, where it acts, ends what `other` would act on, and acts always. */
function shadows(one: PlannedFault, other: PlannedFault, all: readonly PlannedFault[]): boolean {
  if (one === other || !takesAll(one)) return false
  // One that refuses connections leaves those that are open to the faults of other layers.
  if (layerOf(one.fault) !== layerOf(other.fault) || one.fault.stream !== other.fault.stream) return false
  return all.indexOf(one) < all.indexOf(other)
}

function takesAll({ fault, ramps = [] }: PlannedFault): boolean {
  const { kind: name, attributes, toxicity, trigger, match, oneOf, enabled, dryRun, appliesTo } = fault
  const always = toxicity === 1 && ramps.length === 0 && trigger === undefined && match === undefined
  if (!always || oneOf !== undefined || !enabled || dryRun || appliesTo !== 'both') return false
  const kind = catalogue.get(name)
  return kind?.takesAll?.(attributes as never) === true
}

const layerOf = ({ kind }: FaultSpec): string => catalogue.require(kind).layer

function lintSums(stage: PlannedStage, pointer: string, warn: Warn): void {
  const sums = new Map<string, number>()
  for (const { proxy, fault } of stage.faults) {
    if (fault.oneOf === undefined) continue
    const group = `${fault.oneOf.group} on proxy ${proxy}`
    sums.set(group, (sums.get(group) ?? 0) + fault.oneOf.weight)
  }
  for (const [group, sum] of sums) {
    if (sum <= 1 + 1e-9) continue
    warn(
      'sum_over_one',
      pointer,
      `the weights of group ${group} in stage ${stage.name} sum to ${sum}: it could not begin`,
    )
  }
}
