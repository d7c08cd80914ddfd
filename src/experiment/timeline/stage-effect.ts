import type { PlannedFault } from '../plan.ts'

/**
 * What a stage does beside its faults, as compiled: plain data, so that a preview can show it and touch nothing.
 * The type says who carries it out.
 */
export interface PlannedEffect {
  readonly type: string
  /** One line for preview, journal and report. */
  readonly describe: string
  /** Faults that it stands for: attached and removed together with those of the stage, under the run's owner. */
  readonly faults: readonly PlannedFault[]
  /** What its type needs to carry it out. */
  readonly detail: unknown
}

/** A planned effect being carried out. Where the stage pulses, both are called again and again, in turn. */
export interface StageEffect {
  /** What it does is no fault of the run's: once it has begun, the run has injected something. */
  readonly acts?: true
  /** Called after the faults of the stage are attached. When it throws or rejects, the run fails and is healed. */
  begin(): void | Promise<void>
  /** Called after the faults are taken away, once for each `begin` that was called. What it throws counts as not healed. */
  end(): void | Promise<void>
}

/** Carries out the effects of one type. */
export type EffectMaker = (planned: PlannedEffect, run: { readonly id: string; readonly seed: string }) => StageEffect
