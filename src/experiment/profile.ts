import type { Rollback } from '../contract/checks.ts'
import type { HostFaultSpec } from '../contract/host.ts'
import type { PartitionCut } from '../contract/partition.ts'
import type { FaultSpec } from '../contract/model.ts'
import type { FaultInput, ProxyInput } from '../contract/wire.ts'
import type { TargetSelector } from '../contract/profile-wire.ts'
import type { Check } from './checks/check.ts'
import type { Matrix } from './matrix.ts'
import type { Parameter } from './parameters.ts'
import type { Ramp } from './timeline/ramp.ts'

/** Where a fault of a profile goes: to proxies that exist, or to one made for the run. */
export type Target =
  { readonly is: 'existing'; readonly selector: TargetSelector } | { readonly is: 'inline'; readonly proxy: ProxyInput }

export interface AimedFault {
  readonly target: string
  /** As it is when the stage begins. */
  readonly input: FaultInput
  /** The same, resolved for nobody in particular; none where its kind does not work here. */
  readonly spec: FaultSpec | undefined
  readonly ramps?: readonly Ramp[]
}

/** Acting and resting in turn, from the stage's begin. */
export interface Pulse {
  readonly onMs: number
  readonly offMs: number
}

export interface ProfileStage {
  readonly name: string
  /** How long it lasts; at the longest, where it waits for something. */
  readonly durationMs: number
  readonly faults: readonly AimedFault[]
  /** How often in a row. Default once. */
  readonly repeat?: number
  /** Most that its end, and each edge of its pulse, is off. */
  readonly jitterMs?: number
  readonly pulse?: Pulse
  readonly waitFor?: WaitFor
  /** What is taken of the machine. */
  /** Who cannot reach whom while it lasts. */
  readonly partition?: PartitionCut
  readonly host?: readonly HostFaultSpec[]
}

/** What ends a stage before its duration does. */
export interface WaitFor {
  /** What is counted; `check`: nothing is, the check must hold. */
  readonly of: 'event' | 'connections' | 'exchanges' | 'check'
  /** The type of fact, or the name of the check. */
  readonly what: string
  readonly count: number
  readonly kind?: string
  readonly target?: string
  readonly otherwise: 'continue' | 'end' | 'fail'
}

/** Lanes side by side; it ends when all of them have ended. */
export interface ProfileBlock {
  readonly name: string
  readonly repeat?: number
  readonly lanes: readonly ProfileLane[]
}

export interface ProfileLane {
  readonly name: string
  readonly stages: readonly ProfileStage[]
}

export type ProfileStep = ProfileStage | ProfileBlock

/** A profile that was read and found valid. What its targets stand for is known only when it is compiled. */
export interface Profile {
  readonly name: string
  readonly description: string
  readonly watch: string | undefined
  readonly seed: string | undefined
  /** A run ends then, whatever it is doing. */
  readonly maxDurationMs: number | undefined
  readonly targets: ReadonlyMap<string, Target>
  readonly parameters: readonly Parameter[]
  readonly matrix: Matrix | undefined
  readonly checks: readonly Check[]
  readonly rollback: Rollback
  /** One after another. */
  readonly stages: readonly ProfileStep[]
}

/** A stage with where it stands in the profile. */
export interface PlacedStage {
  readonly stage: ProfileStage
  readonly pointer: string
  readonly lane: string | undefined
  readonly block: ProfileBlock | undefined
}

/** All stages as they are written, those of lanes included. */
export function stagesOf(profile: Pick<Profile, 'stages'>): readonly PlacedStage[] {
  return profile.stages.flatMap((step, index): PlacedStage | PlacedStage[] => {
    const pointer = `/stages/${index}`
    if (!('lanes' in step)) return { stage: step, pointer, lane: undefined, block: undefined }
    return step.lanes.flatMap((lane, at) =>
      lane.stages.map((stage, i) => ({
        stage,
        pointer: `${pointer}/parallel/${at}/stages/${i}`,
        lane: lane.name,
        block: step,
      })),
    )
  })
}

/** How long it lasts at the longest, but for jitter. */
export function durationOf({ stages }: Pick<Profile, 'stages'>): number {
  const sum = (list: readonly ProfileStep[]): number =>
    list.reduce((total, step) => {
      const once = 'lanes' in step ? Math.max(0, ...step.lanes.map((lane) => sum(lane.stages))) : step.durationMs
      return total + once * (step.repeat ?? 1)
    }, 0)
  return sum(stages)
}
