import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import type { RunView } from '../../src/contract/run-wire.ts'
import { builtBin, useEchoServer } from '../cli/use-faultline.ts'

export interface Life {
  readonly url: string
  /** Of its proxies, which are called as in PROXIES. */
  readonly listens: readonly string[]
  /** To the daemon alone, or to all of its process group. */
  kill(signal: NodeJS.Signals, whom?: 'daemon' | 'group'): void
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>
}

/** Checks before and after, faults of several kinds, lanes: there are many places to be killed at. */
export const PROFILE: ProfileInput = {
  name: 'doomed',
  targets: { db: { proxy: 'db' } },
  steady_state: [
    { name: 'there', tcp: { address: '' }, when: ['before', 'during', 'after'], every: '100ms', timeout: '1s' },
  ],
  stages: [
    { name: 'calm', duration: '60ms' },
    {
      name: 'slow',
      duration: '80ms',
      faults: [
        { target: 'db', kind: 'latency', toxicity: 0.5, attributes: { latency: '5ms' } },
        { target: 'db', kind: 'slow_accept', toxicity: 0.5, attributes: { delay: '5ms' } },
      ],
    },
    {
      name: 'both',
      parallel: [
        {
          name: 'a',
          stages: [
            {
              name: 'cut',
              duration: '80ms',
              faults: [{ target: 'db', kind: 'reset_peer', toxicity: 0.3, attributes: { timeout: 0 } }],
            },
          ],
        },
        {
          name: 'b',
          stages: [
            { name: 'slice', duration: '60ms', faults: [{ target: 'db', kind: 'noop', trigger: { every: 2 } }] },
          ],
        },
      ],
    },
    { name: 'recovery', duration: '40ms' },
  ],
}

/** A start of a daemon takes long: each is killed with several runs at a time, every one at a moment of its own. */
export const PROXIES = ['db0', 'db1', 'db2', 'db3'] as const

/** A folder for what outlives daemons, and a config with a proxy for each run. */
export async function useHome() {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const config = join(folder, 'faultline.yaml')
  const upstream = await useEchoServer()
  writeFileSync(
    config,
    `port: 0\nlog_level: warn\nproxies:\n${PROXIES.map((name) => `  ${name}: { upstream: "${upstream}" }\n`).join('')}`,
  )
  const dataDir = join(folder, 'data')
  const runs = join(dataDir, 'runs')
  return { config, dataDir, runs, files: () => readdirSync(runs), upstream }
}

/** A daemon that leads a process group of its own, as a shell or a supervisor starts it. */
export async function start({ config, dataDir }: { config: string; dataDir: string }): Promise<Life> {
  const args = [builtBin(), 'serve', '--config', config, '--data-dir', dataDir, '--log-level', 'info']
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const alive = (): boolean => child.exitCode === null && child.signalCode === null
  const kill: Life['kill'] = (signal, whom = 'daemon') => {
    if (alive()) process.kill(whom === 'group' ? -(child.pid ?? 0) : (child.pid ?? 0), signal)
  }
  onTestFinished(() => kill('SIGKILL', 'group'))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  while (!output.includes('"msg":"ready"')) {
    const gone = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)])
    if (gone) throw new Error(`the daemon ended:\n${output}`)
  }
  const url = /"control":"([^"]+)"/.exec(output)?.[1] ?? ''
  const { proxies } = await get<{ proxies: readonly { listen: string }[] }>(`${url}/v1/proxies`)
  return { url, listens: proxies.map(({ listen }) => listen), ended, kill }
}

export const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T

/** @returns undefined where the daemon was gone before it answered */
export async function startRun({ url }: Life, upstream: string, proxy: string): Promise<RunView | undefined> {
  const [check] = PROFILE.steady_state ?? []
  const profile = { ...PROFILE, steady_state: [{ ...check, tcp: { address: upstream } }] }
  try {
    const answer = await fetch(`${url}/v1/runs`, {
      method: 'POST',
      body: JSON.stringify({ profile, targets: { db: proxy } }),
    })
    const view = (await answer.json()) as RunView & { detail?: string }
    if (!answer.ok) throw new Error(view.detail)
    return view
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Connections to all proxies that come and go, until it is ended. */
export function drive({ listens }: Life): () => void {
  let on = true
  const sockets = new Set<net.Socket>()
  const next = (address: string): void => {
    if (!on) return
    const [host, port] = address.split(':')
    const socket = net.connect(Number(port), host)
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => socket.end())
    // A breath, or a port that refuses would be asked without end.
    socket.on('close', () => (sockets.delete(socket), void setTimeout(() => next(address), 5)))
    socket.write('hello')
  }
  for (const address of listens) next(address)
  return () => {
    on = false
    for (const socket of sockets) socket.destroy()
  }
}
