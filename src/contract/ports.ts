import type { Fidelity, Kind, Stream } from './kind.ts'
import type { ExchangeCounts } from './exchange-counts.ts'
import type { Explanation, SampleRequest } from './explain.ts'
import type { HeldView } from './hold.ts'
import type { FactSink, HowClosed, JournalEvent, Origin, ProxyState } from './events.ts'
import type { FaultCounts, FaultSpec, MarkOutcome, ProxySpec } from './model.ts'
import type { ExchangeView } from './wire.ts'
import type { PreviewView } from './plan-wire.ts'
import type { ProfileView } from './profile-wire.ts'
import type { RunStartInput, RunView, SweepView } from './run-wire.ts'
import type { WishCounts } from './wishes.ts'

/** What the catalogue offers to the rooms that must not know single kinds. */
export interface KindSource {
  get(kind: string): Kind | undefined
}

/** Fixed buckets filled in place; read at scrape. Upper bounds in ms; the last count is for all above. */
export interface Histogram {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

export interface FaultStatus extends FaultCounts {
  /** Units that wait at it now, and those it had no room for; only for kinds that hold. */
  readonly held?: { readonly now: number; readonly overflowed: number }
  readonly fidelity: Fidelity
  /** Milliseconds asked for and achieved, of what this fault delayed. */
  readonly asked: Histogram
  readonly achieved: Histogram
  readonly kind: string
  readonly stream: Stream | undefined
  /** Now within its window and enabled. */
  readonly active: boolean
  /** Ids of the connections and exchanges on which it acted last, oldest first; at most 10. */
  readonly evidence: readonly string[]
}

/** Of a fault on a plane that counts nothing: what it does is not known, which is not nothing. */
export interface UncountedFault extends Readonly<
  Record<'seen' | 'applied' | 'skipped' | 'limited' | 'asked' | 'achieved' | 'fidelity' | 'evidence', null>
> {
  readonly kind: string
  readonly stream: Stream | undefined
  /** Whether it was there when the plane was read last; null when the plane cannot be reached. */
  readonly active: boolean | null
}

export interface ProxyStatus {
  readonly state: ProxyState
  /** The address really bound; while not listening, the one it will bind. */
  readonly listen: string
  readonly error: string | undefined
  readonly connectionsOpen: number
  readonly connectionsTotal: number
  /** Refused by a fault, at accept or at dial. */
  readonly connectionsRefused?: number
  /** Refused by a limit of faultline. */
  readonly connectionsLimited: number
  readonly bytes: { readonly [stream in Stream]: { readonly received: number; readonly sent: number } }
  readonly heldBytes: number
  readonly dials: {
    readonly ok: number
    readonly failed: number
    readonly timeout: number
    readonly cancelled: number
    /** Those of them that were made for a connection that had its upstream before. */
    readonly again?: { readonly failed: number; readonly timeout: number }
    readonly time: Histogram
  }
  /** Refused or cut, by whose doing. */
  readonly closed: {
    readonly injected: number
    readonly upstream: number
    readonly client: number
    readonly faultline: number
  }
  /** Only where the protocol is http. */
  readonly exchanges?: ExchangeCounts
  /** What became of faults that requests asked for, by kind. A kind that was counted once stays in its place. */
  readonly wishes?: ReadonlyMap<string, WishCounts>
  /** Requests by the scope that their heads name; only where scopes share the listener. */
  readonly marks?: Readonly<Record<MarkOutcome, number>>
  /** Where it forwards to, if it stands for another scope's proxy. */
  readonly upstream?: string
}

/** Of a proxy on a plane that does not tell what passes. */
export interface UncountedProxy extends Readonly<
  Record<'connectionsOpen' | 'connectionsTotal' | 'connectionsLimited' | 'heldBytes' | 'bytes', null>
> {
  readonly state: Extract<ProxyState, 'listening' | 'disabled'> | 'unreachable'
  readonly listen: string
  readonly error: string | undefined
}

/** What looks at a connection's bytes: the lanes of HTTP; nobody where they are not understood, or another protocol's. */
export const LANES = ['wire', 'exchange', 'opaque', 'tunnel'] as const
export type Lane = (typeof LANES)[number]

export interface ConnectionInfo {
  readonly id: string
  readonly proxy: string
  readonly ordinal: number
  readonly client: string
  readonly upstream: string
  readonly state: 'accepting' | 'dialling' | 'open' | 'closing'
  readonly age_ms: number
  readonly idle_ms: number
  readonly bytes_upstream: number
  readonly bytes_downstream: number
  readonly held_bytes: number
  /** How long each source has been left unread because of a limit, a fault or a slow reader. */
  readonly paused_ms: { readonly upstream: number; readonly downstream: number }
  /** Only where the protocol is http. */
  readonly lane?: Lane
  /** Names of the faults that apply to it now. */
  readonly faults: readonly string[]
}

/** A proxy as the plane carries it. Only the registry calls the changing methods. */
export interface PlaneProxy {
  status(): ProxyStatus | UncountedProxy
  /** Also of one that is not wanted any more, as long as it may still act. */
  fault(name: string): FaultStatus | UncountedFault | undefined
  /** Why it cannot carry out a fault, where it cannot carry out all. */
  refuses?(fault: FaultSpec): string | undefined
  /** What its faults would do with a request that came next. Counts nothing and draws nothing away. */
  explain(sample: SampleRequest): Omit<Explanation, 'proxy'>
  /**
   * Listen, upstream and enabled as in `spec`. Connections go when listen or upstream differ, or when it is disabled.
   * @throws FaultlineError (address_in_use, ...) and then the proxy is as it was
   */
  reconfigure(spec: ProxySpec): Promise<void>
  /** Effective at once on every link. @returns how many open connections the change concerns; null where nobody tells */
  setFaults(faults: readonly FaultSpec[]): number | null
  /** Ordinals, counters and trigger counts start anew; exchanges whose requests asked for faults are let go. */
  resetCounters(): void
  /** What waits at a fault, oldest first; nothing where the fault is not there. */
  held(fault: string): readonly HeldView[]
  /** Lets the oldest `count` go on, or meet `instead` where they were held. @returns how many there were */
  release(fault: string, count: number, instead: FaultSpec | undefined): number
  /** Listener closed and all connections dropped when it settles. */
  close(): Promise<void>
}

/** Of a plane that counts all that passes. */
export interface CountingProxy extends PlaneProxy {
  status(): ProxyStatus
  fault(name: string): FaultStatus | undefined
  setFaults(faults: readonly FaultSpec[]): number
}

export interface ConnectionFilter {
  readonly id?: string | undefined
  readonly proxy?: string | undefined
  readonly client?: string | undefined
  readonly fault?: string | undefined
}

export interface PlaneTotals {
  readonly connectionsOpen: number
  readonly connectionsLimit: number
  readonly heldBytes: number
  readonly heldBytesLimit: number
}

export interface Plane {
  /** @throws FaultlineError when it cannot listen; then nothing is left behind */
  open(spec: ProxySpec, seed: string): Promise<CountingProxy>
  connections(filter?: ConnectionFilter): Iterable<ConnectionInfo>
  /** How many there are, without describing each. */
  countConnections(filter?: ConnectionFilter): number
  /** @returns how many were closed */
  kill(filter: ConnectionFilter, how: HowClosed): number
  totals(): PlaneTotals
  close(): Promise<void>
}

/** Limits of the embedded plane, from settings. */
export interface PlaneLimits {
  /** Over all proxies. */
  readonly connections: number
  readonly connectionsPerProxy: number
  readonly heldBytesPerLink: number
  readonly heldBytesTotal: number
  /** Look-up and connect together, ms. */
  readonly dialMs: number
  /** Largest HTTP body that is read whole for faults that want it. Default 1 MiB. */
  readonly bodyForFaults?: number
}

/** Events that a reader asked for and that are no longer, or not yet, kept: sequence numbers, both included. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** The live journal: a bounded ring of events, the oldest dropped first. */
export interface EventLog extends FactSink {
  /**
   * Events after `since` (an event id; from the oldest kept when left out), at most `limit`.
   * An id of another boot, or one that fell out of the ring, gives a `gap` and then what there is.
   * `next` is the id to go on from; it is `since` again when nothing came.
   * @throws FaultlineError (invalid_request) when `since` is no event id
   */
  read(options: { readonly since?: string | undefined; readonly limit?: number | undefined }): {
    readonly events: readonly JournalEvent[]
    readonly gap?: Gap
    readonly next: string
  }
  /**
   * Calls `onEvent` in the turn in which each event is emitted; never for events emitted before the call, which `read` gives.
   * It must not throw or wait; a reader keeps its own bounded queue. Returning false ends it.
   * `onEnd` is told when no more events will come.
   * @returns ends it
   */
  follow(onEvent: (event: JournalEvent) => boolean | void, onEnd?: () => void): () => void
}

/** All that must hold; those left out hold always. */
export interface ExchangeFilter {
  readonly proxy?: string | undefined
  readonly connection?: string | undefined
  readonly method?: string | undefined
  /** A glob over the path, without the query. */
  readonly path?: string | undefined
  /** A status (503), a class (5xx), or none. */
  readonly status?: string | undefined
  readonly origin?: Origin | undefined
  /** Name of a fault that acted on it. */
  readonly fault?: string | undefined
}

/** The exchanges of late: a bounded ring, the oldest dropped first. */
export interface RecentExchanges {
  /** Latest first. @throws FaultlineError (invalid_request) when `status` is none */
  recent(filter: ExchangeFilter, limit: number): { readonly exchanges: readonly ExchangeView[]; readonly total: number }
}

/** Where profiles come from: those shipped and those of the user's folder. */
export interface Profiles {
  list(): Promise<readonly ProfileView[]>
  /** @throws FaultlineError profile_not_found, naming the nearest */
  get(name: string): Promise<ProfileView>
}

/** The rest of `RunStartInput`, not yet judged: `start` checks it. */
export type RunStartOptions = {
  readonly [option in Exclude<keyof RunStartInput, 'profile'>]?: RunStartInput[option] | undefined
}

/** @param limit most rows */
export type PreviewOptions = RunStartOptions & { readonly limit?: number | undefined }

export interface Runs {
  /**
   * Starts a profile by its name, or one given inline (as parsed from JSON). Settles when the first stage acts, or the first
   * check is under way.
   * @throws FaultlineError profile_not_found, invalid_profile, proxy_not_found, target_busy, limit_reached
   */
  start(profile: string | object, options?: RunStartOptions): Promise<RunView>
  /**
   * What a start would do now, in virtual time. Touches nothing.
   * @throws FaultlineError profile_not_found, invalid_profile, invalid_request, limit_reached
   */
  preview(profile: string | object, options?: PreviewOptions): Promise<PreviewView>
  /** Latest first. */
  list(): readonly RunView[]
  /** @throws FaultlineError run_not_found */
  get(id: string): RunView
  /** All that was written down of it so far, a record a line, in pieces. @throws FaultlineError run_not_found */
  journal(id: string): AsyncIterable<string | Uint8Array>
  /** Settles when it is healed. Stopping a run that has ended answers it as it is. @throws FaultlineError run_not_found */
  stop(id: string): Promise<RunView>
  /** Its owner is still there. A run that has ended, or was started without a ttl, is answered as it is. @throws FaultlineError run_not_found */
  renew(id: string): RunView
  /** Ends every live run in the default scope as `aborted`, healed. For resets. */
  abortAll(reason: string): Promise<void>
  /** Aborts and heals what runs, and starts nothing more. For the daemon's stop. */
  close(): Promise<void>
}

export interface Sweeps {
  /**
   * Goes through the matrix of a profile. Settles when every combination was found valid, and the first has begun or failed to.
   * @throws FaultlineError profile_not_found, invalid_profile, invalid_request (no matrix), limit_reached
   */
  start(profile: string | object, options?: RunStartOptions): Promise<SweepView>
  /** Latest first. */
  list(): readonly SweepView[]
  /** @throws FaultlineError sweep_not_found */
  get(id: string): SweepView
  /** Settles when it is healed. @throws FaultlineError sweep_not_found */
  stop(id: string): Promise<SweepView>
}
