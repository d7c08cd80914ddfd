import type {
  ConfigChanged,
  ConfigView,
  ConnectionList,
  ConnectionsKilled,
  EventPage,
  ExchangeList,
  FaultChanged,
  FaultList,
  HealthView,
  InfoView,
  KindList,
  KindView,
  ProfileList,
  ProxyChanged,
  ProxyList,
  Removed,
  ResetDone,
  RunList,
} from '../contract/api.ts'
import type { HowClosed, JournalEvent } from '../contract/events.ts'
import type { Explanation } from '../contract/explain.ts'
import type { ConnectionFilter, ExchangeFilter, Gap } from '../contract/ports.ts'
import type {
  ExplainInput,
  FaultInput,
  FaultPatch,
  FaultView,
  ProfileView,
  ProxyInput,
  ProxyPatch,
  ProxyView,
  RunStartInput,
  RunView,
} from '../contract/wire.ts'
import { UnreachableError } from './client-error.ts'
import { readEventStream } from './event-stream.ts'
import { Http, type HttpOptions } from './http.ts'

export interface EventFilter {
  /** Id of the event after which to begin. */
  readonly since?: string | undefined
  readonly type?: string | undefined
  readonly proxy?: string | undefined
  readonly run?: string | undefined
}

/** What a reader of the stream gets: an event, or the range of those it missed. */
export type Followed = JournalEvent | { readonly gap: Gap }

const part = encodeURIComponent
const queryOf = (filter: object): Record<string, string | undefined> => ({ ...filter })

/**
 * The native API, one method per route.
 * Every method throws ApiError when the daemon refuses, and UnreachableError when it does not answer.
 */
export class FaultlineClient {
  readonly #http: Http

  constructor(options: HttpOptions) {
    this.#http = new Http(options)
  }

  get url(): string {
    return this.#http.url
  }

  health = (): Promise<HealthView> => this.#http.call('GET', '/healthz')
  ready = (): Promise<HealthView> => this.#http.call('GET', '/readyz')
  info = (): Promise<InfoView> => this.#http.call('GET', '/v1/info')
  reset = (): Promise<ResetDone> => this.#http.call('POST', '/v1/reset')

  proxies = (): Promise<ProxyList> => this.#http.call('GET', '/v1/proxies')
  proxy = (name: string): Promise<ProxyView> => this.#http.call('GET', proxyPath(name))
  /** Creates it, or replaces it whole. */
  putProxy = (name: string, proxy: ProxyInput): Promise<ProxyChanged> =>
    this.#http.call('PUT', proxyPath(name), { body: proxy })
  /** @throws ApiError proxy_exists when there is one of this name */
  createProxy = (name: string, proxy: ProxyInput): Promise<ProxyChanged> =>
    this.#http.call('PUT', proxyPath(name), { body: proxy, headers: { 'if-none-match': '*' } })
  /** Fields that are left out stay. */
  patchProxy = (name: string, patch: ProxyPatch): Promise<ProxyChanged> =>
    this.#http.call('PATCH', proxyPath(name), { body: patch })
  removeProxy = (name: string): Promise<Removed> => this.#http.call('DELETE', proxyPath(name))

  faults = (proxy: string): Promise<FaultList> => this.#http.call('GET', faultPath(proxy))
  addFault = (proxy: string, fault: FaultInput): Promise<FaultChanged> =>
    this.#http.call('POST', faultPath(proxy), { body: fault })
  fault = (proxy: string, name: string): Promise<FaultView> => this.#http.call('GET', faultPath(proxy, name))
  /** Attributes merge; other fields replace. */
  patchFault = (proxy: string, name: string, patch: FaultPatch): Promise<FaultChanged> =>
    this.#http.call('PATCH', faultPath(proxy, name), { body: patch })
  removeFault = (proxy: string, name: string): Promise<Removed> => this.#http.call('DELETE', faultPath(proxy, name))

