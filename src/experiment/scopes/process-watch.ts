import { readFileSync } from 'node:fs'
import { FaultlineError } from '../../contract/errors.ts'

/** A process of this machine. Its number alone is not enough: numbers are given out again. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in clock ticks since the machine did: field 22 of /proc/<pid>/stat (proc(5)). */
  readonly started: number
}

/** The fields after the command's name, which may itself hold spaces and parentheses. */
const STATE = 0
const STARTED = 19

/** @returns undefined when it is gone, or ended and only waits to be collected */
function startOf(pid: number): number | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields[STATE] === 'Z' || fields[STATE] === 'X') return undefined
  return Number(fields[STARTED])
}

/** @throws FaultlineError invalid_request when no such process is seen from here */
export function identifyProcess(pid: number): ProcessIdentity {
  const started = startOf(pid)
  if (started !== undefined) return { pid, started }
  const detail = `cannot lease a scope to process ${pid}: no such process runs in the daemon's pid namespace`
  throw new FaultlineError('invalid_request', detail, {
    pointer: '/process',
    remedy: 'Give the pid of a live process on the same machine (Linux), or lease by ttl or event stream.',
  })
}

export const isAlive = ({ pid, started }: ProcessIdentity): boolean => startOf(pid) === started
