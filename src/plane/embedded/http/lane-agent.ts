import { Agent } from 'node:http'
import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { HowClosed } from '../../../contract/events.ts'
import type { Dial, DialOutcome } from '../dialer.ts'
import type { Shop } from '../shop.ts'
import { resetSocket } from '../sockets.ts'
import { unreachable } from './upstream-failed.ts'
import type { UpstreamFailed } from './upstream-failed.ts'

function ignore(): void {}

const usable = (socket: Socket): boolean => !socket.destroyed && socket.writable && !socket.readableEnded

/** Not among its public types, and what every agent package overrides. */
const addRequest = (Agent.prototype as unknown as { addRequest(req: ClientRequest, options: unknown): void }).addRequest

const UPSTREAM = 'upstream'
/** How to connect is known here; Node copies options more than once for each request. The name it would make up. */
const NO_OPTIONS = { servername: '' }

/** How long an upstream socket may rest unused before it goes. */
const IDLE_MS = 60_000

/**
 * The upstream sockets of one client connection. The first is the one that the connection had before; a further
 * one is dialled only when that is gone. Unbounded on purpose: one exchange is under way at a time.
 */
export class LaneAgent extends Agent {
  readonly #shop: Pick<Shop, 'clock' | 'dial' | 'dialEnded'>
  readonly #dials = new Map<Dial, () => void>()
  /** The next that a request takes. */
  #next: Socket | undefined

  constructor(shop: Pick<Shop, 'clock' | 'dial' | 'dialEnded'>, first: Socket | undefined) {
    super({ keepAlive: true, maxFreeSockets: 1, timeout: IDLE_MS })
    this.#shop = shop
    if (first !== undefined) this.#keep(first)
  }

  /** Until a request takes it, nobody else hears what becomes of it. */
  #keep(socket: Socket): void {
    socket.on('error', ignore)
    this.#next = socket
  }

  /** A request that is sent now finds a socket: what is not fit for it any more goes. */
  get atHand(): boolean {
    for (const free of this.freeSockets[UPSTREAM] ?? []) {
      if (usable(free)) return true
      free.destroy()
    }
    if (this.#next !== undefined && usable(this.#next)) return true
    this.#next?.destroy()
    this.#next = undefined
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
    const all = [...Object.values(this.sockets), ...Object.values(this.freeSockets)].flatMap((list) => list ?? [])
    if (this.#next !== undefined) all.push(this.#next)
    this.#next = undefined
    for (const socket of all) {
      if (how === 'rst') resetSocket(socket)
      else socket.destroy()
    }
    super.destroy()
  }

  /** Node leaves out what is behind the first 1,000 fields of an answer, and says nothing; the size of heads is bounded. */
  addRequest(req: ClientRequest): void {
    req.maxHeadersCount = 0
    addRequest.call(this, req, NO_OPTIONS)
  }

  /** All its sockets go the same way. */
  override getName(): string {
    return UPSTREAM
  }

  override createConnection(_options: unknown, created?: (error: Error | null, socket: Socket) => void): Socket {
    const socket = this.#next
    this.#next = undefined
    socket?.off('error', ignore)
    // Gone in the very turn in which it was at hand.
    if (socket === undefined) created?.(unreachable('ECONNRESET'), undefined as never)
    return socket as Socket
  }

  /** The upstream socket that is at hand, for a tunnel; the agent forgets it. */
  take(): Socket {
    for (const list of Object.values(this.freeSockets)) {
      const free = list?.find((socket) => !socket.destroyed)
      if (list === undefined || free === undefined) continue
      // Node forgets only those in use by itself.
      list.splice(list.indexOf(free), 1)
      // Later Nodes end a free socket that says something; only this lifts the guard.
      this.reuseSocket(free, {} as ClientRequest)
      free.setTimeout(0)
      free.emit('agentRemove')
      free.removeAllListeners()
      // Its taker listens a turn later.
      free.on('error', ignore)
      return free
    }
    const socket = this.#next
    this.#next = undefined
    if (socket === undefined) throw unreachable('ECONNRESET')
    return socket
  }
}
