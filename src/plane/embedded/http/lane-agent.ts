import { Agent } from 'node:http'
import { connect } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { parseAddress } from '../../../contract/address.ts'
import { SOCKET_OPTIONS } from '../dialer.ts'
import type { NameBook } from '../name-book.ts'

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
  }

  override createConnection(): Socket {
    const first = this.#first
    this.#first = undefined
    if (first !== undefined && !first.destroyed && first.writable && !first.readableEnded) return first
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
      if (free === undefined) continue
      free.emit('agentRemove')
      free.removeAllListeners()
      return free
    }
    return this.createConnection()
  }
}
