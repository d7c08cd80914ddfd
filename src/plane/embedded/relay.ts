import { Socket } from 'node:net'
import type { Connection } from './connection.ts'
import type { Link } from './link.ts'

const OWNER = Symbol('connection')
/** What hears a socket's bytes and its end: its link, or a lane before it. */
const HEARER = Symbol('hearer')
/** The link that a socket is the source of. */
const LINK = Symbol('link')
/** The link that a socket is the destination of. */
const INTO = Symbol('into')

/** Takes what a socket says. */
export interface Hearer {
  data(bytes: Uint8Array): void
  end(): void
}

interface Wired extends Socket {
  [OWNER]: Connection
  [HEARER]: Hearer
  [LINK]: Link
  [INTO]: Link
}

const NOTHING = new Uint8Array(0)

const ownPush = Socket.prototype.push

// The listeners are shared functions: a connection costs no closure.

function onData(this: Wired, bytes: Buffer): void {
  try {
    this[HEARER].data(bytes)
  } catch (error) {
    this[OWNER].bug(error)
  }
}

/**
 * A stream takes as long to tell of a chunk, and to ask in the next tick whether to read on, as all takes that is done
 * here. What comes while nobody reads waits in the stream, as ever, and comes by `onData`.
 */
function push(this: Wired, bytes: Buffer | null, encoding?: BufferEncoding): boolean {
  if (bytes === null || this.readableFlowing !== true || this.readableLength > 0)
    return ownPush.call(this, bytes, encoding)
  onData.call(this, bytes)
  return true
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
    socket[HEARER].end()
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
  start(
    client: Socket,
    server: Socket,
    up: Link,
    down: Link,
    hearers: { client: Hearer; server: Hearer } = { client: up, server: down },
  ): void {
    wire(client, up, down, hearers.client)
    wire(server, down, up, hearers.server)
    // A fault may have paused a link before its first byte.
    if (!up.paused) client.resume()
    if (down.paused) server.pause()
  },

  /** What was read before anybody heard it, and the end if it had come. */
  replay(socket: Socket, chunks: readonly Buffer[], ended: boolean): void {
    for (const bytes of chunks) onData.call(socket as Wired, bytes)
    if (ended) onEnd.call(socket as Wired)
  },

  /** Another one takes what the socket says from now on. */
  hear(socket: Socket, hearer: Hearer): void {
    ;(socket as Wired)[HEARER] = hearer
  },

  wire,

  /** The socket is somebody else's from now on. */
  release(socket: Socket): void {
    socket.push = ownPush
    socket.off('data', onData).off('drain', onDrain).off('end', onEnd).off('error', onError).off('close', onClose)
  },
}

function wire(socket: Socket, link: Link, into: Link, hearer: Hearer = link): void {
  const wired = socket as Wired
  wired[LINK] = link
  wired[INTO] = into
  wired[HEARER] = hearer
  socket.on('data', onData)
  socket.push = push
  socket.on('drain', onDrain)
  socket.on('end', onEnd)
}
