import { connect, type Socket } from 'node:net'

/** The kernel's queue of connects that nobody accepted yet is short: so many at a time are left in it. */
const AT_A_TIME = 64

/** A connected socket. `onBytes` gets what was read from a buffer that all sockets share. */
export function open(port: number, onBytes?: (bytes: Uint8Array, socket: Socket) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, noDelay: true }
    const socket: Socket =
      onBytes === undefined
        ? connect(options)
        : connect({
            ...options,
            onread: {
              buffer: shared,
              callback(length, buffer) {
                onBytes(buffer.subarray(0, length), socket)
                return true
              },
            },
          })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => socket.destroy())
      resolve(socket)
    })
  })
}

const shared = Buffer.alloc(256 * 1024)

/** Does something `count` times, a bounded number at a time. */
export async function repeat(count: number, task: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await task(next++)
  }
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, count) }, worker))
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function destroyAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy()
}
