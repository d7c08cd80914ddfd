import type { EventPage, ExchangeList } from '../contract/api.ts'
import type { ExchangeFilter } from '../contract/ports.ts'
import type {
  AdvanceView,
  EndedScope,
  FaultProof,
  ScopeInput,
  ScopeView,
  ShareInput,
  WaitInput,
  WaitView,
} from '../contract/scope-wire.ts'
import type { PartitionInput } from '../contract/partition.ts'
import type { RunStartInput } from '../contract/run-wire.ts'
import type { ProxyInput } from '../contract/wire.ts'
import type { EventFilter, FaultlineClient } from './client.ts'
import type { Followed } from './follow-events.ts'
import type { Duration, Fault } from './fault.ts'
import { PartitionHandle } from './partition-handle.ts'
import { ProxyHandle } from './proxy-handle.ts'
import { RunHandle } from './run-handle.ts'
import { waitOrThrow } from './wait.ts'
import type { WaitOptions } from './wait.ts'

export interface ScopeOptions extends Omit<ScopeInput, 'ttl'> {
  /** It ends when this client is silent for so long; default 60 s. */
  readonly ttl?: Duration
  /**
   * Holds it through an open stream, so that it ends the moment this process does; default true. Without it, it lives
   * by its ttl and `renew()`.
   */
  readonly hold?: boolean
}

/** A proxy to make: its upstream, and what else is not as usual. Names are the scope's own: two tests may both have `db`. */
export interface ScopedProxyInput extends Omit<ProxyInput, 'faults'> {
  /** Default: proxy1, proxy2, ... */
  readonly name?: string
  readonly faults?: readonly Fault[]
}

/** What one test owns on a daemon: proxies, faults, counts, events and runs, apart from those of all others. */
export class Scope implements AsyncDisposable {
  readonly id: string
  /** All chance in it follows from this. */
  readonly seed: string
  /** Every route of the native API, within this scope. */
  readonly client: FaultlineClient
  readonly #stream = new AbortController()
  readonly #mayStayUnfired = new Set<string>()
  #proxies = 0
  #ended: Promise<EndedScope> | undefined

  private constructor({ id, seed }: ScopeView, client: FaultlineClient) {
    this.id = id
    this.seed = seed
    this.client = client.within(id)
  }

  /** Use `Faultline.scope()`. */
  static async open(client: FaultlineClient, { hold = true, ...input }: ScopeOptions): Promise<Scope> {
    const scope = new Scope(await client.createScope(input), client)
    try {
      if (hold) await scope.#hold()
      return scope
    } catch (error) {
      await scope.end().catch(() => undefined)
      throw error
    }
  }

  /** Base URL of Toxiproxy's API within this scope, for clients of Toxiproxy in any language. */
  get toxiproxyUrl(): string {
    return `${this.client.url}/v1/scopes/${this.id}/toxiproxy`
  }

  /** A listener on a free port of loopback that forwards to `upstream`; another with `listen`. */
  async proxy({ name, faults, ...input }: ScopedProxyInput): Promise<ProxyHandle> {
    const proxy = { ...input, ...(faults === undefined ? {} : { faults }) } as ProxyInput
    return new ProxyHandle(this.client, await this.client.createProxy(name ?? `proxy${++this.#proxies}`, proxy))
  }

  /**
   * An HTTP proxy of the default scope, for this scope's requests alone: what is attached to it acts on those that carry
   * `headers`, or come from one of `clients` without a mark. @throws ApiError proxy_not_found, proxy_not_http
   */
  async shared(name: string, input: ShareInput = {}): Promise<ProxyHandle> {
    return new ProxyHandle(this.client, await this.client.shareProxy(this.id, name, input))
  }

  /** Fields that make a request one of this scope on a listener that scopes share. */
  get headers(): { readonly 'x-faultline-scope': string } {
    return { 'x-faultline-scope': this.id }
  }

