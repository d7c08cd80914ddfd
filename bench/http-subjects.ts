import { writeFileSync } from 'node:fs'
import { Child, pause, ROOT } from './child.ts'
import { installed } from './installed.ts'
import type { Subject } from './subjects.ts'
import { freePort, startFaultline } from './subjects.ts'

export interface FaultBody {
  readonly kind: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly match?: Readonly<Record<string, unknown>>
}

/** A daemon whose proxies see exchanges, with these faults on each; all of its exchanges must take this lane. */
export async function startFaultlineHttp(
  lane: 'wire' | 'exchange',
  faults: readonly FaultBody[] = [],
  name = 'faultline',
): Promise<Subject> {
  const faultline = await startFaultline()
  let proxies = 0
  return {
    ...faultline,
    name,
    async through(upstream) {
      const path = `/v1/proxies/http${++proxies}`
      const spec = { protocol: 'http', listen: '127.0.0.1:0', upstream: `127.0.0.1:${upstream}`, faults }
      const { status, text } = await faultline.call('PUT', path, spec)
      if (status !== 201) throw new Error(`faultline took no proxy: ${status} ${text}`)
      return Number(/:(\d+)$/.exec((JSON.parse(text) as { listen: string }).listen)?.[1])
    },
    async check() {
      const { text } = await faultline.call('GET', '/v1/exchanges?limit=1000')
      const { exchanges } = JSON.parse(text) as { exchanges: readonly { lane: string; complete: boolean }[] }
      // wrk leaves while its last requests are under way.
      const lanes = new Set(exchanges.filter(({ complete }) => complete).map((one) => one.lane))
      if (lanes.size !== 1 || !lanes.has(lane)) throw new Error(`${name} worked in ${[...lanes].join()}, not ${lane}`)
    },
  }
}

/** http-proxy 1.18.1, as it is or as our exchange lane uses it. */
export async function startHttpPeer(mode: 'plain' | 'guarded', upstream: number): Promise<Subject> {
  const child = Child.program('http-peer', [mode, upstream])
  const port = await child.ready<number>()
  return {
    name: mode === 'plain' ? 'http-proxy' : 'guarded http-proxy',
    pid: child.pid,
    through: () => Promise.resolve(port),
    stop: () => child.stop(),
  }
}

const BODY = 'faultline '.repeat(20)

/** nginx, which answers each request with 200 bytes: of all that is at hand it answers most requests a second. */
export async function startNginx(): Promise<{ readonly pid: number; readonly port: number; stop(): Promise<void> }> {
  const port = await freePort()
  const folder = `${ROOT}reports/`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((one) => `${one}_temp_path ${folder}nginx-${one};`)
    .join(' ')
  const config = `${folder}nginx.conf`
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}nginx.pid;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; ${temporary}
  server { listen 127.0.0.1:${port} backlog=4096; location / { default_type text/plain; return 200 '${BODY}'; } } }
`,
  )
  const child = new Child(installed('nginx') ?? 'nginx', ['-c', config, '-e', 'stderr'])
  await pause(300)
  if (!child.isRunning) throw new Error(`nginx did not start: ${child.errors}`)
  return { pid: child.pid, port, stop: () => child.stop() }
}
