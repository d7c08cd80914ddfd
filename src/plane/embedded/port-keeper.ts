import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { isIPv6 } from 'node:net'

/**
 * Keeps a port while nobody listens on it: a loopback connection of ours is bound to it, so connects are
 * refused, the system assigns the port to nobody, and a later `listen` succeeds over it.
 */
export class PortKeeper {
  readonly #anchors = new Map<string, Promise<Server | undefined>>()
  readonly #accepted = new Set<Socket>()

  /** @returns a function that lets go; settles once the port is kept, or could not be */
  async keep(host: string, port: number): Promise<() => void> {
    const loopback = isIPv6(host) && host !== '::' ? '::1' : '127.0.0.1'
    const anchor = await this.#anchor(loopback)
    if (anchor === undefined || port === 0) return () => {}
    const localAddress = host.startsWith('127.') ? host : loopback
    const socket = connect({
      host: loopback,
      port: (anchor.address() as AddressInfo).port,
      localAddress,
      localPort: port,
    })
    socket.unref()
    // Somebody else may hold the port on purpose: then there is nothing to keep.
    const settled = new Promise<void>((resolve) => {
      socket.once('connect', resolve)
      socket.once('error', () => resolve())
      socket.once('close', () => resolve())
    })
    await settled
    return () => void socket.resetAndDestroy()
  }

  close(): void {
    for (const anchor of this.#anchors.values()) void anchor.then((server) => server?.close())
    this.#anchors.clear()
    for (const socket of this.#accepted) socket.destroy()
  }

  #anchor(host: string): Promise<Server | undefined> {
    const known = this.#anchors.get(host)
    if (known !== undefined) return known
    const made = new Promise<Server | undefined>((resolve) => {
      const server = createServer((socket) => {
        this.#accepted.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => this.#accepted.delete(socket))
        socket.unref()
      })
      server.unref()
      server.once('error', () => resolve(undefined))
      server.listen({ host, port: 0 }, () => resolve(server))
    })
    this.#anchors.set(host, made)
    return made
  }
}
