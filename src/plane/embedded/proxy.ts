import type { Socket } from 'node:net'
import type { ProxyState } from '../../contract/events.ts'
import { sameListen } from '../../contract/address.ts'
import type { Stream } from '../../contract/kind.ts'
import type { Explanation, SampleRequest } from '../../contract/explain.ts'
import type { HeldView } from '../../contract/hold.ts'
import type { FaultSpec, Protocol, ProxySpec } from '../../contract/model.ts'
import type { CountingProxy, FaultStatus, ProxyStatus } from '../../contract/ports.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AskAgain } from './ask-again.ts'
import type { AttachedFault } from './attached-fault.ts'
import { Connection } from './connection.ts'
import { Dial, type DialListener, type DialOutcome } from './dialer.ts'
import type { HeldBudget } from './held-budget.ts'
import type { Host } from './http/guest.ts'
import { GuestBook } from './http/guest-book.ts'
import { foreseeExchange } from './http/foresee-exchange.ts'
import { HttpConnection } from './http/http-connection.ts'
import { RequestedFaults } from './http/requested-faults.ts'
import type { PlaneHttp } from './http/plane-http.ts'
import type { Watched } from './http/watched-exchange.ts'
import { ListenerSwitch } from './listener-switch.ts'
import type { ListenerHost } from './listener-switch.ts'
import { movedListener } from './moved-listener.ts'
import type { NameBook } from './name-book.ts'
import type { PortKeeper } from './port-keeper.ts'
import type { PlaneParts } from './plane-parts.ts'
import { ProxyFaults } from './proxy-faults.ts'
import { ProxyLedger } from './proxy-ledger.ts'
import type { Shop } from './shop.ts'
import type { Sightings } from './sightings.ts'
import { resetSocket } from './sockets.ts'
import { Visitor } from './visitor.ts'

/** A proxy: its listener, its faults, its connections, and what it counted. */
export class Proxy implements CountingProxy, Shop, ListenerHost, Host {
  readonly name: string
  readonly clock: Clock
  readonly manual: PlaneParts['manual']
  readonly names: NameBook
  readonly keeper: PortKeeper
  readonly budget: HeldBudget
  readonly heldBytesPerLink: number
  readonly connections = new Set<Connection>()
  readonly bytes: ProxyLedger['bytes']
  readonly #ledger: ProxyLedger
  readonly #faults: ProxyFaults
  readonly bodyForFaults: number
  readonly requestedFaults: RequestedFaults
  readonly guests: GuestBook
  readonly sightings: Sightings
  evidenceHeader: boolean
  /** Rises when all connections have to go. */
  generation = 0
  upstream: string
  openCount = 0
  readonly #parts: PlaneParts
  #opened = false
  readonly #visitor: Visitor<Connection>
  #listener: ListenerSwitch
  #enabled: boolean
  #ordinal = 0
  #exchanges = 0
  protocol: Protocol
  readonly #askAgain: AskAgain

