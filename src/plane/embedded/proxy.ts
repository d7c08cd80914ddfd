import type { Socket } from 'node:net'
import type { ProxyState } from '../../contract/events.ts'
import { parseAddress, sameListen } from '../../contract/address.ts'
import type { Stream } from '../../contract/kind.ts'
import type { Explanation, SampleRequest } from '../../contract/explain.ts'
import type { FaultSpec, Protocol, ProxySpec } from '../../contract/model.ts'
import type { FaultStatus, PlaneProxy, ProxyStatus } from '../../contract/ports.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { AttachedFault } from './attached-fault.ts'
import { Connection } from './connection.ts'
import { Dial } from './dialer.ts'
import type { DialOutcome } from './dialer.ts'
import type { HeldBudget } from './held-budget.ts'
import type { ExchangeServer } from './http/exchange-lane.ts'
import { HttpConnection } from './http/http-connection.ts'
import type { Watched } from './http/watched-exchange.ts'
import { ListenerSwitch } from './listener-switch.ts'
import type { ListenerHost } from './listener-switch.ts'
import type { NameBook } from './name-book.ts'
import type { PortKeeper } from './port-keeper.ts'
import type { PlaneParts } from './plane-parts.ts'
import { ProxyFaults } from './proxy-faults.ts'
import { ProxyLedger } from './proxy-ledger.ts'
import type { Shop } from './shop.ts'
import { resetSocket } from './sockets.ts'
import { Visitor } from './visitor.ts'

/** A proxy: its listener, its faults, its connections, and what it counted. */
export class Proxy implements PlaneProxy, Shop, ListenerHost {
  readonly name: string
  readonly clock: Clock
  readonly names: NameBook
  readonly keeper: PortKeeper
  readonly budget: HeldBudget
  readonly heldBytesPerLink: number
  readonly connections = new Set<Connection>()
  readonly bytes: ProxyLedger['bytes']
  readonly #ledger: ProxyLedger
  readonly #faults: ProxyFaults
  readonly bodyForFaults: number
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
  #protocol: Protocol
  #askAgain = false

  constructor(spec: ProxySpec, seed: string, parts: PlaneParts) {
    this.name = spec.name
    this.upstream = spec.upstream
    this.#enabled = spec.enabled
    this.#faults = new ProxyFaults(spec.name, seed, parts, () => this.#turned())
    this.#parts = parts
    this.#ledger = new ProxyLedger(spec.name, parts.sink)
    this.bytes = this.#ledger.bytes
    this.clock = parts.clock
    this.names = parts.names
    this.keeper = parts.keeper
    this.budget = parts.budget
    this.heldBytesPerLink = parts.limits.heldBytesPerLink
    this.bodyForFaults = parts.limits.bodyForFaults ?? 1024 ** 2
    this.#protocol = spec.protocol
    this.evidenceHeader = spec.evidenceHeader === true
    this.#listener = new ListenerSwitch(spec.listen, this)
    this.#visitor = new Visitor(parts.clock, this.connections, (connection) => connection.sync())
  }

  // ---- PlaneProxy

