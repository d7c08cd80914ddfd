export const CHECK_PHASES = ['before', 'during', 'after'] as const
export type CheckPhase = (typeof CHECK_PHASES)[number]
/** The lists of a profile in which they stand. */
export const CHECK_ROLES = ['steady_state', 'stop_when'] as const
export type CheckRole = (typeof CHECK_ROLES)[number]

/** A check or a stop condition as it is written, with exactly one kind of check. */
export interface CheckInput {
  readonly name: string
  readonly http?: {
    readonly url: string
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  }
  readonly tcp?: { readonly address: string }
  readonly command?: { readonly argv: readonly string[] }
  readonly prometheus?: {
    readonly url: string
    readonly query: string
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly observed?: {
    readonly target: string
    readonly window?: string | number
    readonly injected?: 'included' | 'excluded'
  }
  /** Stop conditions only. */
  readonly faulted?: { readonly target?: string }
  /** What must hold; of a stop condition `if` says when it is met. */
  readonly expect?: string | readonly string[]
  readonly if?: string | readonly string[]
  readonly when?: readonly CheckPhase[]
  readonly every?: string | number
  readonly timeout?: string | number
  readonly failures?: number
  readonly successes?: number
  readonly recover_within?: string | number
}

/** What one look found: `met` and `not_met` of stop conditions, the others of steady states. */
export const CHECK_OUTCOMES = ['passed', 'failed', 'no_data', 'met', 'not_met'] as const
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number]

/** What a look measured, of what the expectations speak of. */
export type CheckValues = Readonly<Record<string, number | string | boolean | null>>

/** A check of a run, and how it went. */
export interface CheckView {
  readonly name: string
  readonly role: CheckRole
  readonly kind: string
  /** What it looks at, in a few words and without secrets. */
  readonly looks_at: string
  readonly expects: readonly string[]
  /** The verdict of each phase that is over, or that failed. */
  readonly phases: { readonly [phase in CheckPhase]?: CheckOutcome }
  /** Looks by what they found. */
  readonly counts: { readonly [outcome in CheckOutcome]?: number }
  readonly last?: {
    readonly at: string
    readonly phase: CheckPhase
    readonly outcome: CheckOutcome
    readonly values: CheckValues
    /** Why it does not hold. */
    readonly detail?: string
  }
  /** What was measured before, where expectations compare with it. */
  readonly baseline?: Readonly<Record<string, number>>
  /** From the heal until it held again, for so many looks in a row. */
  readonly recovery_ms?: number
}

/** A check as a preview tells of it. */
export interface CheckPlanView extends Pick<CheckView, 'name' | 'role' | 'kind' | 'looks_at' | 'expects'> {
  readonly when: readonly CheckPhase[]
  readonly every_ms: number
}

/** When the faults go, where a run ends by itself: always, only if a check failed, or never. */
export const ROLLBACKS = ['always', 'deviated', 'never'] as const
export type Rollback = (typeof ROLLBACKS)[number]
