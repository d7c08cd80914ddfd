import type { FaultSpec } from '../../contract/model.ts'
import { stagesOf } from '../profile.ts'
import type { AimedFault, PlacedStage, Profile } from '../profile.ts'
import { valueAt } from '../timeline/ramp.ts'
import type { Ramp } from '../timeline/ramp.ts'
import type { Warn } from './lint.ts'

/** What a jitter is beside: the time that it moves. */
const BESIDE_JITTER = ['latency', 'delay', 'age'] as const

/** Faults that cannot act, or not as they seem to, whatever they are aimed at. */
export function lintFaults(profile: Profile, warn: Warn): void {
  for (const placed of stagesOf(profile)) {
    const { stage, pointer } = placed
    if (stage.pulse !== undefined && stage.pulse.onMs >= stage.durationMs) {
      warn(
        'never_rests',
        `${pointer}/pulse`,
        `stage ${stage.name} ends after ${stage.durationMs} ms, before its pulse first rests (${stage.pulse.onMs} ms)`,
      )
    }
    for (const [index, fault] of stage.faults.entries()) {
      lintFault(placed, fault, `${pointer}/faults/${index}`, warn)
    }
  }
}

function lintFault({ stage }: PlacedStage, { spec, ramps = [] }: AimedFault, pointer: string, warn: Warn): void {
  if (spec === undefined) return
  const idle = whyIdle(spec, ramps, stage.durationMs)
  if (idle !== undefined) warn('never_acts', pointer, `${spec.name} of stage ${stage.name} never acts: ${idle}`)
  for (const beside of BESIDE_JITTER) {
    const [delay, jitter] = [most(spec, ramps, beside), most(spec, ramps, 'jitter')]
    if (delay === undefined || jitter === undefined || jitter <= delay) continue
    warn(
      'delay_below_jitter',
      `${pointer}/attributes/jitter`,
      `jitter is ${jitter}, above ${beside} (${delay}): what would be a delay below 0 is none`,
    )
  }
  for (const ramp of ramps) {
    const where = ramp.of === 'toxicity' ? `${pointer}/toxicity` : `${pointer}/attributes/${ramp.of}`
    if (ramp.from === ramp.to) warn('flat_ramp', where, `the ramp of ${ramp.of} begins and ends with ${ramp.to}`)
    else if (ramp.overMs > stage.durationMs) {
      const last = valueAt(ramp, stage.durationMs)
      warn(
        'ramp_cut_off',
        where,
        `the ramp of ${ramp.of} takes ${ramp.overMs} ms, but the stage ends after ${stage.durationMs} ms, at ${last}`,
      )
    }
  }
}

function whyIdle(spec: FaultSpec, ramps: readonly Ramp[], stageMs: number): string | undefined {
  if (!spec.enabled) return 'it is not enabled'
  if (spec.dryRun) return 'it is a dry run'
  const after = typeof spec.trigger?.after === 'object' ? (spec.trigger.after.time ?? 0) : 0
  if (after >= stageMs) return `its trigger lets it act after ${after} ms, and the stage lasts ${stageMs} ms`
  if (spec.oneOf?.weight === 0) return 'its weight is 0'
  if (spec.toxicity === 0 && !ramps.some(({ of }) => of === 'toxicity')) return 'its toxicity is 0'
  return undefined
}

/** The largest value of an attribute while the stage lasts. */
function most({ attributes }: FaultSpec, ramps: readonly Ramp[], name: string): number | undefined {
  const ramp = ramps.find(({ of }) => of === name)
  if (ramp !== undefined) return Math.max(ramp.from, ramp.to)
  const value = attributes[name]
  return typeof value === 'number' ? value : undefined
}
