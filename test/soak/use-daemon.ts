import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const INTROSPECT = fileURLToPath(new URL('introspect.ts', import.meta.url))

export interface Insight {
  /** Open handles and timers by name. */
  readonly resources: Readonly<Record<string, number>>
  readonly rss: number
  readonly heapUsed: number
}

export interface Daemon {
  readonly url: string
  /** One call to the control API. @throws when it is no 2xx */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>
  /** How long each call so far took, in ms, by what it did. */
  readonly times: { readonly what: string; readonly ms: number }[]
  look(): Promise<Insight>
}

/** The real daemon in a process of its own; ended when the test ends. */
export async function useDaemon(...flags: string[]): Promise<Daemon> {
  const args = [
    '--expose-gc',
    '--import',
    'tsx',
    '--import',
    INTROSPECT,
    `${ROOT}src/cli/bin.ts`,
    'serve',
    '--port',
    '0',
    ...flags,
  ]
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-10_000)
      const line = text.split('\n').find((one) => one.includes('"msg":"ready"'))
      if (line !== undefined) resolve((JSON.parse(line) as { control: string }).control)
    })
    void ended.then(() => reject(new Error(`the daemon ended before it was ready: ${text}`)))
  })
  const times: { what: string; ms: number }[] = []
  return {
    url,
    times,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const began = performance.now()
      const response = await fetch(url + path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      const text = await response.text()
      times.push({ what: `${method} ${path}`, ms: performance.now() - began })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
    look: () =>
      new Promise<Insight>((resolve) => {
        child.once('message', (insight) => resolve(insight as Insight))
        child.send('look')
      }),
  }
}

/** The value that so great a share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
