import { existsSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { Child, pause, ROOT } from './child.ts'
import { installed } from './installed.ts'

/** A port of 127.0.0.1, or the path of a unix socket. */
export type Upstream = number | string

/** Something that relays: it has a port for an upstream. */
export interface Subject {
  readonly name: string
  readonly pid: number
  /** @returns the port at which that upstream is reached through it */
  through(upstream: Upstream): Promise<number>
  /** Throws where it did not do what was to be measured. */
  check?(): Promise<void>
  stop(): Promise<void>
}

/** Relays to each of the upstreams, which must be known at its start. `delay` holds every chunk for so many ms. */
export async function startBareRelay(upstreams: readonly Upstream[], delay = 0): Promise<Subject> {
  const child = Child.program('relay', [delay, ...upstreams])
  const ports = await child.ready<number[]>()
  return {
    name: delay === 0 ? 'bare' : 'bare delaying',
    pid: child.pid,
    through: (upstream) => Promise.resolve(ports[upstreams.indexOf(upstream)] ?? 0),
    stop: () => child.stop(),
  }
}

let itself = false

/** Puts a second bare relay in faultline's place. */
export function measureItself(): void {
  itself = true
}

/** The subject that is measured: faultline, unless the bench is measuring itself. */
export async function startFirst(upstreams: readonly Upstream[]): Promise<Subject> {
  return itself ? { ...(await startBareRelay(upstreams)), name: 'bare again' } : startFaultline()
}

/** All subjects, the measured one first and the bare relay second. */
export async function startSubjects(upstreams: readonly Upstream[]): Promise<readonly Subject[]> {
  const haproxy = await startHaproxy(upstreams)
  const two = [await startFirst(upstreams), await startBareRelay(upstreams)]
  return haproxy === undefined ? two : [...two, haproxy]
}

const DAEMON = `${ROOT}dist/cli/bin.js`

export interface Faultline extends Subject {
  /** One call of the control API. */
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly text: string; readonly ms: number }>
}

/** @param flags such as --limits-held-bytes-per-link 4MiB */
export async function startFaultline(flags: readonly string[] = []): Promise<Faultline> {
  if (!existsSync(DAEMON)) throw new Error('dist/cli/bin.js is missing: run `npm run build` first')
  const port = await freePort()
  // For looking closer: BENCH_NODE_FLAGS='--cpu-prof --cpu-prof-dir=reports'
  const node = process.env['BENCH_NODE_FLAGS']?.split(' ') ?? []
  const child = new Child(process.execPath, [...node, DAEMON, 'serve', '--port', String(port), ...flags], {
    env: { LOG_LEVEL: 'warn' },
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const call: Faultline['call'] = (method, path, body) => send(agent, port, method, path, body)
  await untilReady(child, call)
  let proxies = 0
  return {
    name: 'faultline',
    pid: child.pid,
    call,
    async through(upstream) {
      const { status, text } = await call('POST', '/proxies', {
        name: `bench${++proxies}`,
        listen: '127.0.0.1:0',
        upstream: typeof upstream === 'number' ? `127.0.0.1:${upstream}` : `unix:${upstream}`,
      })
      if (status !== 201) throw new Error(`faultline took no proxy: ${status} ${text}`)
      return Number(/:(\d+)$/.exec((JSON.parse(text) as { listen: string }).listen)?.[1])
    },
    async stop() {
      agent.destroy()
      // A profile is written at a proper end only.
      await child.stop(node.length === 0 ? 'SIGKILL' : 'SIGTERM')
    },
  }
}

/** Tries a small call until it is answered; `child` must not have ended. */
async function untilReady(child: Child, call: Faultline['call']): Promise<void> {
  for (;;) {
    const answered = await call('GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    )
    if (answered) return
    if (!child.isRunning) throw new Error(`faultline ended before it was ready: ${child.errors}`)
    await pause(2)
  }
}

function send(agent: Agent, port: number, method: string, path: string, body?: unknown): ReturnType<Faultline['call']> {
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const headers =
      payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
    const call = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - from }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(payload)
  })
}

/** HAProxy on one thread, where it is installed (or named by HAPROXY). */
export async function startHaproxy(
  upstreams: readonly Upstream[],
  mode: 'tcp' | 'http' = 'tcp',
): Promise<Subject | undefined> {
  const program = installed('haproxy')
  if (program === undefined) return undefined
  const ports = await Promise.all(upstreams.map(() => freePort()))
  const listeners = upstreams.map(
    (upstream, i) => `listen p${i}\n  bind 127.0.0.1:${ports[i]}\n  server s 127.0.0.1:${upstream}\n`,
  )
  const config = `${ROOT}reports/haproxy.cfg`
  writeFileSync(
    config,
    `global\n  maxconn 9000\n  nbthread 1\ndefaults\n  mode ${mode}\n  timeout connect 10s\n  timeout client 1h\n  timeout server 1h\n${listeners.join('')}`,
  )
  const child = new Child(program, ['-db', '-f', config])
  await pause(300)
  if (!child.isRunning) throw new Error(`HAProxy did not start: ${child.errors}`)
  return {
    name: 'haproxy',
    pid: child.pid,
    through: (upstream) => Promise.resolve(ports[upstreams.indexOf(upstream)] ?? 0),
    stop: () => child.stop(),
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
