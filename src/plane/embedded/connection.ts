import type { Socket } from 'node:net'
import type { HowClosed, Origin } from '../../contract/events.ts'
import type { ConnectionInfo, Lane } from '../../contract/ports.ts'
import { plainAddress, formatAddress } from '../../contract/address.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Unit } from './decision.ts'
import { ConnectionFaults } from './connection-faults.ts'
import { subjectOf } from './connection-subject.ts'
import type { Dial } from './dialer.ts'
import { EarlyReader } from './early-reader.ts'
import { Link } from './link.ts'
import type { LinkOwner } from './slot-chain.ts'
import { syncLink } from './link-faults.ts'
import { relay } from './relay.ts'
import type { Ending, Shop } from './shop.ts'
import { abandon, closeSocket, forgetPeerName, resetSocket } from './sockets.ts'

/** One accepted client socket and its upstream socket, from accept until both are gone. */
export class Connection implements LinkOwner {
  readonly unit: Unit
  readonly openedAt: number
  readonly shop: Shop
  readonly client: Socket
  readonly clientAddress: string
  readonly #generation: number
  state: ConnectionInfo['state'] = 'accepting'
  server: Socket | undefined
  up: Link | undefined
  down: Link | undefined
  ending: Ending | undefined
  isAdmitted = false
  #dial: Dial | undefined
  #dialStart = 0
  /** Which faults acted at the end, once it is ending. */
  #lastFaults: readonly string[] | undefined
  #revision = -1
  #forgotten = false
  #faults: ConnectionFaults | undefined
  #early: EarlyReader | undefined

  constructor(shop: Shop, client: Socket, id: string, ordinal: number) {
    this.shop = shop
    this.client = client
    this.#generation = shop.generation
    this.openedAt = shop.clock.now()
    const address = plainAddress(client.remoteAddress)
    this.clientAddress = address === '' ? 'unix' : formatAddress(address, client.remotePort ?? 0)
    forgetPeerName(client)
    this.unit = { id, ordinal, client: address, openedAt: this.openedAt }
  }

  // ---- opening

  start(): void {
    relay.adopt(this.client, this)
    this.#revision = this.shop.revision
    if (this.shop.connectionFaults.length > 0 || this.shop.manual !== undefined) {
      this.#connectionFaults().sync(this.shop.connectionFaults)
      if (this.ending === undefined) this.#faults?.enter('accept')
    } else this.passed('accept')
  }

