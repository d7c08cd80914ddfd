import { randomFillSync } from 'node:crypto'
import { fsyncSync, openSync, statfsSync, writeSync } from 'node:fs'
import { RealClock } from '../../kernel/clock.ts'
import { orphaned, workerProgram } from './program-link.ts'

interface Order {
  readonly path: string
  /** Bytes a second. */
  readonly rate: number
  readonly block: number
  /** Of the file that is written over and over. */
  readonly size: number
  readonly reserve: number
}

const REPORT_MS = 200
const MOST_LATE_MS = 50
const clock = new RealClock()

workerProgram<Order>(({ path, rate, block, size, reserve }, report) => {
  const fd = openSync(path, 'wx', 0o600)
  const bytes = randomFillSync(new Uint8Array(block))
  let offset = 0
  let written = 0
  let syncs = 0
  let syncMs = 0
  const begun = clock.now()
  let reported = begun
  let due = begun
  const turn = (): void => {
    if (orphaned()) process.exit(0)
    if (written < size) {
      const { bavail, bsize } = statfsSync(path)
      if (bavail * bsize - block < reserve) throw new Error('the filesystem has no more room than its reserve')
    }
    if (offset + block > size) offset = 0
    offset += writeSync(fd, bytes, 0, block, offset)
    const before = clock.now()
    fsyncSync(fd)
    const now = clock.now()
    written += block
    syncs++
    syncMs += now - before
    if (now - reported >= REPORT_MS) {
      reported = now
      report({ written_bytes: written, syncs, sync_ms: syncMs, elapsed_ms: now - begun })
    }
    // What a slow disk held up is not caught up in one burst above the rate.
    due = Math.max(due, now - MOST_LATE_MS) + (block / rate) * 1000
    if (due <= now) clock.soon(turn)
    else clock.at(due, turn)
  }
  turn()
})
