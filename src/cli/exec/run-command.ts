import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Clock } from '../../kernel/clock.ts'

export interface CommandEnd {
  /** As a shell says it: 128 and the number of the signal, 127 not found, 126 not to be run. */
  readonly code: number
  readonly signal?: NodeJS.Signals
  /** Why it could not be started. */
  readonly detail?: string
  readonly ms: number
}

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/** A terminal sends these to the command too, and tools take the second for "at once". */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/**
 * Runs a program, without a shell, with our own standard streams; signals that come to us are passed on to it.
 * Settles when it ended, however it did; never rejects.
 */
export function runCommand(words: readonly string[], env: NodeJS.ProcessEnv, clock: Clock): Promise<CommandEnd> {
  const [program = '', ...args] = words
  const started = clock.now()
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: 'inherit' })
    const onSignal = (signal: NodeJS.Signals): void => {
      if (process.stdin.isTTY && FROM_TERMINAL.includes(signal)) return
      child.kill(signal)
    }
    for (const signal of FORWARDED) process.on(signal, onSignal)
    const end = (how: Omit<CommandEnd, 'ms'>): void => {
      for (const signal of FORWARDED) process.off(signal, onSignal)
      resolve({ ...how, ms: Math.round(clock.now() - started) })
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      // A signal that could not be passed on is told here as well.
      if (child.pid !== undefined) return
      end({ code: error.code === 'ENOENT' ? 127 : 126, detail: reasonOf(program, error) })
    })
    child.once('exit', (code, signal) => {
      end(signal === null ? { code: code ?? 1 } : { code: 128 + constants.signals[signal], signal })
    })
  })
}

function reasonOf(program: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `there is no program ${program}`
  return code === 'EACCES' ? `${program} is not to be executed` : message
}