  #connectionFaults(): ConnectionFaults {
    this.#faults ??= new ConnectionFaults(subjectOf(this))
    return this.#faults
  }

  passed(stage: 'accept' | 'dial'): void {
    if (this.ending !== undefined) return
    if (stage === 'accept') {
      this.shop.admitted(this)
      this.state = 'dialling'
      if (this.#faults !== undefined) return this.#faults.enter('dial')
    }
    this.#dialStart = this.shop.clock.now()
    this.#dial = this.shop.dial(this)
  }

  dialled(server: Socket): void {
    try {
      this.#open(server)
    } catch (error) {
      this.bug(error)
    }
  }

  #open(server: Socket): void {
    this.#dial = undefined
    this.shop.dialEnded(this, 'ok', this.shop.clock.now() - this.#dialStart)
    this.server = server
    relay.adopt(server, this)
    this.state = 'open'
    this.up = new Link('upstream', this, this.shop, this.client, server)
    this.down = new Link('downstream', this, this.shop, server, this.client)
    this.syncLinks()
    if (this.ending !== undefined) return
    this.wire(this.up, this.down, server)
    if (this.#early === undefined) return
    const { ended } = this.#early
    relay.replay(this.client, this.#early.stop(), ended)
    this.#early = undefined
  }

  /** Reads the client although its links are not there yet; they are given what it said. */
  readEarly(): EarlyReader {
    const { heldBytesPerLink, budget } = this.shop
    this.#early ??= new EarlyReader(this.client, heldBytesPerLink, budget, () => this.#faults?.clientEnded())
    return this.#early
  }

  get clientUnread(): boolean {
    return this.up?.paused === true
  }

  /** Bytes may pass from now on. */
  protected wire(up: Link, down: Link, server: Socket): void {
    relay.start(this.client, server, up, down)
  }

  dialFailed(outcome: 'failed' | 'timeout', reason: string): void {
    this.#dial = undefined
    this.shop.dialEnded(this, outcome, this.shop.clock.now() - this.#dialStart)
    if (this.ending !== undefined) return
    // Accepted and reset before we were told of the connect: to the client that is a reset, no refusal.
    if (reason === 'ECONNRESET') resetSocket(this.client)
    this.drop('upstream', `dial_${reason}`)
  }

  // ---- while it lives

  get lastByteAt(): number {
    return Math.max(this.up?.lastAt ?? this.openedAt, this.down?.lastAt ?? this.openedAt)
  }

  /** Faults of the proxy changed, or all connections have to go. */
  sync(): void {
    if (this.#generation !== this.shop.generation) return this.drop('faultline')
    if (this.ending !== undefined || this.#revision === this.shop.revision) return
    this.#revision = this.shop.revision
    try {
      const wanted = this.shop.connectionFaults
      if (this.#faults !== undefined || wanted.length > 0) this.#connectionFaults().sync(wanted)
      this.syncLinks()
    } catch (error) {
      this.bug(error)
    }
  }

  syncLinks(): void {
    if (this.up !== undefined) this.syncLink(this.up)
    if (this.down !== undefined) this.syncLink(this.down)
  }

  syncLink(link: Link): void {
    if (link.done || link.revision === this.shop.revision) return
    if (this.#generation !== this.shop.generation) return this.drop('faultline')
    syncLink(link)
    link.settle()
  }

  get waitsForOthers(): boolean {
    return this.#faults?.waitsForOthers === true
  }

  askAgain(): void {
    try {
      this.#faults?.again()
    } catch (error) {
      this.bug(error)
    }
  }

  // ---- what the links and sockets say

  linkEnded(link: Link): void {
    const dst = link === this.up ? this.server : this.client
    if (dst === undefined || this.ending !== undefined) return
    // The side that would hear of it is gone already (its reset was swallowed), or has answered and gone: nothing
    // is left to wait for.
    const over = dst.destroyed || (link === this.down && this.server?.destroyed === true)
    if (over) this.finish('fin', link === this.up ? 'client' : 'upstream')
    else dst.end()
  }

  /**
   * A socket failed: a reset, but for a server that had said all it had to say and then took no more of the
   * request. Its reply still goes out, held or not, as it would without us.
   */
  socketFailed(link: Link): void {
    if (link !== this.down || !link.ended) link.reset()
    else if (this.client.writableEnded) this.finish('fin', 'upstream')
  }

  linkReset(link: Link, fault: AttachedFault | undefined): void {
    if (fault !== undefined) this.finish('rst', 'injected', fault)
    else this.finish('rst', link === this.up ? 'client' : 'upstream')
  }

  linkClosed(_link: Link, fault: AttachedFault, how: HowClosed): void {
    this.finish(how, 'injected', fault)
  }

  /** A socket of the connection is gone, in whatever way. */
  socketClosed(): void {
    const serverGone = this.server === undefined || this.server.destroyed
    if (this.ending === undefined && this.client.destroyed && this.server === undefined)
      this.drop('client', 'client_left')
    if (!this.client.destroyed || !serverGone) return
    this.ending ??= {
      how: 'fin',
      origin: this.up?.ended === true ? 'client' : 'upstream',
      fault: undefined,
      refusal: undefined,
      reason: undefined,
    }
    this.#forget()
  }

  // ---- ending

  /** A bug of ours costs this connection and nothing else. */
  bug(error: unknown): void {
    this.shop.bug(this, error)
    this.drop('faultline')
  }

  /** Ends both sides: what is held is discarded, what was written already goes out unless it is a reset. */
  finish(how: HowClosed, origin: Origin, fault?: AttachedFault, reason?: string): void {
    if (this.ending !== undefined) return
    const refusal = this.up === undefined ? 'refused' : undefined
    this.ending = { how, origin, fault: fault?.spec.name, refusal, reason }
    this.#stop()
    if (fault !== undefined)
      this.shop.injected(this, fault.spec.name, fault.spec.kind, how === 'rst' ? 'reset' : 'close')
    closeSocket(this.client, how)
    if (this.server !== undefined) closeSocket(this.server, how)
    this.socketClosed()
  }

  /** Abruptly, nothing flushed: FIN, or RST where bytes were left unread. */
  drop(origin: Origin, refusal?: string): void {
    this.ending ??= {
      how: 'fin',
      origin,
      fault: undefined,
      refusal: this.up === undefined ? (refusal ?? 'dropped') : undefined,
      reason: undefined,
    }
    this.#stop()
    abandon(this.client)
    if (this.server !== undefined) abandon(this.server)
    this.socketClosed()
  }

  kill(how: HowClosed): void {
    if (this.ending === undefined) return this.finish(how, 'faultline')
    // It was closing already, and its peer does not read.
    resetSocket(this.client)
    if (this.server !== undefined) resetSocket(this.server)
  }

  /** Told once, when the connection begins to end. */
  protected stopped(): void {}

  #stop(): void {
    this.stopped()
    this.state = 'closing'
    this.#lastFaults ??= this.faults
    this.#faults?.stop()
    this.#early?.stop()
    if (this.#dial !== undefined) {
      this.#dial.cancel()
      this.#dial = undefined
      this.shop.dialEnded(this, 'cancelled', this.shop.clock.now() - this.#dialStart)
    }
    this.up?.discard()
    this.down?.discard()
  }

  #forget(): void {
    if (this.#forgotten) return
    this.#forgotten = true
    this.#stop()
    this.shop.closed(this)
  }

  /** What looks at its bytes; undefined where nothing ever does. */
  get lane(): Lane | undefined {
    return undefined
  }

  /** Names of the faults that act on it now. */
  get faults(): readonly string[] {
    if (this.#lastFaults !== undefined) return this.#lastFaults
    const names = [...(this.#faults?.applied ?? [])]
    for (const link of [this.up, this.down]) for (const slot of link?.chain ?? []) names.push(slot.fault.spec.name)
    return names
  }
}
