import type { Socket } from 'node:net'
import type { RequestHead as ExchangeHead } from '../../../contract/exchange.ts'
import type { Lane } from '../../../contract/ports.ts'
import type { Timer } from '../../../kernel/clock.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { Connection } from '../connection.ts'
import type { Link } from '../link.ts'
import { relay } from '../relay.ts'
import { ClientSource } from './client-source.ts'
import { decideExchange } from './decide-exchange.ts'
import type { Acting } from './decide-exchange.ts'
import { exchangeHead } from './exchange-head.ts'
import { ExchangeLane } from './exchange-lane.ts'
import type { RequestHead } from './head.ts'
import { Watched } from './watched-exchange.ts'
import { WireLane } from './wire-lane.ts'
import type { LaneOwner } from './lane-owner.ts'

const NOTHING = Buffer.alloc(0)

/** How long a reset waits for bytes that were sent before it to leave for the kernel. */
const BEHIND_MS = 1000

/** A connection whose exchanges are seen: first in the wire lane, after a hand-over in the exchange lane. */
export class HttpConnection extends Connection implements LaneOwner {
  #looks: Lane = 'wire'
  #wire: WireLane | undefined
  /** How it ends when what was sent has gone out. */
  #cut: { readonly how: 'fin' | 'rst'; readonly fault: AttachedFault | undefined } | undefined
  #cutTimer: Timer | undefined
  #source: ClientSource | undefined
  #lane: ExchangeLane | undefined

  protected override wire(up: Link, down: Link, server: Socket): void {
    const lane = new WireLane(this, up, down)
    this.#wire = lane
    this.#source = new ClientSource(this.client, up.paused)
    up.src = this.#source
    relay.start(this.client, server, up, down, { client: lane.client, server: lane.server })
  }

  // ---- LaneOwner

  get decides(): boolean {
    return this.shop.exchangeFaults.length > 0
  }

  began(head: RequestHead): Watched {
    return this.watch(head.method, head.target, head)
  }

  watch(method: string, target: string, fields: { readonly rawHeaders: readonly string[] }): Watched {
    return new Watched(this.shop.nextExchange(), method, target, fields, this.shop.clock.now.bind(this.shop.clock))
  }

  decide(watched: Watched, head: RequestHead | ExchangeHead): readonly Acting[] {
    const request =
      'version' in head
        ? head
        : exchangeHead(head.method, head.target, head.minor === 0 ? '1.0' : '1.1', head.rawHeaders)
    return decideExchange(this.shop.exchangeFaults, {
      ...this.unit,
      id: `x${watched.ordinal}`,
      connection: this.unit.id,
      ordinal: watched.ordinal,
      request,
    })
  }

  missed(reason: 'too_late' | 'opaque'): void {
    for (const fault of this.shop.exchangeFaults) if (fault.active) fault.passedOver(reason)
  }

  ended(watched: Watched): void {
    this.told(watched, [])
  }

  told(watched: Watched, acting: readonly Acting[]): void {
    this.shop.exchangeEnded(
      this,
      watched,
      acting.map(({ fault }) => fault.spec.name),
    )
  }

  opaque(reason: string): void {
    this.missed('opaque')
    this.#looks = 'opaque'
    this.shop.opaque(this, reason)
  }

  tunnelled(): void {
    this.#looks = 'tunnel'
  }

  override get lane(): Lane {
    return this.#looks
  }

  pauseClient(): void {
    this.#source?.hold()
  }

  resumeClient(): void {
    this.#source?.letGo()
  }

  /** In one turn: the upstream socket goes to the lane's agent, the links stand on the client's side. */
  handOver(unread: readonly Uint8Array[], watched: Watched, acting: readonly Acting[]): void {
    const { up, down, server } = this
    if (up === undefined || down === undefined || server === undefined || this.ending !== undefined) return
    relay.release(server)
    server.allowHalfOpen = false
    this.server = undefined
    const lane = new ExchangeLane(this, this.shop.exchangeServer, server, { watched, acting })
    this.#lane = lane
    this.#looks = 'exchange'
    lane.port.connectLinks(up, down, lane.gate)
    up.dst = lane.port.into
    down.src = lane.port.from
    relay.hear(this.client, up)
    lane.start()
    for (const bytes of unread) up.data(bytes)
    this.resumeClient()
  }

