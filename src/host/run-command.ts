import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import process from 'node:process'
import type { Readable } from 'node:stream'
import type { CommandAnswer, CommandRunner, Probed, ProbeLimits } from '../contract/probes.ts'
import type { Clock } from '../kernel/clock.ts'

/** More than a check reads; what comes after it is passed over. */
const MOST_BYTES = 64 * 1024

/**
 * Carries out programs for checks: no shell, no input, at the root of the file system, and of the environment only
 * what it is given. Each leads a process group of its own, which is killed whole when its time is over.
 */
export function createCommandRunner(clock: Clock, env: Readonly<Record<string, string>>): CommandRunner {
  return { run: (argv, limits) => runCommand(clock, env, argv, limits) }
}

function runCommand(
  clock: Clock,
  env: Readonly<Record<string, string>>,
  [program = '', ...args]: readonly string[],
  { timeoutMs, signal }: ProbeLimits,
): Promise<Probed<CommandAnswer>> {
  const started = clock.now()
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env,
      cwd: '/',
      detached: true,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    let exit: { readonly ms: number; readonly exitCode: number } | undefined
    const settle = (answer: Probed<CommandAnswer>): void => {
      timer.cancel()
      signal.removeEventListener('abort', onAbort)
      killGroup(child.pid)
      child.stdout.destroy()
      child.stderr.destroy()
      resolve(answer)
    }
    const failed = (why: string): void => settle({ answered: false, ms: clock.now() - started, why })
    const ended = (): void => {
      if (exit !== undefined) settle({ answered: true, ...exit, stdout: stdout(), stderr: stderr() })
    }
    const onAbort = (): void => failed('given up')
    const timer = clock.at(started + timeoutMs, () => {
      // Something that fled the group may hold the pipes open for ever.
      ended()
      failed(`still running after ${timeoutMs} ms, and killed`)
    })
    child.once('error', (error: NodeJS.ErrnoException) =>
      failed(`${program} could not be started: ${error.code ?? error.message}`),
    )
    child.once('exit', (code, bySignal) => {
      exit = {
        ms: clock.now() - started,
        exitCode: code ?? 128 + (bySignal === null ? 0 : constants.signals[bySignal]),
      }
      // What it left running in the background goes with it; then the pipes close behind what it wrote last.
      killGroup(child.pid)
    })
    child.once('close', ended)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of the group is left.
  }
}

/** @returns what came so far, as text */
function collect(stream: Readable): () => string {
  const chunks: Buffer[] = []
  let length = 0
  stream.on('data', (chunk: Buffer) => {
    if (length < MOST_BYTES) chunks.push(chunk.subarray(0, MOST_BYTES - length))
    length += chunk.length
  })
  stream.on('error', () => undefined)
  return () => Buffer.concat(chunks).toString()
}
