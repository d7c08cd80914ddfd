import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { HowClosed } from '../../../contract/events.ts'
import type { Dial, DialOutcome } from '../dialer.ts'
import type { Shop } from '../shop.ts'
import { resetSocket } from '../sockets.ts'
import { unreachable } from './upstream-failed.ts'
import type { UpstreamFailed } from './upstream-failed.ts'

function ignore(): void {}

/** Not among its public types, and what every agent package calls. */
type Requesting = ClientRequest & { onSocket(socket: Socket | undefined, error?: Error): void }
type Used = Socket & { _httpMessage: ClientRequest | null }

/** How long an upstream socket may rest unused before it goes. */
const IDLE_MS = 60_000

/**
 * The upstream sockets of one client connection, one exchange after the other. The first is the one that the connection
 * had before; a further one is dialled only when that is gone. Node's own agent would know of many hosts and of requests
 * that queue, and takes a tenth of the time of an exchange for it.
 */
export class LaneAgent {
  // What node:http asks of an agent, besides `addRequest`.
  readonly protocol = 'http:'
  readonly defaultPort = 80
  readonly keepAlive = true
  readonly #shop: Pick<Shop, 'clock' | 'dial' | 'dialEnded'>
  readonly #dials = new Map<Dial, () => void>()
  /** All that are there, with what ends our hearing of them. */
  readonly #sockets = new Map<Socket, () => void>()
  /** The next that a request takes. */
  #resting: Socket | undefined
  /** The bytes it had said when it came to rest. */
  #heard = 0

  constructor(shop: Pick<Shop, 'clock' | 'dial' | 'dialEnded'>, first: Socket | undefined) {
    this.#shop = shop
    if (first !== undefined) this.#keep(first)
  }

  #keep(socket: Socket): void {
    const gone = (): void => void this.#sockets.delete(socket)
    // Node says so when an answer has ended, and the request too.
    const free = (): void => this.#rest(socket)
    const idle = (): void => {
      if (socket === this.#resting) socket.destroy()
      else socket.setTimeout(IDLE_MS, idle)
    }
    // While it is used, node:http hears of errors as well.
    socket.on('error', ignore).on('close', gone).on('free', free)
    socket.setTimeout(IDLE_MS, idle)
    this.#sockets.set(socket, () => {
      socket.setTimeout(0, idle)
      socket.off('close', gone).off('free', free)
    })
    this.#rest(socket)
  }

  #rest(socket: Socket): void {
    ;(socket as Used)._httpMessage = null
    this.#resting = socket
    this.#heard = socket.bytesRead
  }

  /** A request that is sent now finds a socket. One that is not fit for it goes, as does one that spoke unasked. */
  get atHand(): boolean {
    const socket = this.#resting
    if (socket === undefined) return false
    if (!socket.destroyed && socket.writable && !socket.readableEnded && socket.bytesRead === this.#heard) return true
    socket.destroy()
    this.#resting = undefined
    return false
  }

  /** Dials before a request is made: node:http makes its head when there is something to send, socket or not. */
  dial(): Promise<void> {
    const { clock } = this.#shop
    const from = clock.now()
    return new Promise((resolve, reject) => {
      const ended = (outcome: DialOutcome, error?: UpstreamFailed): void => {
        this.#dials.delete(dial)
        this.#shop.dialEnded(undefined, outcome, clock.now() - from)
        if (error === undefined) resolve()
        else reject(error)
      }
      const dial = this.#shop.dial({
        dialled: (socket) => {
          socket.allowHalfOpen = false
          this.#keep(socket)
          ended('ok')
        },
        dialFailed: (outcome, reason) => ended(outcome, unreachable(reason)),
      })
      this.#dials.set(dial, () => ended('cancelled', unreachable('cancelled')))
    })
  }

  /** Ends every socket: a caller that was reset resets its upstream. */
  end(how: HowClosed): void {
    for (const [dial, cancelled] of this.#dials) {
      dial.cancel()
      cancelled()
    }
    this.#resting = undefined
    for (const socket of this.#sockets.keys()) {
      if (how === 'rst') resetSocket(socket)
      else socket.destroy()
    }
  }

  /** Called by node:http with each request. */
  addRequest(req: ClientRequest): void {
    // Node leaves out what is behind the first 1,000 fields of an answer, and says nothing; the size of heads is bounded.
    req.maxHeadersCount = 0
    const socket = this.#resting
    this.#resting = undefined
    // Gone in the very turn in which it was at hand.
    const error = socket === undefined ? unreachable('ECONNRESET') : undefined
    ;(req as Requesting).onSocket(socket, error)
  }

  /** The upstream socket that is at hand, for a tunnel; the agent forgets it. */
  take(): Socket {
    const socket = this.#resting
    this.#resting = undefined
    if (socket === undefined) throw unreachable('ECONNRESET')
    this.#sockets.get(socket)?.()
    this.#sockets.delete(socket)
    return socket
  }
}
