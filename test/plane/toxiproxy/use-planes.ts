import { createServer, request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { FaultlineClient } from '../../../src/client/client.ts'
import type { ProfileInput } from '../../../src/contract/profile-wire.ts'
import type { RunView } from '../../../src/contract/run-wire.ts'
import type { PlaneSetting } from '../../../src/daemon/plane-setting.ts'
import { loadSettings } from '../../../src/daemon/load-settings.ts'
import { startDaemon } from '../../../src/daemon/main.ts'
import { silentLog } from '../../../src/kernel/log.ts'

const quiet = { log: silentLog, version: '0.0.0-test', onFlood: () => undefined }

export interface Served {
  readonly url: string
  readonly client: FaultlineClient
  stop(): Promise<void>
}

/** A whole daemon: as the Toxiproxy server that is driven, or as the one that drives. */
export async function useServed(settings: object = {}): Promise<Served> {
  const loaded = loadSettings({}).settings
  const daemon = await startDaemon({ ...quiet, settings: { ...loaded, port: 0, seed: '7', ...settings } })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= daemon.stop())
  onTestFinished(stop)
  const { url = '' } = daemon
  return { url, client: new FaultlineClient({ url }), stop }
}

export const plane = (toxiproxy: string, more: Partial<PlaneSetting> = {}): PlaneSetting => ({
  name: 'edge',
  toxiproxy,
  mark: 'faultline',
  timeout: 1000,
  every: 50,
  allow_unseeded: false,
  ...more,
})

/** A server that answers what it is sent, as TCP. @returns its address */
export async function useEcho(): Promise<string> {
  const server = createTcpServer((socket) => socket.on('error', () => {}).pipe(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

export type Passing = 'pass' | 'hold_answer' | 'hold_request' | 'cut' | { readonly status: number }

export interface Gate {
  readonly url: string
  /** What becomes of the next requests. */
  rule: (method: string, path: string) => Passing
  readonly seen: string[]
  /** Everything that is held goes on. */
  release(): void
}

/** A stretch of network before a server: holds requests or their answers, cuts them, or answers itself. */
export async function useGate(target: string): Promise<Gate> {
  const held: (() => void)[] = []
  const seen: string[] = []
  const gate = {
    rule: ((): Passing => 'pass') as Gate['rule'],
    seen,
    release: () => held.splice(0).forEach((go) => go()),
  }
  const forward = (from: IncomingMessage, body: Buffer, to: ServerResponse, hold: boolean): void => {
    const { host: _host, ...headers } = from.headers
    const call = request(`${target}${from.url ?? ''}`, { method: from.method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const give = (): void =>
          void to.writeHead(answer.statusCode ?? 0, { 'content-type': 'application/json' }).end(Buffer.concat(chunks))
        if (hold) held.push(give)
        else give()
      })
    })
    call.on('error', () => to.destroy())
    call.end(body)
  }
  const server = createServer((from, to) => {
    const chunks: Buffer[] = []
    from.on('data', (chunk: Buffer) => chunks.push(chunk))
    from.on('end', () => {
      const body = Buffer.concat(chunks)
      const path = from.url ?? ''
      seen.push(`${from.method ?? ''} ${path}`)
      const rule = gate.rule(from.method ?? '', path)
      if (rule === 'cut') to.destroy()
      else if (typeof rule === 'object') to.writeHead(rule.status).end('{}')
      else if (rule === 'hold_request') held.push(() => forward(from, body, to, false))
      else forward(from, body, to, rule === 'hold_answer')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(gate, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

export interface Toxic {
  readonly name: string
  readonly type: string
  readonly toxicity: number
  readonly attributes: Readonly<Record<string, unknown>>
}

/** What the server itself says is on a proxy. */
export async function toxicsOf(server: string, proxy = 'db'): Promise<readonly Toxic[]> {
  return (await (await fetch(`${server}/proxies/${proxy}/toxics`)).json()) as readonly Toxic[]
}

/** What comes about sooner or later, on a machine that may be busy. */
export function eventually<T>(look: () => T | Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: 9000, interval: 20 })
}

export const slow = (more: Partial<ProfileInput> = {}): ProfileInput => ({
  name: 'slow',
  targets: { db: { plane: 'edge', proxy: 'db' } },
  stages: [
    { name: 'slow', duration: '60s', faults: [{ target: 'db', kind: 'latency', attributes: { latency: 200 } }] },
  ],
  ...more,
})

export async function ended({ client }: Served, id: string): Promise<RunView> {
  await eventually(async () => (await client.run(id)).status).not.toBe('running')
  return client.run(id)
}
