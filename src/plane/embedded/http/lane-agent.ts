import { Agent } from 'node:http'
import type { ClientRequest } from 'node:http'
import { connect } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { parseAddress } from '../../../contract/address.ts'
import { SOCKET_OPTIONS } from '../dialer.ts'
import type { NameBook } from '../name-book.ts'
import type { HowClosed } from '../../../contract/events.ts'
import { resetSocket } from '../sockets.ts'

function ignore(): void {}

/** How long an upstream socket may rest unused before it goes. */
const IDLE_MS = 60_000

/**
 * The upstream sockets of one client connection. The first is the one that the connection had before; a further
 * one is dialled only when that is gone. Unbounded on purpose: one exchange is under way at a time.
 */
export class LaneAgent extends Agent {
  readonly #upstream: string
  readonly #names: NameBook
  #first: Socket | undefined

  constructor(upstream: string, names: NameBook, first: Socket | undefined) {
    super({ keepAlive: true, maxFreeSockets: 1, timeout: IDLE_MS })
    this.#upstream = upstream
    this.#names = names
    this.#first = first
    // Until a request takes it, nobody else hears what becomes of it.
    first?.on('error', ignore)
  }

  /** Ends every socket: a caller that was reset resets its upstream. */
  end(how: HowClosed): void {
    const all = [...Object.values(this.sockets), ...Object.values(this.freeSockets)].flatMap((list) => list ?? [])
    if (this.#first !== undefined) all.push(this.#first)
    this.#first = undefined
    for (const socket of all) {
      if (how === 'rst') resetSocket(socket)
      else socket.destroy()
    }
    super.destroy()
  }

  override createConnection(): Socket {
    const first = this.#first
    this.#first = undefined
    first?.off('error', ignore)
    if (first !== undefined && !first.destroyed && first.writable && !first.readableEnded) return first
    first?.destroy()
    const address = parseAddress(this.#upstream, 'upstream')
    if (address.is === 'unix') return connect({ path: address.path })
    const lookup: LookupFunction = (host, _options, answered) => {
      this.#names.resolve(host, (error, [ip]) => {
        if (ip === undefined)
          answered(Object.assign(new Error(`${host}: ${error ?? 'no address'}`), { code: error }), '', 4)
        else answered(null, ip, ip.includes(':') ? 6 : 4)
      })
    }
    return connect({
      ...SOCKET_OPTIONS,
      allowHalfOpen: false,
      host: address.host,
      port: address.port,
      lookup,
      autoSelectFamily: false,
    })
  }

  /** An upstream socket for a tunnel; the agent forgets it. */
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
      return free
    }
    return this.createConnection()
  }
}
