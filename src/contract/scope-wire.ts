import type { Fact } from './events.ts'
import type { SkipReason } from './model.ts'

/** Why a scope is no more. */
export const SCOPE_ENDS = ['ended', 'expired', 'stream_closed', 'process_ended', 'shutdown'] as const
export type ScopeEnd = (typeof SCOPE_ENDS)[number]

/** `POST /v1/scopes` */
export interface ScopeInput {
  /** It ends when nobody renews it, nor holds it through a stream, for so long. Default 60 s. */
  readonly ttl?: string | number
  /** Default: the daemon's. */
  readonly seed?: string | number
  /** For people and filters: a test's file and name, say. */
  readonly labels?: Readonly<Record<string, string>>
  /** Who it is for, in words. */
  readonly owner?: string
  /** Pid of a process on the daemon's machine; the scope ends with it. */
  readonly process?: number
  /** What its faults and runs go by: real time, or one that stands still until it is advanced. Default real. */
  readonly clock?: ScopeClock
}

export const SCOPE_CLOCKS = ['real', 'manual'] as const
export type ScopeClock = (typeof SCOPE_CLOCKS)[number]

/** `POST /v1/scopes/{scope}/advance`: one of the two. */
export interface AdvanceInput {
  /** So far, one day at most. */
  readonly by?: string | number
  /** To the next moment at which anything is due. */
  readonly to?: 'next'
}

/** The time of a scope whose clock is manual. */
export interface ManualTimeView {
  /** Since the scope was created. */
  readonly now_ms: number
  /** Until something is due; not told where nothing is. */
  readonly next_in_ms?: number
}

export interface AdvanceView extends ManualTimeView {
  readonly moved_ms: number
  /** How many were due on the way. */
  readonly timers: number
}

/** What a scope is and owns. */
export interface ScopeSummary {
  readonly id: string
  readonly seed: string
  readonly labels: Readonly<Record<string, string>>
  readonly owner?: string
  readonly created_at: string
  readonly proxies: number
  readonly faults: number
  /** Faults that have acted on nothing so far. */
  readonly unfired: readonly { readonly proxy: string; readonly fault: string }[]
}

export interface ScopeView extends ScopeSummary, Partial<ManualTimeView> {
  readonly clock: ScopeClock
  readonly ttl_ms: number
  /** Open streams that hold it; while there are any it does not expire. */
  readonly streams: number
  /** When it ends unless it is renewed; not told while a stream holds it. */
  readonly expires_at?: string
  readonly process?: { readonly pid: number; readonly started: number }
  readonly runs_live: number
  readonly connections_open: number
}

/** `DELETE /v1/scopes/{scope}`: what it was when it ended. Nothing of it is left. */
export interface EndedScope extends ScopeSummary {
  readonly ended_at: string
  readonly reason: ScopeEnd
  readonly detail: string
}

/** Fields of an event that must be so, to the letter: `{ type: 'connection_closed', origin: 'client' }`. */
export interface EventPattern {
  readonly type: Fact['type']
  readonly [field: string]: string | number | boolean
}

/** `POST /v1/wait`: one condition. All counts are of the scope, from its start or its last reset. */
export interface WaitInput {
  readonly proxy?: string
  /** With proxy: until it was `applied` (or `seen`) so often. */
  readonly fault?: string
  readonly applied?: number
  readonly seen?: number
  /** With fault, which holds: until so many wait at it. */
  readonly held?: number
  /** With proxy: until so many connections are open. */
  readonly connections?: { readonly at_least?: number; readonly at_most?: number }
  /** With proxy: until so many exchanges ended. */
  readonly exchanges?: number
  /** Where the clock is manual: until something is due within so long by it. */
  readonly due_within?: string | number
  /** Until `count` such events happened, those that the journal still has counted too, or those after `since`. */
  readonly event?: EventPattern
  readonly count?: number
  readonly since?: string
  /** Default 5 s. 0 only looks. */
  readonly timeout?: string | number
}

export interface WaitView {
  readonly met: boolean
  readonly found: number
  readonly waited_ms: number
  readonly detail: string
}

/** What a fault did. One that is gone has what it did until then. */
export interface FaultProof {
  readonly proxy: string
  readonly fault: string
  readonly kind: string
  readonly attached: boolean
  readonly seen: number
  readonly applied: number
  readonly skipped: Readonly<Record<SkipReason, number>>
  /** Ids of the connections and exchanges on which it acted last, oldest first; at most 10. */
  readonly evidence: readonly string[]
}

/** `PUT /v1/scopes/{scope}/shared/{proxy}` */
export interface ShareInput {
  /** Addresses of clients whose requests are the scope's where they carry no mark. */
  readonly clients?: readonly string[]
}

/** `POST /v1/verify`: how often a fault is to have acted. With none of the numbers: at least once. */
export interface VerifyInput {
  readonly proxy: string
  readonly fault: string
  readonly times?: number
  readonly at_least?: number
  readonly at_most?: number
  readonly never?: boolean
}

export interface VerifyView extends FaultProof {
  readonly holds: boolean
  readonly detail: string
}
