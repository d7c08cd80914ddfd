import { connect, createServer } from 'node:net'
import type { AddressInfo, NetConnectOpts, Server, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** How the other side let go: a FIN, a RST, or not at all yet. */
export type Fate = 'open' | 'fin' | 'rst'

const NOTHING = new Uint8Array(0)

/**
 * One end of a TCP connection, as a test sees it. libuv may report a RST as a clean end, so on every end the kernel
 * is asked by a write of nothing.
 */
export class Peer {
  readonly socket: Socket
  fate: Fate = 'open'
  /** The system's code, where there was an error. */
  code: string | undefined
  closed = false
  #chunks: Buffer[] = []
  #length = 0
  #wakers: (() => void)[] = []

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (bytes: Buffer) => {
      this.#chunks.push(bytes)
      this.#length += bytes.length
      this.#wake()
    })
    socket.on('end', () => {
      if (!socket.writable) return this.#settle('fin')
      socket.write(NOTHING, (error) => {
        if (error === undefined || error === null) this.#settle('fin')
      })
    })
    socket.on('error', (error: Error & { code?: string }) => {
      this.code = error.code
      this.#settle('rst')
    })
    socket.on('close', () => {
      this.closed = true
      this.#wake()
    })
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get text(): string {
    return this.bytes.toString('latin1')
  }

  get length(): number {
    return this.#length
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes)
    return this
  }

  /** FIN, with what was written before it. */
  end(): this {
    this.socket.end()
    return this
  }

  reset(): this {
    this.socket.resetAndDestroy()
    return this
  }

  async until(what: () => boolean, name: string, ms = 5000): Promise<this> {
    const limit = setTimeout(() => {
      late = true
      this.#wake()
    }, ms)
    let late = false
    while (!what()) {
      if (late) {
        clearTimeout(limit)
        throw new Error(`${name} did not happen in ${ms} ms: ${this.#length} bytes, ${this.fate}, ${String(this.code)}`)
      }
      await new Promise<void>((resolve) => this.#wakers.push(resolve))
    }
    clearTimeout(limit)
    return this
  }

  gets(text: string): Promise<this> {
    return this.until(() => this.#length >= text.length && this.text.includes(text), `getting ${JSON.stringify(text)}`)
  }

  getsBytes(count: number, ms?: number): Promise<this> {
    return this.until(() => this.#length >= count, `getting ${count} bytes`, ms)
  }

  /** @returns 'fin' or 'rst', once it is known */
  async ending(ms?: number): Promise<Fate> {
    await this.until(() => this.fate !== 'open', 'an ending', ms)
    return this.fate
  }

  #settle(fate: Fate): void {
    // A RST may follow a FIN and then counts.
    if (this.fate === 'open' || fate === 'rst') this.fate = fate
    this.#wake()
  }

  #wake(): void {
    for (const waker of this.#wakers.splice(0)) waker()
  }
}

export interface Upstream {
  readonly address: string
  readonly port: number
  readonly server: Server
  /** Accepted so far, in order. */
  readonly peers: readonly Peer[]
  /** The n-th accepted, from 0, when it is there. */
  peer(index: number): Promise<Peer>
}

/** A listener on a free port of 127.0.0.1 that hands out its connections; closed with them when the test ends. */
export async function useUpstream(
  options: { onPeer?: (peer: Peer) => void; host?: string; path?: string; port?: number } = {},
): Promise<Upstream> {
  const peers: Peer[] = []
  const wakers: (() => void)[] = []
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const peer = new Peer(socket)
    peers.push(peer)
    options.onPeer?.(peer)
    for (const waker of wakers.splice(0)) waker()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(
      options.path === undefined
        ? { host: options.host ?? '127.0.0.1', port: options.port ?? 0 }
        : { path: options.path },
      resolve,
    )
  })
  onTestFinished(() => {
    for (const peer of peers) peer.socket.destroy()
    server.close()
  })
  const { port = 0 } = (options.path === undefined ? server.address() : {}) as Partial<AddressInfo>
  const host = options.host?.includes(':') === true ? `[${options.host}]` : (options.host ?? '127.0.0.1')
  return {
    address: options.path === undefined ? `${host}:${port}` : `unix:${options.path}`,
    port,
    server,
    peers,
    async peer(index) {
      while (peers.length <= index) await new Promise<void>((resolve) => wakers.push(resolve))
      return peers[index] as Peer
    },
  }
}

/** Says every byte back, and the end behind it. */
export function useEcho(options: { host?: string; path?: string } = {}): Promise<Upstream> {
  return useUpstream({ ...options, onPeer: ({ socket }) => void socket.pipe(socket) })
}

/** A client that begins to connect now. */
export function useClient(address: string, options: { localAddress?: string } = {}): Peer {
  const socket = connect({ ...target(address), ...options, allowHalfOpen: true, noDelay: true })
  onTestFinished(() => void socket.destroy())
  return new Peer(socket)
}

/** A client whose connect succeeded. @throws when it did not */
export async function useConnected(address: string): Promise<Peer> {
  const peer = useClient(address)
  await connected(peer)
  return peer
}

export function connected(peer: Peer): Promise<void> {
  if (!peer.socket.connecting && !peer.closed) return Promise.resolve()
  return new Promise((resolve, reject) => {
    peer.socket.once('connect', resolve)
    peer.socket.once('error', reject)
  })
}

/** What a connect to the address comes to within `ms`. */
export async function knock(address: string, ms = 1000): Promise<string> {
  const socket = connect(target(address))
  try {
    return await new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve('unanswered'), ms)
      const done = (what: string): void => {
        clearTimeout(timer)
        resolve(what)
      }
      socket.once('connect', () => done('accepted'))
      socket.once('error', (error: Error & { code?: string }) => done(error.code ?? error.message))
    })
  } finally {
    socket.destroy()
  }
}

function target(address: string): NetConnectOpts {
  if (address.startsWith('unix:')) return { path: address.slice(5) }
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) }
}

/** Until something is so, asked in every turn of the loop. For facts and counts that no event tells a test of. */
export async function eventually(what: () => boolean, name: string, ms = 5000): Promise<void> {
  const until = performance.now() + ms
  while (!what()) {
    if (performance.now() > until) throw new Error(`${name} did not come to be in ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
