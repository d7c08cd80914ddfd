import type { ConnectionList, ConnectionsKilled, ExchangeList } from '../contract/api.ts'
import type { HowClosed } from '../contract/events.ts'
import type { Explanation } from '../contract/explain.ts'
import type { ExchangeFilter } from '../contract/ports.ts'
import type { WaitView } from '../contract/scope-wire.ts'
import type { ExplainInput, FaultInput, ProxyPatch, ProxyView } from '../contract/wire.ts'
import type { FaultlineClient } from './client.ts'
import { FaultHandle } from './fault-handle.ts'
import type { Fault } from './fault.ts'
import { rewriteUrl } from './rewrite-url.ts'
import { waitOrThrow } from './wait.ts'
import type { WaitOptions } from './wait.ts'

/** A proxy of a scope. */
export class ProxyHandle implements AsyncDisposable {
  readonly name: string
  /** `host:port`, or `unix:/path`: where callers connect. */
  readonly listen: string
  readonly upstream: string
  readonly #client: FaultlineClient

  constructor(client: FaultlineClient, { name, listen, upstream }: ProxyView) {
    this.#client = client
    this.name = name
    this.listen = listen
    this.upstream = upstream
  }

  /** Without brackets, as `net.connect` and most drivers take it. */
  get host(): string {
    return this.listen.slice(0, this.listen.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
  }

  get port(): number {
    return Number(this.listen.slice(this.listen.lastIndexOf(':') + 1))
  }

  /** The same connection string with this proxy's address in it: postgres://, redis://, amqp://, http://, ... */
  rewrite(url: string): string {
    return rewriteUrl(url, this.listen)
  }

  /** Attaches a fault, at once and on open connections too: `proxy.add(latency({ latency: 200 }))`. */
  async add(fault: Fault): Promise<FaultHandle> {
    return new FaultHandle(this.#client, this.name, await this.#client.addFault(this.name, fault as FaultInput))
  }

  /** With the fault (or faults, in order) only while `work` goes on, whether it settles or throws. */
  async during<T>(faults: Fault | readonly Fault[], work: (fault: FaultHandle) => T | Promise<T>): Promise<T> {
    const attached: FaultHandle[] = []
    try {
      for (const fault of [faults].flat() as Fault[]) attached.push(await this.add(fault))
      const [first] = attached
      if (first === undefined) throw new TypeError('during() was given no fault')
      return await work(first)
    } finally {
      for (const fault of attached.reverse()) await fault.remove()
    }
  }

  /** Refuses connections and drops those that are open, as a process that died would; only while `work` goes on when it is given. */
  async down<T>(work?: () => T | Promise<T>): Promise<T | undefined> {
    await this.#client.patchProxy(this.name, { enabled: false })
    if (work === undefined) return undefined
    try {
      return await work()
    } finally {
      await this.up()
    }
  }

  async up(): Promise<void> {
    await this.#client.patchProxy(this.name, { enabled: true })
  }

  /** Drops the connections that are open; new ones are served. */
  cut(how: HowClosed = 'rst'): Promise<ConnectionsKilled> {
    return this.#client.killConnections({ proxy: this.name }, how)
  }

  update(patch: ProxyPatch): Promise<ProxyView> {
    return this.#client.patchProxy(this.name, patch)
  }

  view(): Promise<ProxyView> {
    return this.#client.proxy(this.name)
  }

  connections(): Promise<ConnectionList> {
    return this.#client.connections({ proxy: this.name })
  }

  /** HTTP exchanges through it, latest first. */
  exchanges(filter: Omit<ExchangeFilter, 'proxy'> = {}, limit?: number): Promise<ExchangeList> {
    return this.#client.exchanges({ ...filter, proxy: this.name }, limit)
  }

  /** Which faults would act on a request that came next, and why the others would not. */
  explain(request: ExplainInput['request']): Promise<Explanation> {
    return this.#client.explain({ proxy: this.name, request })
  }

  /** Settles when so many connections are open. @throws WaitError when they are not in time */
  waitForConnections(
    open: number | { at_least?: number; at_most?: number },
    options: WaitOptions = {},
  ): Promise<WaitView> {
    const connections = typeof open === 'number' ? { at_least: open, at_most: open } : open
    return waitOrThrow(this.#client, { proxy: this.name, connections }, options)
  }

  /** Settles when so many exchanges have ended. @throws WaitError when they have not in time */
  waitForExchanges(count: number, options: WaitOptions = {}): Promise<WaitView> {
    return waitOrThrow(this.#client, { proxy: this.name, exchanges: count }, options)
  }

  async remove(): Promise<void> {
    await this.#client.removeProxy(this.name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove()
  }
}
