import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Clock } from '../kernel/clock.ts'
import { factsOf } from './identity.ts'
import type { Identity, ProcessFacts } from './identity.ts'
import { NODE_FLAGS, PROGRAM_ENV, programPath } from './program-path.ts'
import type { ProgramName } from './program-path.ts'
import type { Report } from './programs/program-link.ts'
import type { UndoStep } from './undo.ts'
import { within } from './within.ts'

/** A process of ours that is there and has taken nothing yet. */
export interface Worker {
  readonly identity: Identity
  readonly undo: UndoStep
  /** What it said last. */
  readonly said: () => Readonly<Record<string, number>>
  begin(order: object): void
  facts(): Promise<ProcessFacts | undefined>
  /** Settles with the reason when it ends, whoever ended it. */
  readonly ended: Promise<string>
  /** Settles when it has said something that is wanted. Rejects when it ends before. */
  until(wanted: (said: Readonly<Record<string, number>>) => boolean): Promise<void>
}

/**
 * Starts a program that waits for its order. It carries the id of its fault on its command line, by which it is known.
 * @throws Error when it does not come up
 */
export async function startWorker(clock: Clock, programs: URL, name: ProgramName, fault: string): Promise<Worker> {
  const child = spawn(process.execPath, [...NODE_FLAGS, programPath(programs, name), fault], {
    cwd: '/',
    env: PROGRAM_ENV,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let last: Readonly<Record<string, number>> = {}
  let failure: string | undefined
  const waiting = new Set<() => void>()
  let isReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (isReady = resolve))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Report
    if ('ready' in said) isReady()
    else if ('failed' in said) failure = said.failed
    else {
      last = said.report
      for (const look of waiting) look()
    }
  })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`))
    // Not at `exit`: what it said last comes after.
    child.once('close', (code, signal) => resolve(failure ?? `${name} ended with ${signal ?? String(code)}`))
  })
  const failed = ended.then((why) => Promise.reject(new Error(why)))
  failed.catch(() => undefined)
  const pid = child.pid ?? 0
  try {
    await within(clock, `the start of ${name}`, Promise.race([ready, failed]))
    const facts = await factsOf(pid)
    if (facts === undefined) throw new Error(`${name} ended at once`)
    child.unref()
    const identity: Identity = { pid, start: facts.start }
    return {
      identity,
      undo: { undo: 'end_worker', fault, ...identity },
      said: () => last,
      begin: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
      facts: () => factsOf(pid),
      ended,
      async until(wanted) {
        let look: () => void = () => undefined
        const met = new Promise<void>((resolve) => (look = () => wanted(last) && resolve()))
        waiting.add(look)
        look()
        await within(clock, `the begin of ${name}`, Promise.race([met, failed])).finally(() => waiting.delete(look))
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
