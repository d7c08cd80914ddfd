import type { LoopLag } from '../kernel/loop-lag.ts'
import type { Fidelity, Kind, Stream } from './kind.ts'
import type { ExchangeCounts } from './exchange-counts.ts'
import type { Explanation, SampleRequest } from './explain.ts'
import type { FactSink, HowClosed, JournalEvent, Origin, ProxyState } from './events.ts'
import type { FaultCounts, FaultSpec, ProxySpec } from './model.ts'
import type { ExchangeView, ProfileView, RunStartInput, RunStatus, RunView } from './wire.ts'

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
  readonly fidelity: Fidelity
  /** Milliseconds asked for and achieved, of what this fault delayed. */
  readonly asked: Histogram
  readonly achieved: Histogram
  readonly kind: string
  readonly stream: Stream | undefined
  /** Now within its window and enabled. */
  readonly active: boolean
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
  status(): ProxyStatus
  fault(name: string): FaultStatus | undefined
  /** What its faults would do with a request that came next. Counts nothing and draws nothing away. */
  explain(sample: SampleRequest): Omit<Explanation, 'proxy'>
  /**
   * Listen, upstream and enabled as in `spec`. Connections go when listen or upstream differ, or when it is disabled.
   * @throws FaultlineError (address_in_use, ...) and then the proxy is as it was
   */
  reconfigure(spec: ProxySpec): Promise<void>
  /** Effective at once on every link. @returns how many open connections the change concerns */
  setFaults(faults: readonly FaultSpec[]): number
  /** Ordinals, counters and trigger counts start anew. */
  resetCounters(): void
  /** Listener closed and all connections dropped when it settles. */
  close(): Promise<void>
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
  open(spec: ProxySpec, seed: string): Promise<PlaneProxy>
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
   * @returns ends it
   */
  follow(onEvent: (event: JournalEvent) => boolean | void): () => void
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

export interface Runs {
  /**
   * Starts a profile by its name, or one given inline (as parsed from JSON). Settles when the first stage acts.
   * @throws FaultlineError profile_not_found, invalid_profile, proxy_not_found, target_busy, limit_reached
   */
  start(profile: string | object, options?: RunStartOptions): Promise<RunView>
  /** Latest first. */
  list(): readonly RunView[]
  /** @throws FaultlineError run_not_found */
  get(id: string): RunView
  /** Settles when it is healed. Stopping a run that has ended answers it as it is. @throws FaultlineError run_not_found */
  stop(id: string): Promise<RunView>
  /** Ends every live run in the default scope as `aborted`, healed. For resets. */
  abortAll(reason: string): Promise<void>
  /** Aborts and heals what runs, and starts nothing more. For the daemon's stop. */
  close(): Promise<void>
}

/** The text that Prometheus scrapes. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

/** One proxy as a scrape reads it: numbers that were counted in place. */
export interface MeasuredProxy {
  readonly name: string
  /** Proxies of other scopes are summed under one name. */
  readonly inDefaultScope: boolean
  readonly upstream: string
  readonly status: ProxyStatus
  readonly faults: readonly { readonly name: string; readonly status: FaultStatus }[]
}

/** What metrics are made of. Read at every scrape, never kept. */
export interface MetricsSource {
  /** Read one by one, each when it is reached: a scrape of many proxies takes several turns of the loop. */
  proxies(): Iterable<MeasuredProxy>
  totals(): PlaneTotals
  /** `ended` counts since the boot and never goes back. */
  runs(): { readonly running: number; readonly ended: Readonly<Partial<Record<RunStatus, number>>> }
  loopLag(): LoopLag
  /** Bugs of ours that tore a connection down, since the boot. */
  bugs(): number
  readonly info: { readonly version: string; readonly node: string; readonly platform: string }
}

/** Told in the very turn in which counts vanish, so that what was counted since the last scrape is not lost. */
export interface CountsKeeper {
  /** `faults` names those that go; `all` means the proxy and everything on it: what goes on counting must not be told. */
  settle(proxy: MeasuredProxy, faults: readonly string[] | 'all'): void
}
