import type { Rollback } from '../contract/checks.ts'
import type { FaultSpec, Owner } from '../contract/model.ts'
import type { ParameterValues } from '../contract/profile-wire.ts'
import type { ProxyInput } from '../contract/wire.ts'
import type { Check } from './checks/check.ts'
import type { Ramp } from './timeline/ramp.ts'
import type { PlannedEffect } from './timeline/stage-effect.ts'
import type { PlannedWait } from './timeline/wait.ts'

export interface PlannedFault {
  readonly proxy: string
  /** As it is when the stage begins. */
  readonly fault: FaultSpec
  /** What of it moves while the stage lasts. */
  readonly ramps?: readonly Ramp[]
}

/** Acting and resting in turn. Every edge but the first is up to `jitterMs` off, as `draw` says. */
export interface PlannedPulse {
  readonly onMs: number
  readonly offMs: number
  readonly jitterMs: number
}

/** One stage as it will be carried out once: a repeated one is planned as often as it is repeated. */
export interface PlannedStage {
  readonly name: string
  /** Its place among all stages of the plan. */
  readonly index: number
  /** The lane it is in, where there are lanes side by side. */
  readonly lane?: string
  /** Which of its repetitions it is, from 1; only where there are several. */
  readonly repetition?: number
  /** At the longest; its jitter is in it. */
  readonly durationMs: number
  /** At least so long from one move of its ramps to the next. */
  readonly moveSpacingMs: number
  readonly faults: readonly PlannedFault[]
  readonly pulse?: PlannedPulse
  /** What ends it before its duration does. */
  readonly waitFor?: PlannedWait
  /** What it does beside its faults. */
  readonly effects: readonly PlannedEffect[]
}

export interface PlannedLane {
  readonly name: string | undefined
  readonly stages: readonly PlannedStage[]
}

/** Lanes that begin together; the next step begins when the last of them has ended. */
export interface PlannedStep {
  readonly lanes: readonly PlannedLane[]
}

/** A profile whose targets are found: all that a run needs, and nothing left to decide. */
export interface Plan {
  readonly run: string
  readonly owner: Owner
  readonly profile: string
  readonly seed: string
  /** The values of all parameters of the profile. */
  readonly parameters: ParameterValues
  /** Every proxy the run acts on, those made for it included. */
  readonly proxies: readonly string[]
  /** What each target of the profile stands for. */
  readonly targets: ReadonlyMap<string, readonly string[]>
  /** What should hold, and what ends the run. */
  readonly checks: readonly Check[]
  readonly rollback: Rollback
  /** Everything is decided and counted, and nothing done. */
  readonly dryRun: boolean
  /** It ends then, whatever it is doing. */
  readonly maxDurationMs: number
  /** Made before the first stage, removed after the last. */
  readonly inline: readonly { readonly name: string; readonly input: ProxyInput }[]
  /** All there are, in the order of the profile. */
  readonly stages: readonly PlannedStage[]
  /** The same, as they follow one another. */
  readonly steps: readonly PlannedStep[]
}
