import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a worker says to the daemon, a line each. */
export type Report =
  { readonly ready: true } | { readonly report: Readonly<Record<string, number>> } | { readonly failed: string }

const tell = (report: Report): void => void process.stdout.write(`${JSON.stringify(report)}\n`)

/**
 * A worker takes nothing before it is told to, and ends with its daemon: when the pipe from it breaks, or when its
 * parent is another. A worker whose loop is busy looks at `orphaned` itself.
 */
export function workerProgram<Order>(
  work: (order: Order, report: (numbers: Record<string, number>) => void) => void,
): void {
  process.stdout.on('error', () => process.exit(1))
  process.on('uncaughtException', (error) => {
    tell({ failed: error.message })
    process.exitCode = 1
    process.stdin.destroy()
    process.stdout.write('', () => process.exit(1))
  })
  // The kernel's first choice where memory ends; raising it needs no rights.
  writeFileSync('/proc/self/oom_score_adj', '1000')
  const input = createInterface({ input: process.stdin })
  input.once('line', (line) => work(JSON.parse(line) as Order, (report) => tell({ report })))
  input.once('close', () => process.exit(0))
  tell({ ready: true })
}

const PARENT = process.ppid

/** Whether the daemon that started this process is gone. */
export const orphaned = (): boolean => process.ppid !== PARENT
