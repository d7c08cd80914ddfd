import type { Socket } from 'node:net'
import { MESSAGE_BYTES, machineMs } from './messages.ts'
import { destroyAll, open, pause, repeat } from './sockets.ts'
import type { Job } from './load.ts'

const WARM_UP_MS = 200
const REQUEST = Buffer.alloc(MESSAGE_BYTES, 'x')

/** The answers of one connection are as long as its requests, but may come in parts. */
interface Exchange {
  sentAt: number
  missing: number
}

export interface Exchanges {
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
  /** Exchanges in all, those of the warm-up too. */
  readonly total: number
}

/** Every connection sends a message, waits for its echo, and sends the next. */
export async function pingPong(job: Job): Promise<Exchanges> {
  const states = new Map<Socket, Exchange>()
  const times: number[] = []
  let measuring = false
  let total = 0
  const send = (socket: Socket, state: Exchange): void => {
    state.missing = MESSAGE_BYTES
    state.sentAt = machineMs()
    socket.write(REQUEST)
  }
  await repeat(job.connections, async () => {
    const socket = await open(job.port, (bytes, from) => {
      const state = states.get(from)
      if (state === undefined) return
      state.missing -= bytes.length
      if (state.missing > 0) return
      total++
      if (measuring) times.push(machineMs() - state.sentAt)
      send(from, state)
    })
    states.set(socket, { sentAt: 0, missing: 0 })
  })
  for (const [socket, state] of states) send(socket, state)
  await pause(WARM_UP_MS)
  measuring = true
  const from = machineMs()
  await pause(job.ms)
  const seconds = (machineMs() - from) / 1000
  measuring = false
  destroyAll([...states.keys()])
  times.sort((a, b) => a - b)
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { perSecond: times.length / seconds, medianMs: at(0.5), p99Ms: at(0.99), total }
}

const MESSAGES_PER_SECOND = 10

/** Ten messages a second on each connection; the upstream stamps its answers, and the stamps are looked at here. */
export async function delays(job: Job): Promise<number[]> {
  const found: number[] = []
  const rests = new Map<Socket, Uint8Array>()
  const sockets: Socket[] = []
  let from = Infinity
  await repeat(job.connections, async () => {
    const socket = await open(job.port, (bytes, source) => {
      const now = machineMs()
      const rest = rests.get(source)
      const all = Buffer.concat([rest ?? new Uint8Array(), bytes])
      let offset = 0
      for (; offset + MESSAGE_BYTES <= all.length; offset += MESSAGE_BYTES) {
        const delay = now - all.readDoubleLE(offset)
        if (now - from > WARM_UP_MS * 2) found.push(delay)
      }
      rests.set(source, all.subarray(offset))
    })
    sockets.push(socket)
  })
  // The messages of all connections are spread over the whole period.
  const perMs = (job.connections * MESSAGES_PER_SECOND) / 1000
  from = machineMs()
  let sent = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = machineMs() - from
      for (; sent < elapsed * perMs; sent++) sockets[sent % sockets.length]?.write(REQUEST)
      if (elapsed < job.ms) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  // The last answers are still under way.
  await pause(job.delay * 2)
  destroyAll(sockets)
  return found
}
