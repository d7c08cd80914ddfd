import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What a clone has not: installed, built or written by a run. */
const NOT_CLONED = /^(node_modules|dist.*|coverage|reports|\.git)$/

export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export function run(cwd: string, command: string, ...args: readonly string[]): Ran {
  // Vitest cannot interrupt a synchronous call, so what hangs is ended here.
  const limits = { timeout: 150_000, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 } as const
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', ...limits })
  if (error !== undefined) throw error
  return { code: status, out: stdout, err: stderr }
}

/** @throws with what the command said, when it fails */
export function succeed(cwd: string, command: string, ...args: readonly string[]): Ran {
  const ran = run(cwd, command, ...args)
  if (ran.code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ran.code}:\n${ran.out}\n${ran.err}`)
  return ran
}

export function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-packaging-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The project as a fresh clone has it. @param within a folder that somebody else removes */
export function useCheckout(within?: string): string {
  const folder = within === undefined ? useFolder() : mkdtempSync(join(within, 'checkout-'))
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => !NOT_CLONED.test(path.slice(ROOT.length + 1).split('/')[0] ?? ''),
  })
  return folder
}

/** The same, built, with the packages that are installed here. install.test.ts shows that `npm ci` comes to this. */
export function useBuiltCheckout(within?: string): string {
  const folder = useCheckout(within)
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  succeed(folder, process.execPath, 'scripts/build.mjs')
  return folder
}
