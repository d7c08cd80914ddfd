import type {
  ConfigChanged,
  ConfigView,
  ConnectionList,
  ConnectionsKilled,
  EventPage,
  ExchangeList,
  FaultChanged,
  FaultList,
  HostFaultList,
  HealthView,
  InfoView,
  KindList,
  KindView,
  ProfileList,
  ProofList,
  ProxyChanged,
  ProxyList,
  Removed,
  ResetDone,
  RunList,
  SweepList,
  ScopeList,
} from '../contract/api.ts'
import type { HowClosed } from '../contract/events.ts'
import type { HeldList, ReleaseInput, Released } from '../contract/hold.ts'
import type { Explanation } from '../contract/explain.ts'
import type { HaltDone, HaltView } from '../contract/halt.ts'
import type { HostFaultStart, HostFaultView } from '../contract/host.ts'
import type {
  PartitionHealed,
  PartitionInput,
  PartitionList,
  PartitionMade,
  PartitionView,
} from '../contract/partition.ts'
import type { PlaneList } from '../contract/planes.ts'
import type { ConnectionFilter, ExchangeFilter } from '../contract/ports.ts'
import type {
  ExplainInput,
  FaultInput,
  FaultPatch,
  FaultView,
  ProxyInput,
  ProxyPatch,
  ProxyView,
} from '../contract/wire.ts'
import type { PreviewView } from '../contract/plan-wire.ts'
import type { ProfileView } from '../contract/profile-wire.ts'
import type { RunStartInput, RunView, SweepView } from '../contract/run-wire.ts'
import type {
  AdvanceInput,
  AdvanceView,
  EndedScope,
  ScopeInput,
  ScopeView,
  ShareInput,
  VerifyInput,
  VerifyView,
  WaitInput,
  WaitView,
} from '../contract/scope-wire.ts'
import { followEvents, type Followed } from './follow-events.ts'
import { Http, type HttpOptions } from './http.ts'
import { faultPath, proxyPath, scopePath } from './paths.ts'

export interface EventFilter {
  /** Id of the event after which to begin. */
  readonly since?: string | undefined
  readonly type?: string | undefined
  readonly proxy?: string | undefined
  readonly run?: string | undefined
}

/** The daemon waits at most 60 s; its answer needs time too. */
const LONGEST_WAIT_MS = 70_000
/** The daemon moves time for 20 s at most. */
const LONGEST_ADVANCE_MS = 30_000

const part = encodeURIComponent
const queryOf = (filter: object): Record<string, string | undefined> => ({ ...filter })

export interface ClientOptions extends HttpOptions {
  /** Id of the scope that calls are for. Default: the default scope. */
  readonly scope?: string | undefined
}

/**
 * The native API, one method per route.
 * Every method throws ApiError when the daemon refuses, and UnreachableError when it does not answer.
 */
