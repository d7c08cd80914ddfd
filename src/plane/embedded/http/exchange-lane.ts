import { Server, ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import type { Socket } from 'node:net'
import type { HttpConnection } from './http-connection.ts'
import type { Acting } from './decide-exchange.ts'
import { Exchange } from './exchange.ts'
import { LARGEST_HEAD, guardedHttpProxy } from './guarded-http-proxy.ts'
import type HttpProxy from 'http-proxy'
import { LaneAgent } from './lane-agent.ts'
import { targetOf } from './outgoing.ts'
import type { Target } from './outgoing.ts'
import { LanePort } from './lane-port.ts'
import { RequestGate } from './request-gate.ts'
import type { GateHost } from './request-gate.ts'
import { BodyWait } from './body-wait.ts'
import type { RequestHead } from './head.ts'
import type { HowClosed } from '../../../contract/events.ts'
import type { Watched } from './watched-exchange.ts'

/** What was decided at a head in the wire lane. */
export interface Decided {
  readonly watched: Watched
  readonly acting: readonly Acting[]
}

const LANE = Symbol('lane')
const EXCHANGE = Symbol('exchange')

type Laned = Duplex & { [LANE]: ExchangeLane }
type Exchanged = IncomingMessage & { [EXCHANGE]: Exchange }

const REFUSAL = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'

/** What all exchange lanes of the plane share: one parser of requests and one forwarder. */
export class ExchangeServer {
  readonly server: Server
  readonly proxy: HttpProxy

  constructor() {
    // The daemon keeps the young generation at a megabyte. What one exchange here needs lives until it is answered, and
    // some dozens at once would be copied again and again: half of all processor time.
    setFlagsFromString('--semi-space-growth-factor=2')
    this.server = new Server({
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      maxHeaderSize: LARGEST_HEAD,
      requireHostHeader: false,
    })
    Object.assign(this.server, { httpAllowHalfOpen: true, timeout: 0, maxHeadersCount: 0 })
    const lane = (req: IncomingMessage): ExchangeLane => (req.socket as unknown as Laned)[LANE]
    this.server.on('request', (req, res) => lane(req).request(req, res))
    this.server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => lane(req).request(req, res))
    this.server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => lane(req).request(req, res))
    this.server.on('upgrade', (req, _socket, head) => lane(req).upgrade(req, head))
    this.server.on('connect', (req, _socket, head) => lane(req).upgrade(req, head))
    this.server.on('clientError', (_error, socket) => (socket as Laned)[LANE].refuse())
    this.proxy = guardedHttpProxy({
      requested: (up, req) => (req as Exchanged)[EXCHANGE].sender.requested(up),
      answered: (up, req) => (req as Exchanged)[EXCHANGE].sender.answered(up),
      failed: (error, req) => (req as Exchanged)[EXCHANGE].sender.failed(error),
    })
  }
}

/** One client connection after its hand-over: exchanges one at a time, each through its faults. */
export class ExchangeLane {
  readonly connection: HttpConnection
  readonly shared: ExchangeServer
  readonly port: LanePort
  readonly agent: LaneAgent
  /** The upstream, which stays the same as long as the connection. */
  readonly target: Target
  /** Decided in the wire lane; the first request here does not decide again. */
  #decided: Decided | undefined
  /** Of the request that waits for its body. */
  #watched: Watched | undefined
  #current: Exchange | undefined
  #gone = false
  readonly gate: RequestGate
  /** The caller said all it had to say. */
  callerEnded = false

  constructor(connection: HttpConnection, shared: ExchangeServer, server: Socket | undefined, decided: Decided) {
    this.connection = connection
    this.shared = shared
    this.port = new LanePort(connection.unit.client, connection.client.remotePort ?? 0)
    this.agent = new LaneAgent(connection.shop, server)
    this.target = targetOf(connection.shop.upstream)
    this.#decided = decided
    ;(this.port as unknown as Laned)[LANE] = this
    this.port.on('error', () => {})
    const host: GateHost = {
      waitFor: (head, bytes, gaveUp) => this.#waitFor(head, bytes, gaveUp),
      waited: ({ head, body }) => {
        const watched = this.#watched ?? connection.began(head)
        this.#watched = undefined
        this.#decided = { watched, acting: connection.decide(watched, head, body) }
      },
      push: (bytes) => this.port.push(bytes),
      ended: () => this.#callerEnds(),
      refuse: () => this.refuse(),
      broken: () => this.refuse(),
      drained: () => this.port.drained(),
    }
    this.gate = new RequestGate(host, connection.shop.http.requests)
  }

