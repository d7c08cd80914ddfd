import type { Socket } from 'node:net'
import type { FactSink, ProxyState } from '../../contract/events.ts'
import { parseAddress, sameListen } from '../../contract/address.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { AnyConnectionKind, Stream } from '../../contract/kind.ts'
import type { FaultSpec, ProxySpec } from '../../contract/model.ts'
import type { FaultStatus, KindSource, PlaneProxy, ProxyStatus } from '../../contract/ports.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AttachedFault } from './attached-fault.ts'
import { Connection } from './connection.ts'
import { closesListener } from './connection-faults.ts'
import { Dial, type DialOutcome } from './dialer.ts'
import type { HeldBudget } from './held-budget.ts'
import { ListenerSwitch, type ListenerHost, type Mode } from './listener-switch.ts'
import type { NameBook } from './name-book.ts'
import type { PortKeeper } from './port-keeper.ts'
import { ProxyLedger } from './proxy-ledger.ts'
import type { Shop } from './shop.ts'
import { resetSocket } from './sockets.ts'
import { Visitor } from './visitor.ts'

/** What the plane lends to each of its proxies. */
export interface PlaneParts {
  readonly clock: Clock
  readonly sink: FactSink
  readonly kinds: KindSource
  readonly budget: HeldBudget
  readonly names: NameBook
  readonly keeper: PortKeeper
  readonly limits: { readonly connectionsPerProxy: number; readonly heldBytesPerLink: number; readonly dialMs: number }
  /** Undefined when the daemon holds as many connections as it may. */
  nextConnectionId(): string | undefined
  connectionGone(): void
  proxyClosed(proxy: Proxy): void
}

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
  faults: { readonly [stream in Stream]: readonly AttachedFault[] } = { upstream: [], downstream: [] }
  connectionFaults: readonly AttachedFault[] = []
  revision = 0
  /** Rises when all connections have to go. */
  generation = 0
  upstream: string
  openCount = 0
  readonly #parts: PlaneParts
  readonly #seed: string
  #opened = false
  readonly #visitor: Visitor<Connection>
  #listener: ListenerSwitch
  #enabled: boolean
  #attached: readonly AttachedFault[] = []
  #ordinal = 0
  #askAgain = false

  constructor(spec: ProxySpec, seed: string, parts: PlaneParts) {
    this.name = spec.name
    this.upstream = spec.upstream
    this.#enabled = spec.enabled
    this.#seed = seed
    this.#parts = parts
    this.#ledger = new ProxyLedger(spec.name, parts.sink)
    this.bytes = this.#ledger.bytes
    this.clock = parts.clock
    this.names = parts.names
    this.keeper = parts.keeper
    this.budget = parts.budget
    this.heldBytesPerLink = parts.limits.heldBytesPerLink
    this.#listener = new ListenerSwitch(spec.listen, this)
    this.#visitor = new Visitor(parts.clock, this.connections, (connection) => connection.sync())
  }

  // ---- PlaneProxy

  async reconfigure(spec: ProxySpec): Promise<void> {
    const moved = !sameListen(spec.listen, this.#listener.text)
    if (moved && spec.enabled) await this.#move(spec.listen)
    else if (moved) await this.#replaceListener(new ListenerSwitch(spec.listen, this))
    else if (spec.enabled && !this.#enabled && this.#mode(true) === 'listening') await this.#listener.open()
    const gone = moved || spec.upstream !== this.upstream || !spec.enabled
    this.upstream = spec.upstream
    this.#enabled = spec.enabled
    if (gone) this.#dropAll()
    await this.#listener.want(this.#mode(spec.enabled))
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
      await old.want(this.#mode(this.#enabled))
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
    await this.#listener.want(this.#mode(this.#enabled))
  }

  setFaults(specs: readonly FaultSpec[]): number {
    const before = this.#attached
    if (specs.length === before.length && specs.every((spec, i) => before[i]?.spec === spec)) return 0
    const now = this.clock.now()
    const next = specs.map((spec) => {
      const same = before.find(
        ({ spec: old }) => old.name === spec.name && old.kind === spec.kind && old.stream === spec.stream,
      )
      if (same === undefined) return this.#attach(spec, now)
      if (same.spec !== spec && same.respec(spec)) same.startWindow(this.clock, () => this.#changed())
      return same
    })
    for (const fault of before) if (!next.includes(fault)) fault.stop()
    this.#attached = next
    this.#changed()
    return this.connections.size
  }

  #attach(spec: FaultSpec, now: number): AttachedFault {
    const kind = this.#parts.kinds.get(spec.kind)
    if (kind === undefined) throw new FaultlineError('kind_not_found', `no kind is called ${JSON.stringify(spec.kind)}`)
    const fault = new AttachedFault(spec, kind, this.name, this.#seed, this.#parts.sink, now)
    fault.startWindow(this.clock, () => this.#changed())
    return fault
  }

  /** Visible to every link at once by revision; those that rest are visited. */
  #changed(): void {
    const by = (stream: Stream): readonly AttachedFault[] =>
      this.#attached.filter((fault) => fault.kind.layer === 'stream' && fault.spec.stream === stream)
    this.faults = { upstream: by('upstream'), downstream: by('downstream') }
    this.connectionFaults = this.#attached.filter((fault) => fault.kind.layer === 'connection')
    this.revision++
    this.#visitor.visitAll()
    if (this.#opened) void this.#listener.want(this.#mode(this.#enabled))
  }

  /** What the listener should be, by the first active fault that has a say. */
  #mode(enabled: boolean): Mode {
    if (!enabled) return 'disabled'
    const fault = this.connectionFaults.find(
      (one) => one.active && one.spec.toxicity >= 1 && !one.spec.dryRun && closesListener(one),
    )
    if (fault === undefined) return 'listening'
    if (fault.applied === 0) fault.engage()
    const mode = (fault.kind as AnyConnectionKind).listener?.(fault.spec.attributes)
    return mode === 'stalled' ? 'stalled' : 'refused'
  }

  resetCounters(): void {
    this.#ordinal = 0
    for (const fault of this.#attached) fault.resetCounters()
  }

  async close(): Promise<void> {
    this.#parts.proxyClosed(this)
    for (const fault of this.#attached) fault.stop()
    const closed = this.#listener.close()
    this.#dropAll()
    await closed
  }

  fault(name: string): FaultStatus | undefined {
    return this.#attached.find((fault) => fault.spec.name === name)?.status()
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
    const connection = new Connection(this, client, id, ordinal)
    this.connections.add(connection)
    try {
      connection.start()
    } catch (error) {
      connection.bug(error)
    }
  }

  // ---- Shop

  dial(connection: Connection): Dial {
    return new Dial(this.upstream, connection, this.names, this.clock, this.#parts.limits.dialMs)
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
    this.revision++
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
