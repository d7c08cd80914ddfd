import { RealClock } from '../../kernel/clock.ts'
import { memoryRoom } from '../surroundings.ts'
import { orphaned, workerProgram } from './program-link.ts'

interface Order {
  /** Resident size to reach, this process as a whole. */
  readonly bytes: number
  /** Bytes a second; undefined: at once. */
  readonly rate: number | undefined
  /** Bytes that stay available to others whatever is asked. */
  readonly reserve: number
}

const PAGE = 4096
const CHUNK = 4 * 1024 ** 2
/** The last steps are small, so that what was asked is met and not passed. */
const SMALL = 256 * 1024
const TURN_MS = 20
/** When all is taken there is little to do; looking itself takes memory. */
const IDLE_TURN_MS = 200
/** Every page is written again at least this often: what is never touched is swapped out, and then it is not taken. */
const TOUCH_MS = 1000

const clock = new RealClock()
const chunks: Uint8Array[] = []

/** A different word in each page: equal pages could be merged. */
function touch(chunk: Uint8Array, salt: number): void {
  const words = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.byteLength >>> 2)
  for (let at = 0; at < words.length; at += PAGE >>> 2) words[at] = (at ^ salt) >>> 0
}

/** The process itself grew meanwhile: it counts, so as much is let go of what it holds. */
function letGo(excess: number): void {
  for (let left = excess; left > 0;) left -= chunks.pop()?.byteLength ?? left
  globalThis.gc?.()
}

workerProgram<Order>(({ bytes, rate, reserve }, report) => {
  const begun = clock.now()
  const first = process.memoryUsage.rss()
  let touched = begun
  let salt = 1
  const turn = async (): Promise<void> => {
    if (orphaned()) process.exit(0)
    const { available } = await memoryRoom()
    const end = clock.now() + TURN_MS / 2
    const goal = rate === undefined ? bytes : Math.min(bytes, first + (rate * (clock.now() - begun)) / 1000)
    let rss = process.memoryUsage.rss()
    // Others take memory as well: of what there is when it is their turn, never more than leaves the reserve.
    const most = rss + available - reserve
    while (rss < Math.min(goal, most) - SMALL / 2 && clock.now() < end) {
      const size = goal - rss >= CHUNK ? CHUNK : SMALL
      const chunk = new Uint8Array(new ArrayBuffer(size))
      touch(chunk, ++salt)
      chunks.push(chunk)
      rss = process.memoryUsage.rss()
    }
    if (rss > bytes + SMALL) letGo(rss - bytes)
    if (clock.now() - touched >= TOUCH_MS) {
      touched = clock.now()
      for (const chunk of chunks) touch(chunk, ++salt)
      report({ rss_bytes: process.memoryUsage.rss() })
    }
    clock.at(clock.now() + (rss < bytes - SMALL ? TURN_MS : IDLE_TURN_MS), next)
  }
  const next = (): void => void turn()
  next()
})
