import type { Socket } from 'node:net'
import type { HowClosed } from '../../contract/events.ts'

/** RST, or as near as the socket can come to it. */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return
  // While connecting, resetAndDestroy waits for the connect; on a unix socket it throws.
  if (socket.connecting || socket.remoteFamily === undefined) socket.destroy()
  // While its FIN is on the way out, libuv refuses a reset and Node then loses the descriptor: a turn later it works.
  else if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0)
    socket.once('finish', () => resetSocket(socket))
  else socket.resetAndDestroy()
}

/** FIN behind what is written; the other side's bytes are not waited for. */
export function finishSocket(socket: Socket): void {
  if (socket.destroyed) return
  if (socket.connecting) socket.destroy()
  else socket.destroySoon()
}

export function closeSocket(socket: Socket, how: HowClosed): void {
  if (how === 'rst') resetSocket(socket)
  else finishSocket(socket)
}

const ABANDONED = new Error('abandoned')

/** Closes at once, nothing flushed. With an error of our own Node makes none for every write that is still waiting. */
export function abandon(socket: Socket): void {
  socket.destroy(socket.writableLength > 0 ? ABANDONED : undefined)
}

/** Node keeps what it was asked of the peer's address on the socket, 250 bytes each; asked again, it looks again. */
export function forgetPeerName(socket: Socket): void {
  const kept = socket as Socket & { _peername?: object | null }
  if (kept._peername !== undefined) kept._peername = null
}
