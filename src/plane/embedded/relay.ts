import type { Socket } from 'node:net'
import type { Connection } from './connection.ts'
import type { Link } from './link.ts'

const OWNER = Symbol('connection')
/** The link that a socket is the source of. */
const LINK = Symbol('link')
/** The link that a socket is the destination of. */
const INTO = Symbol('into')

interface Wired extends Socket {
  [OWNER]: Connection
  [LINK]: Link
  [INTO]: Link
}

const NOTHING = new Uint8Array(0)

// The listeners are shared functions: a connection costs no closure.

function onData(this: Wired, bytes: Buffer): void {
  this[LINK].data(bytes)
}

function onDrain(this: Wired): void {
  this[INTO].drained()
}

/**
 * libuv reports a RST as a clean end when bytes came in the same poll. Writing nothing asks the kernel: a socket
 * that was reset answers ECONNRESET or EPIPE, and that arrives as an error. With bytes still waiting to be
 * written the question would queue behind them; their own failure will tell.
 */
function onEnd(this: Wired): void {
  if (!this.writable || this.writableLength > 0) return this[LINK].end()
  this.write(NOTHING, (error) => {
    if (error === undefined || error === null) this[LINK].end()
  })
}

function onError(this: Wired): void {
  const link = this[LINK]
  // Before the upstream is there the client's leaving is seen by its close.
  if (link === undefined) return
  this[INTO].deaf = true
  link.reset()
}

function onClose(this: Wired): void {
  this[OWNER].socketClosed()
}

export const relay = {
  /** From accept on: errors and closing are noticed, nothing is read yet. */
  adopt(client: Socket, owner: Connection): void {
    const wired = client as Wired
    wired[OWNER] = owner
    client.on('error', onError)
    client.on('close', onClose)
  },

  /** Both sides are there: bytes may pass. */
  start(client: Socket, server: Socket, up: Link, down: Link): void {
    const [left, right] = [client as Wired, server as Wired]
    left[LINK] = up
    left[INTO] = down
    right[OWNER] = left[OWNER]
    right[LINK] = down
    right[INTO] = up
    server.on('error', onError)
    server.on('close', onClose)
    for (const socket of [left, right]) {
      socket.on('data', onData)
      socket.on('drain', onDrain)
      socket.on('end', onEnd)
    }
    // A fault may have paused a link before its first byte.
    if (!up.paused) client.resume()
    if (down.paused) server.pause()
  },
}