  /** Out of the exchange lane: the request goes on as it came, and what follows is nobody's business. */
  tunnel(head: ExchangeHead, early: Uint8Array, server: Socket): void {
    const { up, down } = this
    const lane = this.#lane
    if (up === undefined || down === undefined || lane === undefined || this.ending !== undefined)
      return server.destroy() as never
    this.#lane = undefined
    this.#looks = 'tunnel'
    this.server = server
    server.allowHalfOpen = true
    const fields = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    server.write(Buffer.from(`${head.method} ${head.target} HTTP/${head.version}\r\n${fields}\r\n`, 'latin1'))
    if (early.length > 0) server.write(early)
    for (
      let more: Buffer | null = lane.port.read() as Buffer | null;
      more !== null;
      more = lane.port.read() as Buffer | null
    )
      server.write(more)
    for (const bytes of lane.gate.give()) server.write(bytes)
    lane.agent.end('fin')
    up.dst = server
    down.src = server
    relay.adopt(server, this)
    relay.wire(server, down, up)
    server.resume()
    up.drained()
    if (lane.gate.callerHasEnded) server.end()
    this.resumeClient()
  }

  // ---- ending

  override linkEnded(link: Link): void {
    if (link === this.down && this.#cut !== undefined) this.#cutNow()
    else if (this.#lane === undefined || link === this.down) super.linkEnded(link)
    else this.#lane.gate.end()
  }

  /**
   * Ends the connection behind what was sent, through the faults of the downstream too: FIN, or RST when the kernel
   * has taken the bytes, a second later at most. Without a fault it is the upstream that broke off.
   */
  cutBehind(how: 'fin' | 'rst', fault?: AttachedFault): void {
    if (this.#cut !== undefined || this.ending !== undefined) return
    this.#cut = { how, fault }
    const port = this.#lane?.port
    if (port === undefined || port.writableEnded || port.destroyed) return this.#cutNow()
    // The mark goes the way of the bytes, and linkEnded tells of its arrival.
    port.end()
    // Where nothing held it up it has arrived by now.
    if (how === 'fin' || !this.#open) return
    const { clock } = this.shop
    this.#cutTimer = clock.at(clock.now() + BEHIND_MS, () => {
      // Where a fault of the downstream holds the bytes, the reset waits behind them.
      if (this.down?.held === 0) this.#finishCut()
    })
  }

  get #open(): boolean {
    return this.ending === undefined
  }

  #cutNow(): void {
    if (this.#cut?.how !== 'rst' || this.client.writableLength === 0 || this.client.destroyed) return this.#finishCut()
    const { clock } = this.shop
    this.#cutTimer?.cancel()
    this.#cutTimer = clock.at(clock.now() + BEHIND_MS, () => this.#finishCut())
    // Called when all that was written before it has left for the kernel.
    this.client.write(NOTHING, () => this.#finishCut())
  }

  #finishCut(): void {
    const { how = 'fin', fault } = this.#cut ?? {}
    if (fault === undefined) this.finish(how, 'upstream')
    else this.finish(how, 'injected', fault.spec.name, fault.spec.kind)
  }

  override linkClosed(link: Link, fault: AttachedFault, how: 'fin' | 'rst'): void {
    if (how === 'fin' || link !== this.down) return super.linkClosed(link, fault, how)
    this.#cut ??= { how, fault }
    this.#cutNow()
  }

  override sync(): void {
    super.sync()
    try {
      this.#lane?.changed()
    } catch (error) {
      this.bug(error)
    }
  }

  protected override stopped(): void {
    this.#cutTimer?.cancel()
    this.#wire?.stop()
    this.#lane?.stop(this.ending?.how)
  }
}
