// What stands behind the subjects: one port for each way of answering.
import { createServer, type AddressInfo, type Socket } from 'node:net'
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
  /** Never reads. */
  silent: (socket) => void socket.pause(),
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

const ports: Record<string, number> = {}
for (const [way, serve] of Object.entries(ways)) {
  const server = createServer({ allowHalfOpen: false, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve))
  ports[way] = (server.address() as AddressInfo).port
}
process.stdout.write(`${JSON.stringify(ports)}\n`)
process.on('disconnect', () => process.exit())
