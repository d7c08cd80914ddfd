import type { CheckOutcome, CheckPhase, Rollback } from './checks.ts'
import type { JournalEvent } from './events.ts'
import type { Protocol } from './model.ts'
import type { ParameterValues } from './profile-wire.ts'
import type { RunStartInput, RunView } from './run-wire.ts'

/** The first line of a run's journal, and of each of its further parts: all that is needed to carry the run out again. */
export interface JournalHeader {
  readonly type: 'journal'
  readonly version: 1
  readonly run: string
  readonly profile: string
  /** From 1. */
  readonly part: number
  readonly seed: string
  /** ISO 8601. */
  readonly started_at: string
  /** The profile as it was written. Values of header fields that may be secret are hidden. */
  readonly written: object
  readonly hidden: boolean
  /** Names of the fields whose values are hidden wherever they stand, in lower case. */
  readonly secret: readonly string[]
  readonly parameters: ParameterValues
  /** What its targets were pointed at, where the start said so. */
  readonly targets: NonNullable<RunStartInput['targets']>
  /** The proxies it acts on, as its targets were resolved among. */
  readonly proxies: readonly JournalProxy[]
  /** Where it has partitions: all proxies whose ends have names, which these are drawn from. */
  readonly routes: readonly JournalProxy[]
  readonly stages: RunView['stages']
  readonly rollback: Rollback
  readonly max_duration_ms: number
  readonly dry_run: boolean
  readonly versions: { readonly faultline: string; readonly node: string; readonly platform: string }
  /** Whose journal it is: a start leaves those of daemons that live alone. */
  readonly daemon: { readonly boot: string; readonly pid: number; readonly start: number; readonly ids: string }
}

export interface JournalProxy {
  readonly name: string
  readonly upstream: string
  readonly protocol: Protocol
  /** It was made for the run. */
  readonly made?: true
  /** The plane it lives on, which does not tell what passed. */
  readonly plane?: string
  readonly from?: string
  readonly to?: string
}

/** Events that were left out here, because the disk was too slow or the journal full. */
export interface JournalGap {
  readonly type: 'journal_gap'
  readonly observations: number
  /** Without these the journal is incomplete. */
  readonly facts: number
  /** Ids of the first and the last of them. */
  readonly from: string
  readonly to: string
}

/** The last line. `interrupted`: the daemon ended before the run; written by the next one. */
export interface JournalEnd {
  readonly type: 'journal_end'
  readonly state: 'complete' | 'incomplete' | 'interrupted'
  /** Events before it, over all parts. */
  readonly events: number
}

export type JournalRecord = JournalHeader | JournalGap | JournalEnd | JournalEvent

/** How the record of a run stands, in its view. */
export interface JournalView {
  /** Where it is on the daemon's machine; without `data_dir` it is in memory only, and goes with the daemon. */
  readonly file?: string
  readonly state: 'open' | JournalEnd['state']
  readonly events: number
  readonly bytes?: number
  /** Observations that were only counted. */
  readonly left_out: number
  /** Why it is incomplete. */
  readonly detail?: string
}

/** What passed the proxies of a run while it went on: exchanges where any of them sees exchanges, else connections. */
export interface TrafficView {
  readonly of: 'exchanges' | 'connections'
  readonly count: number
  readonly success_ratio: number | null
  readonly p50_ms: number | null
  readonly p95_ms: number | null
  readonly p99_ms: number | null
}

/** Ids of the events that show what a report says. */
export interface EvidenceView {
  readonly run: readonly { readonly what: string; readonly event: string }[]
  /** The last look of each outcome, by check and phase. */
  readonly checks: readonly {
    readonly check: string
    readonly phase: CheckPhase
    readonly outcome: CheckOutcome
    readonly event: string
    /** Why it does not hold. */
    readonly detail?: string
  }[]
  /** The first time that each fault acted. */
  readonly faults: readonly { readonly proxy: string; readonly fault: string; readonly event: string }[]
}