  config = (): Promise<ConfigView> => this.#http.call('GET', '/v1/config')
  /** Replaces all proxies that config and API own. With `dryRun` it only answers what would change. */
  putConfig = (proxies: Readonly<Record<string, ProxyInput>>, { dryRun = false } = {}): Promise<ConfigChanged> =>
    this.#http.call('PUT', '/v1/config', { body: { proxies }, query: { dry_run: dryRun ? true : undefined } })

  kinds = (): Promise<KindList> => this.#http.call('GET', '/v1/kinds')
  kind = (kind: string): Promise<KindView> => this.#http.call('GET', `/v1/kinds/${part(kind)}`)

  connections = (filter: ConnectionFilter = {}, limit?: number): Promise<ConnectionList> =>
    this.#http.call('GET', '/v1/connections', { query: { ...queryOf(filter), limit } })
  /** @param filter at least one field, or 'all' */
  killConnections = (filter: ConnectionFilter | 'all', how: HowClosed): Promise<ConnectionsKilled> =>
    this.#http.call('DELETE', '/v1/connections', {
      query: { ...(filter === 'all' ? { all: true } : queryOf(filter)), how },
    })

  /** Latest first. */
  exchanges = (filter: ExchangeFilter = {}, limit?: number): Promise<ExchangeList> =>
    this.#http.call('GET', '/v1/exchanges', { query: { ...queryOf(filter), limit } })
  /** HAR 1.2, oldest first. */
  har = (filter: ExchangeFilter = {}, limit?: number): Promise<object> =>
    this.#http.call('GET', '/v1/exchanges', { query: { ...queryOf(filter), limit, format: 'har' } })
  /** What faults would do with a request; nothing is sent or counted. */
  explain = (input: ExplainInput): Promise<Explanation> => this.#http.call('POST', '/v1/explain', { body: input })

  profiles = (): Promise<ProfileList> => this.#http.call('GET', '/v1/profiles')
  profile = (name: string): Promise<ProfileView> => this.#http.call('GET', `/v1/profiles/${part(name)}`)

  runs = (): Promise<RunList> => this.#http.call('GET', '/v1/runs')
  run = (id: string): Promise<RunView> => this.#http.call('GET', `/v1/runs/${part(id)}`)
  /** Settles when the first stage acts. */
  startRun = (input: RunStartInput): Promise<RunView> => this.#http.call('POST', '/v1/runs', { body: input })
  /** Settles when it is healed. */
  stopRun = (id: string): Promise<RunView> => this.#http.call('POST', `/v1/runs/${part(id)}/stop`)

  events = (filter: EventFilter & { readonly limit?: number | undefined } = {}): Promise<EventPage> =>
    this.#http.call('GET', '/v1/events', { query: queryOf(filter) })

  /**
   * Events as they happen, without end. When the connection breaks it goes on after the last event seen,
   * and what was missed comes as a gap.
   */
  async *followEvents(filter: EventFilter = {}, signal?: AbortSignal): AsyncGenerator<Followed> {
    let { since } = filter
    const stopped = (): boolean => signal?.aborted === true
    while (!stopped()) {
      const body = await this.#http.stream('/v1/events', {
        query: { ...queryOf(filter), since, follow: true },
        headers: { accept: 'text/event-stream' },
        signal,
      })
      let seen = 0
      let broken: unknown
      try {
        for await (const { data, id } of readEventStream(body)) {
          seen++
          since = id ?? since
          yield JSON.parse(data) as Followed
        }
      } catch (error) {
        broken = error
      }
      // Taken up again, unless it brings nothing or what it brings is broken.
      if (!stopped() && (seen === 0 || broken instanceof SyntaxError)) {
        throw new UnreachableError(`${this.url} ended the event stream`, this.url, broken)
      }
    }
  }
}

const proxyPath = (name: string): string => `/v1/proxies/${part(name)}`
const faultPath = (proxy: string, fault?: string): string =>
  `${proxyPath(proxy)}/faults${fault === undefined ? '' : `/${part(fault)}`}`
