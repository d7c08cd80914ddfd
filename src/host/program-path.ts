import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Small: each is there to take something else. */
export const NODE_FLAGS = [
  '--max-old-space-size=64',
  '--max-semi-space-size=1',
  '--expose-gc',
  '--no-warnings',
] as const

/** By these words on their command lines guards are known. */
export const GUARD_MARK = 'faultline-guard'

/** Memory that is let go goes back to the system: without this glibc would keep blocks like those it saw before. */
export const PROGRAM_ENV = { MALLOC_MMAP_THRESHOLD_: '131072' } as const

export type ProgramName = 'guard' | 'burn-cpu' | 'eat-memory' | 'fill-file' | 'write-disk' | 'hold-connections'

/** Compiled beside this file. */
export const PROGRAMS = new URL('./programs/', import.meta.url)

/** @throws Error when the programs were not built */
export function programPath(programs: URL, name: ProgramName): string {
  const path = fileURLToPath(new URL(`${name}.js`, programs))
  if (!existsSync(path)) throw new Error(`${path} is not there: host faults need the built program`)
  return path
}