  async reconfigure(spec: ProxySpec): Promise<void> {
    const moved = !sameListen(spec.listen, this.#listener.text)
    if (moved && spec.enabled) await this.#move(spec.listen)
    else if (moved) await this.#replaceListener(new ListenerSwitch(spec.listen, this))
    else if (spec.enabled && !this.#enabled && this.#faults.mode(true) === 'listening') await this.#listener.open()
    const gone = moved || spec.upstream !== this.upstream || !spec.enabled || spec.protocol !== this.#protocol
    this.upstream = spec.upstream
    this.#protocol = spec.protocol
    this.evidenceHeader = spec.evidenceHeader === true
    this.#enabled = spec.enabled
    if (gone) this.#dropAll()
    await this.#listener.want(this.#faults.mode(spec.enabled))
  }

  /** The new address is bound before the old one goes, so a failure leaves the proxy as it was. */
  async #move(text: string): Promise<void> {
    const next = new ListenerSwitch(text, this)
    if (!sharesPort(text, this.#listener.text)) {
      await next.open()
      return this.#replaceListener(next)
    }
    const old = this.#listener
    await old.want('disabled')
    try {
      await next.open()
    } catch (error) {
      await old.want(this.#faults.mode(this.#enabled))
      throw error
    }
    await this.#replaceListener(next)
  }

  async #replaceListener(next: ListenerSwitch): Promise<void> {
    const old = this.#listener
    this.#listener = next
    await old.close()
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

  /** Visible to every link at once by revision; those that rest are visited. */
  #turned(): void {
    this.#visitor.visitAll()
    if (this.#opened) void this.#listener.want(this.#faults.mode(this.#enabled))
  }

  resetCounters(): void {
    this.#ordinal = this.#exchanges = 0
    this.#faults.resetCounters()
  }

  async close(): Promise<void> {
    this.#parts.proxyClosed(this)
    this.#faults.stop()
    const closed = this.#listener.close()
    this.#dropAll()
    await closed
  }

  fault(name: string): FaultStatus | undefined {
    return this.#faults.status(name)
  }

  explain({ client, request }: SampleRequest): Omit<Explanation, 'proxy'> {
    const ordinal = this.#exchanges + 1
    const unit = { id: `x${ordinal}`, connection: '', ordinal, client, openedAt: this.clock.now(), request }
    return { ordinal, faults: this.#faults.foresee(unit) }
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
      ...(this.#protocol === 'http' ? { exchanges: this.#ledger.exchanges } : {}),
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
    const connection = new (this.#protocol === 'http' ? HttpConnection : Connection)(this, client, id, ordinal)
    this.connections.add(connection)
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

  get revision(): number {
    return this.#faults.revision
  }

  dial(connection: Connection): Dial {
    return new Dial(this.upstream, connection, this.names, this.clock, this.#parts.limits.dialMs)
  }

  get exchangeServer(): ExchangeServer {
    return this.#parts.exchangeServer()
  }

  nextExchange(): number {
    return ++this.#exchanges
  }

  exchangeEnded(connection: Connection, watched: Watched, faults: readonly string[]): void {
    this.#ledger.exchange(connection, watched, faults, this.clock.now())
  }

  opaque(connection: Connection, reason: string): void {
    this.#ledger.opaque(connection, reason)
  }

  admitted(connection: Connection): void {
    connection.isAdmitted = true
    this.openCount++
  }

  dialEnded(connection: Connection, outcome: DialOutcome, ms: number): void {
    this.#ledger.dialEnded(connection, outcome, this.upstream, ms)
  }

  evictOldest(but: Connection, fault: AttachedFault): void {
    for (const connection of this.connections) {
      if (connection === but || !connection.isAdmitted || connection.ending !== undefined) continue
      connection.finish('rst', 'injected', fault.spec.name, fault.spec.kind)
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
    this.#somebodyLeft()
  }

  /** Those who wait for a place are asked again, once a turn however many left. */
  #somebodyLeft(): void {
    if (this.#askAgain || this.connectionFaults.length === 0) return
    this.#askAgain = true
    this.clock.soon(() => {
      this.#askAgain = false
      for (const connection of this.connections) if (connection.waitsForOthers) connection.askAgain()
    })
  }

  /** From this turn on no byte passes; the sockets of thousands are closed in slices of the loop. */
  #dropAll(): void {
    this.generation++
    this.#faults.revision++
    this.#visitor.visitAll()
  }
}

function sharesPort(a: string, b: string): boolean {
  try {
    const [left, right] = [parseAddress(a, 'listen'), parseAddress(b, 'listen')]
    if (left.is === 'tcp' && right.is === 'tcp') return left.port !== 0 && left.port === right.port
    return left.is === 'unix' && right.is === 'unix' && left.path === right.path
  } catch {
    return false
  }
}
