import { FaultlineError } from '../../contract/errors.ts'
import type { FactSink, HowClosed } from '../../contract/events.ts'
import type { ProxySpec } from '../../contract/model.ts'
import type { ConnectionFilter, ConnectionInfo, CountingProxy, Plane, PlaneTotals } from '../../contract/ports.ts'
import type { ManualClock } from '../../kernel/manual-clock.ts'
import type { Connection } from './connection.ts'
import { connectionInfo } from './connection-info.ts'
import type { PlaneGround } from './plane-ground.ts'
import type { PlaneParts } from './plane-parts.ts'
import { Proxy } from './proxy.ts'
import { Sightings } from './sightings.ts'
import { Visitor } from './visitor.ts'

/**
 * The proxies of one scope. It sees, counts and kills none but those opened through it, and tells facts to its own
 * sink; limits, kept ports and looked-up names are those of the process.
 */
export class PlaneRoom implements Plane {
  readonly #ground: PlaneGround
  readonly #parts: PlaneParts
  readonly #proxies = new Set<Proxy>()
  readonly #scope: string | undefined
  #closed = false

  /**
   * @param scope none is the default scope, whose listeners others may share
   * @param manual what its faults go by instead of real time
   */
  constructor(ground: PlaneGround, sink: FactSink, scope?: string, manual?: ManualClock) {
    this.#ground = ground
    this.#scope = scope
    this.#parts = {
      ...ground.parts,
      sink,
      manual,
      sightings: new Sightings(),
      proxyClosed: (proxy) => this.#gone(proxy),
    }
    if (scope !== undefined) ground.scopes.add(scope)
  }

  async open(spec: ProxySpec, seed: string): Promise<CountingProxy> {
    this.#mustBeOpen(spec)
    if (spec.shared !== undefined) return this.#join(spec, seed)
    const proxy = new Proxy(spec, seed, this.#parts)
    proxy.setFaults(spec.faults)
    try {
      await proxy.open()
    } catch (error) {
      await proxy.close()
      throw error
    }
    try {
      this.#mustBeOpen(spec)
    } catch (error) {
      await proxy.close()
      throw error
    }
    this.#proxies.add(proxy)
    if (this.#scope === undefined) this.#ground.commons.set(spec.name, proxy)
    return proxy
  }

  /** A room may be closed while a listener is opened in it. @throws scope_ended, shutting_down */
  #mustBeOpen({ name }: ProxySpec): void {
    if (!this.#closed) return
    const what = `cannot open proxy ${JSON.stringify(name)}: `
    throw this.#scope === undefined
      ? new FaultlineError('shutting_down', `${what}the daemon is stopping`)
      : new FaultlineError('scope_ended', `${what}scope ${this.#scope} has ended meanwhile`)
  }

  /** @throws proxy_not_found, proxy_not_http, invalid_request */
  #join(spec: ProxySpec, seed: string): CountingProxy {
    const host = this.#ground.commons.get(spec.name)
    const what = `cannot share the listener of proxy ${JSON.stringify(spec.name)}: `
    if (host === undefined || this.#scope === undefined)
      throw new FaultlineError('proxy_not_found', `${what}the default scope has no such proxy`)
    if (host.protocol !== 'http')
      throw new FaultlineError(
        'proxy_not_http',
        `${what}its protocol is ${host.protocol}, in which no request says whose it is`,
      )
    return host.guests.join(spec, { scope: this.#scope, seed, parts: this.#parts })
  }

  #gone(proxy: Proxy): void {
    this.#proxies.delete(proxy)
    const { commons } = this.#ground
    if (commons.get(proxy.name) === proxy) commons.delete(proxy.name)
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
    new Visitor(this.#parts, found, (connection) => connection.kill(how)).visitAll()
    return found.size
  }

  /** Of the whole process, whichever room is asked. */
  totals(): PlaneTotals {
    return this.#ground.totals()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#scope !== undefined) this.#ground.scopes.delete(this.#scope)
    await Promise.all([...this.#proxies].map((proxy) => proxy.close()))
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