  constructor(spec: ProxySpec, seed: string, parts: PlaneParts) {
    this.name = spec.name
    this.upstream = spec.upstream
    this.#enabled = spec.enabled
    this.#faults = new ProxyFaults(spec.name, seed, parts, () => this.#turned())
    this.#parts = parts
    this.#ledger = new ProxyLedger(spec.name, parts.sink)
    this.bytes = this.#ledger.bytes
    this.clock = parts.clock
    this.manual = parts.manual
    this.names = parts.names
    this.keeper = parts.keeper
    this.budget = parts.budget
    this.heldBytesPerLink = parts.limits.heldBytesPerLink
    this.bodyForFaults = parts.limits.bodyForFaults ?? 1024 ** 2
    this.protocol = spec.protocol
    this.evidenceHeader = spec.evidenceHeader === true
    this.requestedFaults = new RequestedFaults(spec, seed, parts)
    this.guests = new GuestBook(this, parts.scopeIsOpen, () => this.#visitor.visitAll())
    this.sightings = parts.sightings
    this.#listener = new ListenerSwitch(spec.listen, this)
    this.#askAgain = new AskAgain(parts.clock, this.connections)
    this.#visitor = new Visitor(parts, this.connections, (connection) => connection.sync())
  }

  // ---- PlaneProxy

  async reconfigure(spec: ProxySpec): Promise<void> {
    const moved = !sameListen(spec.listen, this.#listener.text)
    if (moved && spec.enabled) await this.#replaceListener(await this.#moved(spec.listen))
    else if (moved) await this.#replaceListener(new ListenerSwitch(spec.listen, this))
    else if (spec.enabled && !this.#enabled && this.#faults.mode(true) === 'listening') await this.#listener.open()
    const gone = moved || spec.upstream !== this.upstream || !spec.enabled || spec.protocol !== this.protocol
    this.upstream = spec.upstream
    this.protocol = spec.protocol
    this.evidenceHeader = spec.evidenceHeader === true
    if (this.requestedFaults.allow(spec.requestFaults)) this.#visitor.visitAll()
    this.#enabled = spec.enabled
    if (gone) this.#dropAll()
    await this.#listener.want(this.#faults.mode(spec.enabled))
  }

  #moved(text: string): Promise<ListenerSwitch> {
    return movedListener(this.#listener, text, this, () => this.#faults.mode(this.#enabled))
  }

  async #replaceListener(next: ListenerSwitch): Promise<void> {
    const old = this.#listener
    if (!old.closed) this.#listener = next // else the proxy was closed while it was opened
    await (old.closed ? next : old).close()
  }

  async open(): Promise<void> {
    // Opened first even where a fault closes it at once, so that port 0 becomes a port.
    if (this.#enabled) await this.#listener.open()
    this.#opened = true
    await this.#listener.want(this.#faults.mode(this.#enabled))
  }

  setFaults(specs: readonly FaultSpec[]): number {
    if (!this.#faults.set(specs)) return 0
    return this.connections.size
  }

  #turned(): void {
    this.#visitor.visitAll()
    if (this.#opened) void this.#listener.want(this.#faults.mode(this.#enabled))
  }

  resetCounters(): void {
    this.#ordinal = this.#exchanges = 0
    this.#faults.resetCounters()
    this.requestedFaults.letGo()
    this.#visitor.visitAll()
  }

  async close(): Promise<void> {
    this.#parts.proxyClosed(this)
    this.#faults.stop()
    this.guests.close()
    const closed = this.#listener.close()
    this.#dropAll()
    await closed
  }

  fault(name: string): FaultStatus | undefined {
    return this.#faults.status(name)
  }

  held(name: string): readonly HeldView[] {
    return this.#faults.find(name)?.held?.list() ?? []
  }

  release(name: string, count: number, instead: FaultSpec | undefined): number {
    return this.#faults.release(name, count, instead)
  }

  explain(sample: SampleRequest, guest = this.guests.find(sample)): Omit<Explanation, 'proxy'> {
    const sources = [this.#faults, ...(guest === undefined ? [] : [guest]), this.requestedFaults]
    return foreseeExchange(sample, this.#exchanges + 1, this.clock.now(), sources)
  }

  status(): ProxyStatus {
    let heldBytes = 0
    for (const { up, down } of this.connections) heldBytes += (up?.heldBytes ?? 0) + (down?.heldBytes ?? 0)
    return {
      state: this.#listener.state,
      listen: this.#listener.text,
      error: this.#listener.error,
      connectionsOpen: this.connections.size,
      heldBytes,
      ...this.#ledger.counts,
      ...(this.guests.opened ? { marks: this.guests.counts } : {}),
      ...(this.protocol === 'http' ? { exchanges: this.#ledger.exchanges, wishes: this.requestedFaults.counts } : {}),
    }
  }

  // ---- ListenerHost

  stateChanged(state: ProxyState, error: string | undefined): void {
    this.#ledger.state(state, this.#listener.text, error)
  }

  socket(client: Socket): void {
    const ordinal = ++this.#ordinal
    this.#ledger.total++
    const room = this.connections.size < this.#parts.limits.connectionsPerProxy
    const id = room ? this.#parts.nextConnectionId() : undefined
    if (id === undefined) {
      client.on('error', () => {})
      this.#ledger.turnedAway(
        ordinal,
        client.remoteAddress ?? '',
        room ? 'limits.connections' : 'limits.connections_per_proxy',
      )
      return resetSocket(client)
    }
    const connection = new (this.protocol === 'http' ? HttpConnection : Connection)(this, client, id, ordinal)
    this.connections.add(connection)
    if (this.protocol === 'tcp') this.sightings.tell(this.name, id, connection.unit)
    try {
      connection.start()
    } catch (error) {
      connection.bug(error)
    }
  }

  // ---- Shop

  get faults(): { readonly [stream in Stream]: readonly AttachedFault[] } {
    return this.#faults.byStream
  }

  get connectionFaults(): readonly AttachedFault[] {
    return this.#faults.onConnections
  }

  get exchangeFaults(): readonly AttachedFault[] {
    return this.#faults.onExchanges
  }

  get countingFaults(): readonly AttachedFault[] {
    return this.#faults.counting
  }

  get bodyFaults(): readonly AttachedFault[] {
    return this.#faults.onBodies
  }

  get revision(): number {
    return this.#faults.revision
  }

  dial(listener: DialListener): Dial {
    return new Dial(this.upstream, listener, this.names, this.clock, this.#parts.limits.dialMs)
  }

  get http(): PlaneHttp {
    return this.#parts.http
  }

  nextExchange(): number {
    return ++this.#exchanges
  }

  exchangeEnded(connection: Connection, watched: Watched, now: number): void {
    const ended = this.#ledger.exchange(connection, watched, now, this.requestedFaults.settle(watched))
    watched.visit?.guest.ended(watched, ended)
  }

  opaque(connection: Connection, reason: string): void {
    this.#ledger.opaque(connection, reason)
  }

  admitted(connection: Connection): void {
    connection.isAdmitted = true
    this.openCount++
  }

  dialEnded(connection: Connection | undefined, outcome: DialOutcome, ms: number): void {
    this.#ledger.dialEnded(connection, outcome, this.upstream, ms)
  }

  evictOldest(but: Connection, fault: AttachedFault): void {
    for (const connection of this.connections) {
      if (connection === but || !connection.isAdmitted || connection.ending !== undefined) continue
      connection.finish('rst', 'injected', fault)
      return
    }
  }

  injected(connection: Connection, fault: string, kind: string, effect: 'reset' | 'close'): void {
    this.#ledger.injected(connection, fault, kind, effect)
  }

  bug(connection: Connection, error: unknown): void {
    this.#ledger.bug(connection, error)
  }

  closed(connection: Connection): void {
    this.connections.delete(connection)
    if (connection.isAdmitted) this.openCount--
    this.#parts.connectionGone()
    this.#ledger.closed(connection, this.clock.now())
    if (this.connectionFaults.length > 0) this.#askAgain.somebodyLeft()
  }

  /** From this turn on no byte passes; the sockets of thousands are closed in slices of the loop. */
  #dropAll(): void {
    this.generation++
    this.#faults.revision++
    this.#visitor.visitAll()
  }
}