export class FaultlineClient {
  readonly #http: Http
  /** In front of every path that a scope has too. */
  readonly #base: string
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
    this.#http = new Http(options)
    this.#base = options.scope === undefined ? '/v1' : scopePath(options.scope)
  }

  /** The same client for what is in a scope. */
  within = (scope: string): FaultlineClient => new FaultlineClient({ ...this.#options, scope })

  get url(): string {
    return this.#http.url
  }

  health = (): Promise<HealthView> => this.#http.call('GET', '/healthz')
  ready = (): Promise<HealthView> => this.#http.call('GET', '/readyz')
  info = (): Promise<InfoView> => this.#http.call('GET', '/v1/info')
  reset = (): Promise<ResetDone> => this.#http.call('POST', `${this.#base}/reset`)

  proxies = (): Promise<ProxyList> => this.#http.call('GET', `${this.#base}/proxies`)
  proxy = (name: string): Promise<ProxyView> => this.#http.call('GET', this.#base + proxyPath(name))
  /** Creates it, or replaces it whole. */
  putProxy = (name: string, proxy: ProxyInput): Promise<ProxyChanged> =>
    this.#http.call('PUT', this.#base + proxyPath(name), { body: proxy })
  /** @throws ApiError proxy_exists when there is one of this name */
  createProxy = (name: string, proxy: ProxyInput): Promise<ProxyChanged> =>
    this.#http.call('PUT', this.#base + proxyPath(name), { body: proxy, headers: { 'if-none-match': '*' } })
  /** Fields that are left out stay. */
  patchProxy = (name: string, patch: ProxyPatch): Promise<ProxyChanged> =>
    this.#http.call('PATCH', this.#base + proxyPath(name), { body: patch })
  removeProxy = (name: string): Promise<Removed> => this.#http.call('DELETE', this.#base + proxyPath(name))

  faults = (proxy: string): Promise<FaultList> => this.#http.call('GET', this.#base + faultPath(proxy))
  addFault = (proxy: string, fault: FaultInput): Promise<FaultChanged> =>
    this.#http.call('POST', this.#base + faultPath(proxy), { body: fault })
  fault = (proxy: string, name: string): Promise<FaultView> =>
    this.#http.call('GET', this.#base + faultPath(proxy, name))
  /** Attributes merge; other fields replace. */
  patchFault = (proxy: string, name: string, patch: FaultPatch): Promise<FaultChanged> =>
    this.#http.call('PATCH', this.#base + faultPath(proxy, name), { body: patch })
  removeFault = (proxy: string, name: string): Promise<Removed> =>
    this.#http.call('DELETE', this.#base + faultPath(proxy, name))

  held = (proxy: string, fault: string): Promise<HeldList> =>
    this.#http.call('GET', `${this.#base}${faultPath(proxy, fault)}/held`)
  /** Lets the oldest that wait go on, or meet another fault. @throws ApiError nothing_held */
  release = (proxy: string, fault: string, input: ReleaseInput = {}): Promise<Released> =>
    this.#http.call('POST', `${this.#base}${faultPath(proxy, fault)}/release`, { body: input })

  config = (): Promise<ConfigView> => this.#http.call('GET', `${this.#base}/config`)
  /** Replaces all proxies that config and API own. With `dryRun` it only answers what would change. */
  putConfig = (proxies: Readonly<Record<string, ProxyInput>>, { dryRun = false } = {}): Promise<ConfigChanged> =>
    this.#http.call('PUT', `${this.#base}/config`, { body: { proxies }, query: { dry_run: dryRun ? true : undefined } })

  kinds = (): Promise<KindList> => this.#http.call('GET', '/v1/kinds')
  kind = (kind: string): Promise<KindView> => this.#http.call('GET', `/v1/kinds/${part(kind)}`)

  connections = (filter: ConnectionFilter = {}, limit?: number): Promise<ConnectionList> =>
    this.#http.call('GET', `${this.#base}/connections`, { query: { ...queryOf(filter), limit } })
  /** @param filter at least one field, or 'all' */
  killConnections = (filter: ConnectionFilter | 'all', how: HowClosed): Promise<ConnectionsKilled> =>
    this.#http.call('DELETE', `${this.#base}/connections`, {
      query: { ...(filter === 'all' ? { all: true } : queryOf(filter)), how },
    })

  /** Latest first. */
  exchanges = (filter: ExchangeFilter = {}, limit?: number): Promise<ExchangeList> =>
    this.#http.call('GET', `${this.#base}/exchanges`, { query: { ...queryOf(filter), limit } })
  /** HAR 1.2, oldest first. */
  har = (filter: ExchangeFilter = {}, limit?: number): Promise<object> =>
    this.#http.call('GET', `${this.#base}/exchanges`, { query: { ...queryOf(filter), limit, format: 'har' } })
  /** What faults would do with a request; nothing is sent or counted. */
  explain = (input: ExplainInput): Promise<Explanation> =>
    this.#http.call('POST', `${this.#base}/explain`, { body: input })

  scopes = (): Promise<ScopeList> => this.#http.call('GET', '/v1/scopes')
  scope = (id: string): Promise<ScopeView> => this.#http.call('GET', scopePath(id))
  createScope = (input: ScopeInput = {}): Promise<ScopeView> => this.#http.call('POST', '/v1/scopes', { body: input })
  renewScope = (id: string, ttl?: string | number): Promise<ScopeView> =>
    this.#http.call('POST', `${scopePath(id)}/renew`, { body: ttl === undefined ? {} : { ttl } })
  /** The scope has a proxy of this name then, that stands for the listener of the default scope's. */
  shareProxy = (scope: string, proxy: string, input: ShareInput = {}): Promise<ProxyChanged> =>
    this.#http.call('PUT', `${scopePath(scope)}/shared/${part(proxy)}`, { body: input })
  /** Moves the time of a scope whose clock is manual. @throws ApiError clock_is_real, nothing_due, limit_reached */
  advanceScope = (id: string, input: AdvanceInput): Promise<AdvanceView> =>
    this.#http.call('POST', `${scopePath(id)}/advance`, { body: input, timeoutMs: LONGEST_ADVANCE_MS })
  /** Settles when nothing of it is left. */
  endScope = (id: string): Promise<EndedScope> => this.#http.call('DELETE', scopePath(id))

  /** Its events as they come; the scope lives as long as this is read, and ends when it closes. */
  holdScope = (signal: AbortSignal): Promise<ReadableStream<Uint8Array>> =>
    this.#http.stream(`${this.#base}/events`, { query: { lease: true }, signal })

  /** Settles when it is so, or the time is over: then `met` is false. */
  wait = (input: WaitInput, signal?: AbortSignal): Promise<WaitView> =>
    this.#http.call('POST', `${this.#base}/wait`, { body: input, signal, timeoutMs: LONGEST_WAIT_MS })
  verify = (input: VerifyInput): Promise<VerifyView> => this.#http.call('POST', `${this.#base}/verify`, { body: input })
  /** What each fault did, those that are gone included. */
  proof = (): Promise<ProofList> => this.#http.call('GET', `${this.#base}/proof`)
  /** Faults that never acted, those that are gone included. */
  unfired = (): Promise<ProofList> => this.#http.call('GET', `${this.#base}/unfired`)

  profiles = (): Promise<ProfileList> => this.#http.call('GET', '/v1/profiles')
  profile = (name: string): Promise<ProfileView> => this.#http.call('GET', `/v1/profiles/${part(name)}`)

  runs = (): Promise<RunList> => this.#http.call('GET', `${this.#base}/runs`)
  run = (id: string): Promise<RunView> => this.#http.call('GET', `${this.#base}/runs/${part(id)}`)
  /** All that was written down of it so far, a JSON record a line. */
  runJournal = (id: string): Promise<ReadableStream<Uint8Array>> =>
    this.#http.stream(`${this.#base}/runs/${part(id)}/journal`, { headers: { accept: 'application/x-ndjson' } })
  /** Settles when the first stage acts. */
  startRun = (input: RunStartInput): Promise<RunView> => this.#http.call('POST', `${this.#base}/runs`, { body: input })
  /** Keeps a run that was started with a ttl from ending. */
  renewRun = (id: string): Promise<RunView> => this.#http.call('POST', `${this.#base}/runs/${part(id)}/renew`)
  /** Settles when it is healed. */
  stopRun = (id: string): Promise<RunView> => this.#http.call('POST', `${this.#base}/runs/${part(id)}/stop`)

  /** What a run would do and when; nothing is touched. */
  preview = (input: RunStartInput, limit?: number): Promise<PreviewView> =>
    this.#http.call('POST', `${this.#base}/preview`, { body: input, query: { limit } })

  sweeps = (): Promise<SweepList> => this.#http.call('GET', `${this.#base}/sweeps`)
  sweep = (id: string): Promise<SweepView> => this.#http.call('GET', `${this.#base}/sweeps/${part(id)}`)
  /** Settles when its first run has begun. */
  startSweep = (input: RunStartInput): Promise<SweepView> =>
    this.#http.call('POST', `${this.#base}/sweeps`, { body: input })
  /** Settles when it is healed. */
  stopSweep = (id: string): Promise<SweepView> => this.#http.call('POST', `${this.#base}/sweeps/${part(id)}/stop`)

  partitions = (): Promise<PartitionList> => this.#http.call('GET', `${this.#base}/partitions`)
  partition = (id: string): Promise<PartitionView> => this.#http.call('GET', `${this.#base}/partitions/${part(id)}`)
  /** With `dryRun` it only answers what would be cut. */
  createPartition = (input: PartitionInput, { dryRun = false } = {}): Promise<PartitionMade> =>
    this.#http.call('POST', `${this.#base}/partitions`, { body: input, query: { dry_run: dryRun ? true : undefined } })
  /** Settles when traffic passes again. */
  healPartition = (id: string): Promise<PartitionHealed> =>
    this.#http.call('DELETE', `${this.#base}/partitions/${part(id)}`)

  haltState = (): Promise<HaltView> => this.#http.call('GET', '/v1/halt')
  /** Ends every run, partition and fault, and lets no new one in. */
  halt = (reason?: string): Promise<HaltDone> =>
    this.#http.call('POST', '/v1/halt', { body: reason === undefined ? {} : { reason } })
  liftHalt = (): Promise<HaltView> => this.#http.call('DELETE', '/v1/halt')

  /** Latest first. */
  hostFaults = (): Promise<HostFaultList> => this.#http.call('GET', `${this.#base}/host_faults`)
  hostFault = (id: string): Promise<HostFaultView> => this.#http.call('GET', `${this.#base}/host_faults/${part(id)}`)
  /** Settles when the effect has begun. */
  beginHostFault = (input: HostFaultStart): Promise<HostFaultView> =>
    this.#http.call('POST', `${this.#base}/host_faults`, { body: input })
  /** Settles when all is given back. */
  endHostFault = (id: string): Promise<HostFaultView> =>
    this.#http.call('DELETE', `${this.#base}/host_faults/${part(id)}`)

  /** Toxiproxy servers that are driven. */
  planes = (): Promise<PlaneList> => this.#http.call('GET', '/v1/planes')

  events = (filter: EventFilter & { readonly limit?: number | undefined } = {}): Promise<EventPage> =>
    this.#http.call('GET', `${this.#base}/events`, { query: queryOf(filter) })

  /**
   * Events as they happen, until the scope ends. When the connection breaks it goes on after the last event seen,
   * and what was missed comes as a gap.
   */
  followEvents(filter: EventFilter = {}, signal?: AbortSignal): AsyncGenerator<Followed> {
    // A scope that has ended ends the stream, and says so when it is asked again.
    const mostIdle = this.#options.scope === undefined ? 0 : 1
    return followEvents(this.#http, `${this.#base}/events`, queryOf(filter), { mostIdle, signal })
  }
}