  /** One of its proxies, by its name. @throws ApiError proxy_not_found */
  async find(name: string): Promise<ProxyHandle> {
    return new ProxyHandle(this.client, await this.client.proxy(name))
  }

  /** Starts a profile, by its name or given whole; settles when its first stage acts. */
  async run(profile: RunStartInput['profile'], options: Omit<RunStartInput, 'profile'> = {}): Promise<RunHandle> {
    return new RunHandle(this.client, await this.client.startRun({ profile, ...options }))
  }

  /** Cuts services that its proxies connect (`from`, `to`) off from each other, on open connections too. */
  async partition(input: PartitionInput): Promise<PartitionHandle> {
    return new PartitionHandle(this.client, await this.client.createPartition(input))
  }

  /** HTTP exchanges through its proxies, latest first. */
  exchanges(filter: ExchangeFilter = {}, limit?: number): Promise<ExchangeList> {
    return this.client.exchanges(filter, limit)
  }

  /** What happened so far. */
  journal(filter: EventFilter & { readonly limit?: number } = {}): Promise<EventPage> {
    return this.client.events(filter)
  }

  /** What happens from now on (or after `since`), without end: leave the loop, or abort. */
  events(filter: EventFilter = {}, signal?: AbortSignal): AsyncGenerator<Followed> {
    return this.client.followEvents(filter, signal)
  }

  /** Settles when it is so. @throws WaitError when it is not in time */
  waitFor(condition: Omit<WaitInput, 'timeout'>, options: WaitOptions = {}): Promise<WaitView> {
    return waitOrThrow(this.client, condition, options)
  }

  /**
   * Settles when something is due within so long by its manual clock: a delayed answer has come in and waits, say.
   * @throws WaitError when it is not in (real) time
   */
  waitUntilDue(within: Duration, options: WaitOptions = {}): Promise<WaitView> {
    return waitOrThrow(this.client, { due_within: within }, options)
  }

  /** What each fault did, those that are gone included. */
  async proof(): Promise<readonly FaultProof[]> {
    return (await this.client.proof()).faults
  }

  /** Faults that never acted, those that are gone included. */
  async unfired(): Promise<readonly FaultProof[]> {
    return (await this.client.unfired()).faults
  }

  /** Lets these faults go without ever acting: a test runner does not fail for them. */
  allowUnfired(...faults: readonly (string | { readonly name: string })[]): void {
    for (const fault of faults) this.#mayStayUnfired.add(typeof fault === 'string' ? fault : fault.name)
  }

  mayStayUnfired(fault: string): boolean {
    return this.#mayStayUnfired.has(fault)
  }

  /** Removes its faults, ends its runs and counts anew; proxies stay. For `afterEach`. */
  async reset(): Promise<void> {
    await this.client.reset()
  }

  /**
   * Moves its time, where it was opened with `clock: 'manual'`: by a duration, or to the next moment at which anything
   * is due. Settles when all that was due on the way is done. @throws ApiError clock_is_real, nothing_due, limit_reached
   */
  advance(by: Duration | 'next'): Promise<AdvanceView> {
    return this.client.advanceScope(this.id, by === 'next' ? { to: by } : { by })
  }

  /** Lets its time to live begin anew. Not needed while a stream holds it. */
  renew(ttl?: Duration): Promise<ScopeView> {
    return this.client.renewScope(this.id, ttl)
  }

  /** Ends it with all it owns; the second call answers what the first did. */
  end(): Promise<EndedScope> {
    this.#ended ??= this.client.endScope(this.id).finally(() => this.#stream.abort())
    return this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }

  async #hold(): Promise<void> {
    const stream = await this.client.holdScope(this.#stream.signal)
    const drain = async (): Promise<void> => {
      // Events are for events(); this one is only held, and must not fill up.
      for await (const _ of stream) void _
    }
    drain().catch(() => undefined)
  }
}
