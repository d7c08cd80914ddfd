import type { Socket } from 'node:net'
import { machineMs } from './messages.ts'
import { destroyAll, open, pause } from './sockets.ts'
import type { Job } from './load.ts'

const WARM_UP_MS = 200
const BLOCK = Buffer.alloc(256 * 1024, 'faultline ')

export interface Bulk {
  /** Bytes over all connections, after a warm-up. */
  readonly perSecond: number
  /** Bytes in all. */
  readonly total: number
}

async function rate(job: Job, count: () => number, sockets: readonly Socket[]): Promise<Bulk> {
  await pause(WARM_UP_MS)
  const from = machineMs()
  const before = count()
  await pause(job.ms)
  const perSecond = ((count() - before) / (machineMs() - from)) * 1000
  const total = count()
  destroyAll(sockets)
  return { perSecond, total }
}

const openAll = (job: Job, onBytes?: (bytes: Uint8Array) => void): Promise<Socket[]> =>
  Promise.all(Array.from({ length: job.connections }, () => open(job.port, onBytes)))

export async function download(job: Job): Promise<Bulk> {
  let bytes = 0
  const sockets = await openAll(job, (chunk) => {
    bytes += chunk.length
  })
  return rate(job, () => bytes, sockets)
}

export async function upload(job: Job): Promise<Bulk> {
  const sockets = await openAll(job)
  for (const socket of sockets) {
    const fill = (): void => {
      while (!socket.destroyed && socket.write(BLOCK)) continue
    }
    socket.on('drain', fill)
    fill()
  }
  return rate(job, () => sockets.reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0), sockets)
}

/** What came at one moment has been due before it, so the first arrival only starts the clock. */
export async function paced(job: Job): Promise<number> {
  let bytes = 0
  let first = 0
  let last = 0
  const socket = await open(job.port, (chunk) => {
    last = machineMs()
    if (first === 0) first = last
    else bytes += chunk.length
  })
  await pause(job.ms)
  socket.destroy()
  return (bytes / (last - first)) * 1000
}
