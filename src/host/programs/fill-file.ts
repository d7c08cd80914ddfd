import { spawnSync } from 'node:child_process'
import { closeSync, fsyncSync, openSync, statfsSync, writeSync } from 'node:fs'
import { RealClock } from '../../kernel/clock.ts'
import { orphaned, workerProgram } from './program-link.ts'

interface Order {
  readonly path: string
  readonly bytes: number
  /** Bytes of the filesystem that stay free. */
  readonly reserve: number
  /** The `fallocate` program, where it is there. */
  readonly fallocate: string | undefined
}

/** Between two steps it is looked at what is free, whoever else takes of it. */
const STEP = 64 * 1024 ** 2
const BLOCK = 1024 ** 2

const clock = new RealClock()

workerProgram<Order>(({ path, bytes, reserve, fallocate }, report) => {
  // Only a file that is not there yet: nobody else's is ever written to.
  const fd = openSync(path, 'wx', 0o600)
  let done = 0
  let allocates = fallocate !== undefined
  const step = (): void => {
    if (orphaned()) process.exit(0)
    const { bavail, bsize } = statfsSync(path)
    const size = Math.min(STEP, bytes - done, bavail * bsize - reserve)
    if (size <= 0 || size < Math.min(bsize, bytes - done)) {
      closeSync(fd)
      report({ filled_bytes: done, done: 1 })
      process.exit(0)
    }
    allocates &&= allocate(fd, fallocate ?? '', done, size)
    if (!allocates) write(fd, done, size)
    done += size
    report({ filled_bytes: done })
    clock.soon(step)
  }
  step()
})

/** Through its descriptor, so that a file that was removed meanwhile does not come back. @returns whether the filesystem can */
function allocate(fd: number, program: string, offset: number, length: number): boolean {
  const args = ['-o', String(offset), '-l', String(length), '/proc/self/fd/3']
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'ignore', fd], env: {} })
  return status === 0
}

function write(fd: number, offset: number, length: number): void {
  const block = new Uint8Array(BLOCK)
  for (let at = 0; at < length;) {
    // Not zeros, and no two alike: some filesystems keep neither twice.
    for (let page = 0; page < BLOCK; page += 4096) block[page] = ((offset + at + page) / 4096) & 255 || 1
    at += writeSync(fd, block, 0, Math.min(BLOCK, length - at), offset + at)
  }
  fsyncSync(fd)
}
