import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Clock } from '../kernel/clock.ts'
import type { Intent } from './intents.ts'
import { GUARD_MARK, NODE_FLAGS, PROGRAM_ENV, programPath } from './program-path.ts'
import { within } from './within.ts'

export type GuardOrder =
  { readonly arm: Intent; readonly data_dir: string; readonly within_ms: number } | { readonly disarm: string }

export type GuardAnswer =
  | { readonly ready: true }
  | { readonly armed: string }
  | { readonly undone: string; readonly problems: readonly string[] }

export interface GuardLink {
  readonly pid: number
  /** Settles when the guard answers for it. Rejects when the guard is gone. */
  arm(intent: Intent, withinMs: number): Promise<void>
  disarm(id: string): void
  /** It ends by itself then, with nothing to give back. */
  close(): void
}

interface Listener {
  /** The guard gave something back by itself: the daemon was too late. */
  undone(id: string, problems: readonly string[]): void
  /** The guard ended while the daemon lives. */
  gone(): void
}

/** Starts the guard in a session of its own. @throws when it does not come up */
export async function startGuard(clock: Clock, programs: URL, dataDir: string, listener: Listener): Promise<GuardLink> {
  const child = spawn(process.execPath, [...NODE_FLAGS, programPath(programs, 'guard'), GUARD_MARK], {
    detached: true,
    cwd: '/',
    env: PROGRAM_ENV,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const waiting = new Map<string, () => void>()
  let failed: (why: Error) => void = () => undefined
  const gone = new Promise<never>((_, reject) => (failed = reject))
  gone.catch(() => undefined)
  let closing = false
  const end = (): void => {
    failed(new Error('the guard process is gone'))
    if (!closing) listener.gone()
  }
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as GuardAnswer
      if ('ready' in said) resolve()
      else if ('armed' in said) waiting.get(said.armed)?.()
      else listener.undone(said.undone, said.problems)
    })
  })
  child.once('error', end)
  child.once('exit', end)
  child.stdin.on('error', () => undefined)
  await within(clock, 'the start of the guard', Promise.race([ready, gone])).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  letGo(child)
  const say = (order: GuardOrder): void => void child.stdin.write(`${JSON.stringify(order)}\n`)
  return {
    pid: child.pid ?? 0,
    async arm(intent, withinMs) {
      const armed = new Promise<void>((resolve) => waiting.set(intent.id, resolve))
      say({ arm: intent, data_dir: dataDir, within_ms: withinMs })
      await within(clock, 'the answer of the guard', Promise.race([armed, gone])).finally(() =>
        waiting.delete(intent.id),
      )
    },
    disarm: (id) => say({ disarm: id }),
    close() {
      closing = true
      child.stdin.end()
    },
  }
}

/** A process that is only there for others must not keep the daemon from ending. */
function letGo(child: ChildProcess): void {
  child.unref()
  for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as { unref?: () => void } | null)?.unref?.()
}
