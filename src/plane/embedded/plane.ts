import type { FactSink, HowClosed } from '../../contract/events.ts'
import type { ProxySpec } from '../../contract/model.ts'
import type {
  ConnectionFilter,
  ConnectionInfo,
  KindSource,
  Plane,
  PlaneLimits,
  PlaneTotals,
} from '../../contract/ports.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Connection } from './connection.ts'
import { connectionInfo } from './connection-info.ts'
import { ExchangeServer } from './http/exchange-lane.ts'
import { HeldBudget } from './held-budget.ts'
import { NameBook } from './name-book.ts'
import type { Lookup } from './name-book.ts'
import { PortKeeper } from './port-keeper.ts'
import { Proxy } from './proxy.ts'
import type { PlaneParts } from './plane-parts.ts'
import { Visitor } from './visitor.ts'

export interface EmbeddedPlaneOptions {
  readonly clock: Clock
  readonly sink: FactSink
  readonly kinds: KindSource
  readonly limits: PlaneLimits
  /** Default: the system's resolver. */
  readonly lookup?: Lookup
}

/** Carries traffic in this process. */
export class EmbeddedPlane implements Plane {
  readonly #limits: PlaneLimits
  readonly #budget: HeldBudget
  readonly #keeper = new PortKeeper()
  readonly #parts: PlaneParts
  readonly #proxies = new Set<Proxy>()
  #exchangeServer: ExchangeServer | undefined
  #connections = 0
  #lastId = 0

  constructor({ clock, sink, kinds, limits, lookup }: EmbeddedPlaneOptions) {
    this.#limits = limits
    this.#budget = new HeldBudget(limits.heldBytesTotal, clock)
    this.#parts = {
      clock,
      sink,
      kinds,
      limits,
      budget: this.#budget,
      names: new NameBook(clock, lookup),
      keeper: this.#keeper,
      exchangeServer: () => (this.#exchangeServer ??= new ExchangeServer()),
      nextConnectionId: () => this.#nextConnectionId(),
      connectionGone: () => void this.#connections--,
      proxyClosed: (proxy) => void this.#proxies.delete(proxy),
    }
  }

  async open(spec: ProxySpec, seed: string): Promise<Proxy> {
    const proxy = new Proxy(spec, seed, this.#parts)
    proxy.setFaults(spec.faults)
    try {
      await proxy.open()
    } catch (error) {
      await proxy.close()
      throw error
    }
    this.#proxies.add(proxy)
    return proxy
  }

  *connections(filter: ConnectionFilter = {}): Iterable<ConnectionInfo> {
    for (const connection of this.#matching(filter)) yield connectionInfo(connection)
  }

  countConnections(filter: ConnectionFilter = {}): number {
    let count = 0
    for (const _ of this.#matching(filter)) count++
    return count
  }

  kill(filter: ConnectionFilter, how: HowClosed): number {
    const found = new Set(this.#matching(filter))
    new Visitor(this.#parts.clock, found, (connection) => connection.kill(how)).visitAll()
    return found.size
  }

  totals(): PlaneTotals {
    return {
      connectionsOpen: this.#connections,
      connectionsLimit: this.#limits.connections,
      heldBytes: this.#budget.used,
      heldBytesLimit: this.#budget.limit,
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies].map((proxy) => proxy.close()))
    this.#keeper.close()
  }

  #nextConnectionId(): string | undefined {
    if (this.#connections >= this.#limits.connections) return undefined
    this.#connections++
    return `c${++this.#lastId}`
  }

  *#matching(filter: ConnectionFilter): Iterable<Connection> {
    for (const proxy of this.#proxies) {
      if (filter.proxy !== undefined && filter.proxy !== proxy.name) continue
      for (const connection of proxy.connections) {
        if (filter.id !== undefined && filter.id !== connection.unit.id) continue
        if (
          filter.client !== undefined &&
          filter.client !== connection.unit.client &&
          filter.client !== connection.clientAddress
        )
          continue
        if (filter.fault !== undefined && !connection.faults.includes(filter.fault)) continue
        yield connection
      }
    }
  }
}
