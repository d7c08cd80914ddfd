import type { CheckPlanView, Rollback } from './checks.ts'
import type { Stream } from './kind.ts'
import type { ParameterValues } from './profile-wire.ts'

/** One thing that a run would do. */
export interface PlanRow {
  /** Since the begin of the run, at the latest: a stage that waits for something may end before. */
  readonly at_ms: number
  readonly what:
    | 'stage_begins'
    | 'stage_ends'
    | 'fault_attached'
    | 'fault_changed'
    | 'fault_rests'
    | 'fault_acts'
    | 'fault_removed'
    | 'effect_begins'
    | 'effect_ends'
    | 'run_ends'
  readonly stage?: string
  readonly lane?: string
  readonly repetition?: number
  readonly duration_ms?: number
  readonly waits_for?: string
  readonly proxy?: string
  readonly fault?: string
  readonly kind?: string
  readonly stream?: Stream
  readonly toxicity?: number
  readonly attributes?: Readonly<Record<string, unknown>>
  /** What is done beside faults, in words. */
  readonly effect?: string
}

export const PLAN_WARNINGS = [
  'would_be_refused',
  'target_not_found',
  'unused_target',
  'unused_parameter',
  'unreachable_stage',
  'waits_in_vain',
  'never_acts',
  'never_rests',
  'shadowed_fault',
  'sum_over_one',
  'delay_below_jitter',
  'flat_ramp',
  'ramp_cut_off',
  'unobserved_fault',
  'link_not_covered',
] as const

/** What of a valid profile can never act, or does other than it seems to. */
export interface PlanWarning {
  readonly code: (typeof PLAN_WARNINGS)[number]
  /** Into the profile. */
  readonly pointer: string
  readonly message: string
}

/** What a run would do, in virtual time. */
export interface PreviewView {
  readonly profile: string
  readonly seed: string
  readonly parameters?: ParameterValues
  /** At the longest. */
  readonly duration_ms: number
  /** Proxies it acts on; one in brackets stands for a target that there is no proxy for. */
  readonly proxies: readonly string[]
  /** Of them, those made for the run. */
  readonly made: readonly string[]
  readonly checks: readonly CheckPlanView[]
  readonly rollback: Rollback
  /** How many, repetitions included. */
  readonly stages: number
  readonly rows: readonly PlanRow[]
  /** Whether the rows go to the end. */
  readonly complete: boolean
  readonly warnings: readonly PlanWarning[]
  /** The combinations of its matrix; the rows show the defaults. */
  readonly points?: readonly ParameterValues[]
}
