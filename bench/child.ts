import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUILT = `${ROOT}reports/bench-build/`

const running = new Set<ChildProcess>()
// A bench that is broken off leaves nothing behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** A process of the bench's own: a subject, an upstream, a load generator. */
export class Child {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  #output = ''
  #errors = ''

  constructor(command: string, args: readonly string[], options: { ipc?: boolean; env?: Record<string, string> } = {}) {
    this.process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc === true ? (['ipc'] as const) : [])],
      env: { ...process.env, ...options.env },
    })
    running.add(this.process)
    this.process.stdout?.on(
      'data',
      (text: Buffer) => (this.#output = (this.#output + text.toString()).slice(-1_000_000)),
    )
    this.process.stderr?.on('data', (text: Buffer) => (this.#errors = (this.#errors + text.toString()).slice(-10_000)))
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code) => {
        running.delete(this.process)
        resolve(code)
      })
    })
  }

  /** One of the programs under bench/processes. */
  static program(name: string, args: readonly (string | number)[] = [], options: { ipc?: boolean } = {}): Child {
    return new Child(process.execPath, [`${BUILT}${name}.js`, ...args.map(String)], options)
  }

  get pid(): number {
    return this.process.pid ?? 0
  }

  get isRunning(): boolean {
    return running.has(this.process)
  }

  get errors(): string {
    return this.#errors
  }

  /** All that it wrote, once it ended. */
  async output(): Promise<string> {
    await this.ended
    return this.#output
  }

  /** Its first line, read as JSON: how the programs of the bench say that they are ready. */
  async ready<T>(): Promise<T> {
    while (!this.#output.includes('\n')) {
      if (!this.isRunning) throw new Error(`a process of the bench ended before it was ready: ${this.#errors}`)
      await pause(2)
    }
    return JSON.parse(this.#output.slice(0, this.#output.indexOf('\n'))) as T
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.process.kill(signal)
    await this.ended
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Resident memory in bytes, as the kernel counts it. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) * 1024
}

/** Processor time used so far by all threads of a process, in ms. Unlike wall time it hardly depends on neighbours. */
export function processorMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, used) => sum + used, 0) / 1e6
}

/**
 * Gives subjects one processor for themselves and leaves the others to the load, so that the scheduler's moods are
 * not measured. Where there is no taskset, or one processor only, the spread is larger and that is all.
 */
export function keepApart(subjects: readonly number[], load: readonly number[]): void {
  const last = availableParallelism() - 1
  if (last < 1) return
  try {
    for (const pid of subjects) pin(pid, String(last))
    for (const pid of load) pin(pid, `0-${last - 1}`)
  } catch {
    return
  }
}

function pin(pid: number, processors: string): void {
  execFileSync('taskset', ['-a', '-c', '-p', processors, String(pid)], { stdio: 'ignore' })
}
