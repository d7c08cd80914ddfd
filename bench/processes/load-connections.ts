import type { Socket } from 'node:net'
import { machineMs } from './messages.ts'
import { destroyAll, open, pause, repeat } from './sockets.ts'
import type { Job } from './load.ts'

/** Connects, sends a byte, waits for its echo, and closes. */
async function once(port: number): Promise<void> {
  let answered: () => void = () => undefined
  const answer = new Promise<void>((resolve) => (answered = resolve))
  const socket = await open(port, () => answered())
  socket.write('x')
  await answer
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.end()
  })
}

export async function setUp(job: Job): Promise<number> {
  const from = machineMs()
  await repeat(job.connections, () => once(job.port))
  return (job.connections / (machineMs() - from)) * 1000
}

/** Opens connections that stay; each has had one byte echoed, so all of it is there. */
export async function hold(job: Job, held: Socket[]): Promise<void> {
  await repeat(job.connections, async () => {
    await new Promise<void>((resolve, reject) => {
      open(job.port, () => resolve()).then((socket) => {
        held.push(socket)
        socket.write('x')
      }, reject)
    })
  })
}

const LOOK_MS = 400
const QUIET_LOOKS = 4
const BURST = 50
const BURST_MS = 20

/** Opens connections that send so many bytes to a peer that does not read. Settles when nothing moves any more. */
export async function stall(job: Job, held: Socket[]): Promise<{ readonly taken: number }> {
  const block = Buffer.alloc(job.bytes, 'x')
  await repeat(job.connections, async (i) => {
    // Behind the relay a connect is not waited for, and a unix socket turns connects away when too many queue.
    if (i % BURST === 0) await pause(BURST_MS)
    const socket = await open(job.port)
    held.push(socket)
    socket.write(block)
  })
  const taken = (): number => held.reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0)
  // Thousands of connections take a while on a busy machine: only what stands still for long has come to rest.
  for (let before = -1, quiet = 0; quiet < QUIET_LOOKS;) {
    await pause(LOOK_MS)
    const now = taken()
    quiet = now === before ? quiet + 1 : 0
    before = now
  }
  return { taken: taken() / job.connections }
}

export async function release(held: Socket[]): Promise<void> {
  destroyAll(held.splice(0))
  await pause(200)
}