  /** Only a request that nobody has decided about yet, and that cannot be decided without its body. */
  #waitFor(head: RequestHead, bytes: Uint8Array, gaveUp: () => void): BodyWait | undefined {
    const { connection } = this
    const { shop } = connection
    if (!connection.looksAtBodies || this.#decided !== undefined || shop.budget.full) return undefined
    const watched = connection.began(head)
    if (!connection.needsBody(watched, head)) {
      this.#decided = { watched, acting: connection.decide(watched, head) }
      return undefined
    }
    this.#watched = watched
    return new BodyWait(head, bytes, shop, () => {
      try {
        gaveUp()
      } catch (error) {
        connection.bug(error)
      }
    })
  }

  #callerEnds(): void {
    this.callerEnded = true
    this.port.push(null)
    this.#current?.callerEnded()
  }

  start(): void {
    this.shared.server.emit('connection', this.port)
  }

  request(req: IncomingMessage, res: ServerResponse): void {
    if (this.#gone) return
    const exchange = this.#begin(req, res)
    exchange.run().then(
      () => this.#over(exchange),
      (error: unknown) => this.connection.bug(error),
    )
  }

  #begin(req: IncomingMessage, res: ServerResponse): Exchange {
    const exchange = new Exchange(this, req, res, this.#decided)
    this.#decided = undefined
    this.#current = exchange
    ;(req as Exchanged)[EXCHANGE] = exchange
    return exchange
  }

  #over(exchange: Exchange): void {
    if (this.#current !== exchange) return
    this.#current = undefined
    // Behind the last answer nothing is asked any more.
    if (this.#gone || this.port.writableEnded) return
    try {
      this.gate.next()
    } catch (error) {
      this.connection.bug(error)
    }
    // A caller that ended its side and was answered expects nothing more.
    if (this.callerEnded && this.#current === undefined) this.port.end()
  }

  /** What is written to the caller in this turn leaves in one piece, as with a bare socket: head, body and end. */
  gather(): void {
    const { client, shop } = this.connection
    client.cork()
    shop.clock.soon(() => client.uncork())
  }

  /** Faults of the proxy changed: what waits for that is asked again. */
  changed(): void {
    this.#current?.changed()
  }

  /** Not HTTP/1.x as both parsers read it: an answer, where none is under way, and the end. */
  refuse(): void {
    const current = this.#current
    if (this.port.writable) this.port.end(current?.answering === true ? undefined : REFUSAL)
    current?.abandon()
  }

  /** The caller is gone, or the connection ends: whatever is under way is abandoned. */
  stop(how: HowClosed = 'fin'): void {
    if (this.#gone) return
    this.#gone = true
    this.#current?.abandon()
    // Handed over, and never read again: the head was none for node:http.
    if (this.#decided !== undefined) this.connection.told(this.#decided.watched, this.#decided.acting)
    this.gate.stop()
    if (this.#watched !== undefined) this.connection.ended(this.#watched)
    this.agent.end(how)
    this.port.destroy()
  }

  /** Faults act on the request; if they leave it alone, the connection is a tunnel from here on. */
  upgrade(req: IncomingMessage, head: Buffer): void {
    const res = new ServerResponse(req)
    res.assignSocket(this.port as never)
    // Nobody reads requests behind this one: an answer by a fault is the last.
    res.shouldKeepAlive = false
    res.once('finish', () => this.port.end())
    const exchange = this.#begin(req, res)
    exchange.runRequest().then(
      (server) => {
        if (server === undefined || this.#gone) return server?.destroy() as never
        res.detachSocket(this.port as never)
        this.#current = undefined
        this.#gone = true
        this.connection.tunnel(exchange.head, head, server)
      },
      (error: unknown) => this.connection.bug(error),
    )
  }
}
