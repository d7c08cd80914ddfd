import type { CheckPhase, CheckView, Rollback } from './checks.ts'
import type { EvidenceView, JournalView, TrafficView } from './journal.ts'
import type { ParameterValues, ProfileInput, TargetSelector } from './profile-wire.ts'

export type RunStatus = 'running' | 'completed' | 'failed' | 'stopped' | 'aborted' | 'inconclusive'

/** A run goes through the phases of its checks. */
export type RunPhase = CheckPhase

export interface RunView {
  readonly id: string
  readonly profile: string
  readonly seed: string
  /** The values of all parameters of its profile. */
  readonly parameters?: ParameterValues
  readonly status: RunStatus
  /** While it runs: looking before, carrying out its stages, or looking whether the system recovers. */
  readonly phase?: RunPhase
  /** Everything is decided and counted, and nothing done. */
  readonly dry_run?: true
  readonly started_at: string
  /** It ends then, whatever it is doing, counted from its start. */
  readonly max_duration_ms: number
  /** It ends then unless its owner renews it, ISO 8601; only where it was started with a ttl. */
  readonly expires_at?: string
  readonly ended_at?: string
  /** The one it is in; of the first lane that has not ended, where there are several. */
  readonly stage?: StageProgress
  /** The present stage of each lane, while there are lanes side by side. */
  readonly lanes?: readonly StageProgress[]
  /** In the order of the profile, a repeated one as often as it is repeated. */
  readonly stages: readonly (StageSummary & { readonly repetition?: number })[]
  /** Whether no fault of the run is left and every listener is back. Known once it ended. */
  readonly healed?: boolean
  /** How the healing was verified. */
  readonly heal?: HealView
  readonly rollback: Rollback
  /** Its faults were left, as its rollback says; deleting the run takes them away. */
  readonly kept?: true
  readonly detail?: string
  readonly checks: readonly CheckView[]
  readonly journal?: JournalView
  readonly traffic?: TrafficView
  readonly evidence?: EvidenceView
  /** What each fault of the run did. */
  readonly faults: readonly {
    readonly stage: string
    readonly proxy: string
    readonly fault: string
    readonly kind: string
    /** Null on a plane that does not tell. */
    readonly seen: number | null
    readonly applied: number | null
    /** In a dry run: how often it would have applied. */
    readonly would_apply?: number
    readonly asked_ms_mean?: number
    readonly achieved_ms_mean?: number
  }[]
}

export interface HealView {
  readonly verified: boolean
  /** How long it took until that was clear. */
  readonly ms: number
  /** What was left, in words. */
  readonly left: readonly string[]
}

export interface StageProgress {
  readonly name: string
  /** Among all stages of the run. */
  readonly index: number
  readonly of: number
  readonly elapsed_ms: number
  /** At the longest. */
  readonly duration_ms: number
  readonly lane?: string
  /** From 1, where it is repeated. */
  readonly repetition?: number
}

export interface StageSummary {
  readonly name: string
  readonly duration_ms: number
  readonly faults: number
  readonly lane?: string
}

/** `POST /v1/runs`: a profile by its name, or given whole. */
export interface RunStartInput {
  readonly profile: string | ProfileInput
  /** Default: the profile's, else the daemon's. */
  readonly seed?: string | number
  /** Points targets elsewhere: at a proxy by its name, or by labels. */
  readonly targets?: Readonly<Record<string, string | TargetSelector>>
  /** Values of the profile's parameters; those left out keep their defaults. */
  readonly parameters?: ParameterValues
  /** Start although another run holds a target. Default false. */
  readonly share?: boolean
  /** Everything is decided and counted, and nothing done. Default false. */
  readonly dry_run?: boolean
  /** The run ends unless it is renewed within this time, again and again. Default: it need not be. */
  readonly ttl?: string | number
}

/** One run of a sweep. */
export interface SweepPoint {
  readonly parameters: ParameterValues
  /** Pending: it has not begun, and where the sweep has ended it never will. */
  readonly status: RunStatus | 'pending'
  readonly run?: string
  /** Over all its faults; null where no plane of theirs tells. */
  readonly seen?: number | null
  readonly applied?: number | null
  readonly detail?: string
}

/** A profile carried out once for each combination of its matrix. */
export interface SweepView {
  readonly id: string
  readonly profile: string
  readonly status: RunStatus
  readonly started_at: string
  readonly ended_at?: string
  /** In the order in which they are gone through. */
  readonly points: readonly SweepPoint[]
  /** The first point whose run failed, or was stopped by a condition of its profile. */
  readonly breaks_at?: number
}
