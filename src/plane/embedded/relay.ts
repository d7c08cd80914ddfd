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
  try {
    this[LINK].data(bytes)
  } catch (error) {
    this[OWNER].bug(error)
  }
}

function onDrain(this: Wired): void {
  try {
    this[INTO].drained()
  } catch (error) {
    this[OWNER].bug(error)
  }
}

/**
 * libuv reports a RST as a clean end when bytes came in the same poll. Writing nothing asks the kernel: a socket
 * that was reset answers ECONNRESET or EPIPE, and that arrives as an error. With bytes still waiting to be
 * written the question would queue behind them; their own failure will tell.
 */
function onEnd(this: Wired): void {
  if (!this.writable || this.writableLength > 0) return endNow(this)
  this.write(NOTHING, (error) => {
    if (error === undefined || error === null) endNow(this)
  })
}

function endNow(socket: Wired): void {
  try {
    socket[LINK].end()
  } catch (error) {
    socket[OWNER].bug(error)
  }
}

function onError(this: Wired): void {
  // Before both sides are there, leaving is seen by the close that follows.
  if (this[LINK] === undefined) return
  try {
    this[INTO].deaf = true
    this[OWNER].socketFailed(this[LINK])
  } catch (error) {
    this[OWNER].bug(error)
  }
}

function onClose(this: Wired): void {
  this[OWNER].socketClosed()
}

export const relay = {
  /** Errors and closing are noticed from now on; nothing is read yet. */
  adopt(socket: Socket, owner: Connection): void {
    ;(socket as Wired)[OWNER] = owner
    socket.on('error', onError)
    socket.on('close', onClose)
  },

  /** Both sides are there: bytes may pass. */
  start(client: Socket, server: Socket, up: Link, down: Link): void {
    const [left, right] = [client as Wired, server as Wired]
    left[LINK] = up
    left[INTO] = down
    right[LINK] = down
    right[INTO] = up
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
