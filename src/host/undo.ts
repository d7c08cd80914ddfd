import { execFile } from 'node:child_process'
import { lstat, readFile, unlink } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { findTool } from './find-tool.ts'
import { factsOf, stillThere } from './identity.ts'
import type { Identity } from './identity.ts'
import { maySignal, sendSignal } from './signal.ts'

/** One thing to give back, as it stands on record. Doing it twice, or when there is nothing to do, is harmless. */
export type UndoStep =
  /** A process of ours: it carries the id of its fault on its command line. */
  | ({ readonly undo: 'end_worker'; readonly fault: string } & Identity)
  | { readonly undo: 'remove_file'; readonly path: string }
  | ({ readonly undo: 'continue' } & Identity)
  /** The soft limit of open files as it was. */
  | ({ readonly undo: 'restore_nofile'; readonly soft: string } & Identity)

/** By its name a file of ours is known; nothing else is ever removed. */
export const fillerName = (fault: string): string => `.faultline-${fault}.fill`
const FILLER = /^\.faultline-host_[0-9a-z]{12}\.fill$/

const LOOK_EVERY_MS = 5
/** A killed process is gone within microseconds, unless it waits for a disk. */
const PATIENCE_MS = 5000

/**
 * Gives everything back, in order: a process that makes a file must be gone before the file is removed.
 * @returns what could not be given back
 */
export async function undoAll(steps: readonly UndoStep[], clock: Clock): Promise<readonly string[]> {
  const problems: string[] = []
  for (const step of steps) {
    try {
      const problem = await undoOne(step, clock)
      if (problem !== undefined) problems.push(problem)
    } catch (error) {
      problems.push(`${step.undo} failed: ${(error as Error).message}`)
    }
  }
  return problems
}

async function undoOne(step: UndoStep, clock: Clock): Promise<string | undefined> {
  switch (step.undo) {
    case 'end_worker':
      return endWorker(step, clock)
    case 'remove_file':
      return removeFile(step.path)
    case 'continue':
      return goOn(step, clock)
    case 'restore_nofile':
      return restoreNofile(step)
  }
}

async function endWorker(step: UndoStep & { undo: 'end_worker' }, clock: Clock): Promise<string | undefined> {
  const line = await readFile(`/proc/${step.pid}/cmdline`, 'utf8').catch(() => '')
  if (!line.split('\0').includes(step.fault)) return undefined
  await sendSignal(step, 'SIGKILL')
  const gone = await until(clock, async () => (await stillThere(step)) === undefined)
  return gone ? undefined : `process ${step.pid} was killed and is still there`
}

async function removeFile(path: string): Promise<string | undefined> {
  if (!FILLER.test(basename(path))) return `${path} is no file of faultline's and was left alone`
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return undefined
  if (!found.isFile()) return `${path} is no plain file and was left alone`
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  return undefined
}

async function goOn(identity: Identity, clock: Clock): Promise<string | undefined> {
  // What may not be signalled was never stopped by us.
  if (!maySignal(identity.pid)) return undefined
  await sendSignal(identity, 'SIGCONT')
  const going = await until(clock, async () => !['T', 't'].includes((await stillThere(identity))?.state ?? ''))
  return going ? undefined : `process ${identity.pid} was told to go on and is still stopped`
}

async function restoreNofile({ soft, ...identity }: Identity & { soft: string }): Promise<string | undefined> {
  if ((await stillThere(identity)) === undefined) return undefined
  const problem = await setNofile(identity.pid, soft)
  // It may have ended meanwhile.
  return problem !== undefined && (await factsOf(identity.pid))?.start === identity.start ? problem : undefined
}

/** Sets the soft limit of open files; the hard one stays, so that the way back needs no rights. @returns what went wrong */
export async function setNofile(pid: number, soft: string): Promise<string | undefined> {
  const prlimit = await findTool('prlimit')
  if (prlimit === undefined) return 'the prlimit program is not there'
  return new Promise((resolve) => {
    execFile(prlimit, ['--pid', String(pid), `--nofile=${soft}:`], { env: {} }, (error, _, stderr) =>
      resolve(error === null ? undefined : stderr.trim() || error.message),
    )
  })
}

async function until(clock: Clock, holds: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = clock.now() + PATIENCE_MS; ;) {
    if (await holds()) return true
    if (clock.now() > deadline) return false
    await new Promise<void>((resolve) => void clock.at(clock.now() + LOOK_EVERY_MS, resolve))
  }
}
