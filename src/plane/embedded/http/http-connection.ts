import type { Socket } from 'node:net'
import type { RequestHead as ExchangeHead } from '../../../contract/exchange.ts'
import type { Lane } from '../../../contract/ports.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { Connection } from '../connection.ts'
import type { Link } from '../link.ts'
import { relay } from '../relay.ts'
import { decideExchange } from './decide-exchange.ts'
import type { Acting } from './decide-exchange.ts'
import { ExchangeLane } from './exchange-lane.ts'
import type { RequestHead } from './head.ts'
import { fromRaw } from './headers.ts'
import { Watched } from './watched-exchange.ts'
import { WireLane } from './wire-lane.ts'
import type { LaneOwner } from './wire-lane.ts'

/** How long a reset waits for bytes that were sent before it to leave for the kernel. */
const BEHIND_MS = 1000

/** A connection whose exchanges are seen: first in the wire lane, after a hand-over in the exchange lane. */
export class HttpConnection extends Connection implements LaneOwner {
  #looks: Lane = 'wire'
  #wire: WireLane | undefined
  #lane: ExchangeLane | undefined

  protected override wire(up: Link, down: Link, server: Socket): void {
    const lane = new WireLane(this, up, down)
    this.#wire = lane
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
    const request = 'version' in head ? head : exchangeHead(head)
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
    this.client.pause()
  }

  resumeClient(): void {
    if (this.up?.paused === false) this.client.resume()
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
    lane.port.connectLinks(up, down)
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
    up.dst = server
    down.src = server
    relay.adopt(server, this)
    relay.wire(server, down, up)
    server.resume()
    this.resumeClient()
  }

  // ---- ending

  override linkEnded(link: Link): void {
    if (this.#lane === undefined || link === this.down) super.linkEnded(link)
    else this.#lane.port.push(null)
  }

  /** Behind what was sent: FIN at once, RST when the kernel has taken the bytes, a second later at most. */
  async cutBehind(how: 'fin' | 'rst', fault: AttachedFault): Promise<void> {
    const { clock } = this.shop
    if (how === 'rst' && this.client.writableLength > 0) {
      await new Promise<void>((resolve) => {
        const timer = clock.at(clock.now() + BEHIND_MS, resolve)
        const done = (): void => {
          timer.cancel()
          resolve()
        }
        this.client.once('drain', done)
        this.client.once('close', done)
      })
    }
    this.finish(how, 'injected', fault.spec.name, fault.spec.kind)
  }

  override sync(): void {
    super.sync()
    this.#lane?.changed()
  }

  protected override stopped(): void {
    this.#wire?.stop()
    this.#lane?.stop()
  }
}

function exchangeHead(head: RequestHead): ExchangeHead {
  const { target } = head
  const mark = target.indexOf('?')
  return {
    method: head.method,
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? undefined : target.slice(mark + 1),
    version: head.minor === 0 ? '1.0' : '1.1',
    headers: fromRaw(head.rawHeaders),
  }
}
