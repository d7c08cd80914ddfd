// What stands behind the subjects: one port for each way of answering.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MESSAGE_BYTES, stamp } from './messages.ts'

const BLOCK = Buffer.alloc(256 * 1024, 'faultline ')

const ways: Readonly<Record<string, (socket: Socket) => void>> = {
  echo(socket) {
    socket.on('data', (chunk) => {
      if (!socket.write(chunk)) socket.pause()
    })
    socket.on('drain', () => socket.resume())
  },
  /** Reads and forgets. */
  sink: (socket) => void socket.resume(),
  /** Writes as fast as it is read. */
  source(socket) {
    socket.resume()
    const fill = (): void => {
      while (!socket.destroyed && socket.write(BLOCK)) continue
    }
    socket.on('drain', fill)
    fill()
  },
  /** Answers each message with one of the same length that says when it was written. */
  stamps(socket) {
    let left = 0
    socket.on('data', (chunk) => {
      const bytes = left + chunk.length
      left = bytes % MESSAGE_BYTES
      for (let message = Math.floor(bytes / MESSAGE_BYTES); message > 0; message--) socket.write(stamp())
    })
  },
}

const NOTHING = Buffer.alloc(0)
const ports: Record<string, number> = {}
for (const [way, serve] of Object.entries(ways)) {
  const server = createServer({ allowHalfOpen: false, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve))
  ports[way] = (server.address() as AddressInfo).port
}

/**
 * Never reads. On a unix socket, because those hold a fixed amount: between TCP sockets the kernel would take
 * megabytes for each connection, and what it takes for thousands of them depends on what memory it has left.
 */
const silent = join(mkdtempSync(join(tmpdir(), 'faultline-bench-')), 'silent.sock')
const unread = new Set<Socket>()
const server = createServer((socket) => {
  unread.add(socket)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => unread.delete(socket))
  socket.pause()
})
// Who does not read does not hear of an end either: thousands would stay, until there are no descriptors left.
setInterval(() => unread.forEach((socket) => socket.write(NOTHING)), 500)
await new Promise<void>((resolve) => server.listen({ path: silent, backlog: 4096 }, resolve))

process.stdout.write(`${JSON.stringify({ ...ports, silent })}\n`)
const leave = (): void => {
  rmSync(dirname(silent), { recursive: true, force: true })
  process.exit()
}
process.on('SIGTERM', leave)
process.on('disconnect', leave)
