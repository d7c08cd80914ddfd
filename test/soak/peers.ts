// Peers in a process of their own, so that their sockets and their work are not the test's and not the daemon's.
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { RealClock } from '../../src/kernel/clock.ts'
import { startStallWorker } from '../../src/plane/embedded/stalled-listener.ts'

export type Order =
  /** A server that writes to whoever connects as much as he takes, and reads nothing. */
  | { do: 'flood' }
  /** A server that says everything back. */
  | { do: 'echo' }
  /** A port on which connects are never answered. */
  | { do: 'silence' }
  /** So many clients that write as much as the other side takes, and read nothing. */
  | { do: 'stall'; port: number; count: number }
  /** So many clients that connect, talk, and vanish in the middle of it. */
  | { do: 'vanish'; port: number; count: number }
  /** So many clients that connect and try again for ever when that fails. */
  | { do: 'knock'; port: number; count: number }

const BLOCK = Buffer.alloc(65_536, 'x')
const sockets = new Set<Socket>()

function keep(socket: Socket): Socket {
  sockets.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
  return socket
}

/** Writes until nothing is taken any more. */
function jam(socket: Socket): void {
  const more = (): void => {
    while (socket.writable && socket.write(BLOCK));
  }
  socket.on('drain', more)
  more()
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve))
  return (server.address() as AddressInfo).port
}

const dial = (port: number): Socket => keep(connect({ host: '127.0.0.1', port, noDelay: true }))

/** As many at a time as a listen queue takes. */
async function each(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await work(next++)
    }),
  )
}

const connected = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('connect', resolve)
    socket.once('close', () => resolve())
  })

function knock(port: number): void {
  dial(port).once('close', () => setTimeout(() => knock(port), 5))
}

async function vanish(port: number, index: number): Promise<void> {
  const socket = dial(port)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await connected(socket)
  socket.on('data', () => {})
  socket.write(BLOCK.subarray(0, 1 + ((index * 7919) % 60_000)))
  const leave = (): void => {
    if (index % 3 === 0) socket.resetAndDestroy()
    else socket.destroy()
  }
  // At once, while the bytes are on their way, or when the answer has begun.
  if (index % 4 === 0) leave()
  else if (index % 4 === 1) setImmediate(leave)
  else if (index % 4 === 2) setTimeout(leave, index % 23)
  else socket.once('data', leave)
  await closed
}

async function carryOut(order: Order): Promise<number> {
  switch (order.do) {
    case 'flood':
      return listening(createServer({ pauseOnConnect: true }, (socket) => jam(keep(socket))))
    case 'echo':
      return listening(createServer({ allowHalfOpen: true }, (socket) => void keep(socket).pipe(socket)))
    case 'silence': {
      const server = createServer()
      const port = await listening(server)
      await new Promise((resolve) => server.close(resolve))
      await (await startStallWorker(new RealClock())).listen('127.0.0.1', port)
      return port
    }
    case 'stall':
      await each(order.count, 200, async () => {
        const socket = dial(order.port)
        socket.pause()
        await connected(socket)
        jam(socket)
      })
      return order.count
    case 'vanish':
      await each(order.count, 200, (index) => vanish(order.port, index))
      return order.count
    case 'knock':
      for (let i = 0; i < order.count; i++) knock(order.port)
      return order.count
  }
}

process.on('message', ({ id, order }: { id: number; order: Order }) => {
  void carryOut(order).then((answer) => process.send?.({ id, answer }))
})
