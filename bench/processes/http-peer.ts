// http-proxy as people run it, with a keep-alive agent: what the HTTP plane is held against.
// Usage: node http-peer.js plain|guarded <upstream port>; says its own port, on one line.
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import httpProxy from 'http-proxy'

/** As in src/plane/embedded/http/guarded-http-proxy.ts, which is loaded as it was built. */
interface Guarded {
  guardedHttpProxy(events: {
    requested(): void
    answered(up: IncomingMessage, req: IncomingMessage): void
    failed(error: Error, req: IncomingMessage): void
  }): httpProxy
}

const BUILT = '../../dist/plane/embedded/http/guarded-http-proxy.js'
const [mode, port = ''] = process.argv.slice(2)
const options = { target: { protocol: 'http:', host: '127.0.0.1', port }, agent: new Agent({ keepAlive: true }) }
const fail = (res: ServerResponse | undefined): void => void res?.writeHead(502).end()

type Handler = (req: IncomingMessage, res: ServerResponse) => void

function plain(): Handler {
  const proxy = httpProxy.createProxyServer(options)
  proxy.on('error', (_error, _req, res) => fail(res as ServerResponse))
  return (req, res) => proxy.web(req, res)
}

/** Not in a WeakMap: its collection takes a quarter of all time. */
const ANSWER = Symbol('answer')

type Asked = IncomingMessage & { [ANSWER]?: ServerResponse }

/** It leaves the answer to its user: here it is written as it came, and piped. */
async function guarded(): Promise<Handler> {
  const { guardedHttpProxy } = (await import(new URL(BUILT, import.meta.url).href)) as Guarded
  const proxy = guardedHttpProxy({
    requested: () => {},
    answered(up, req) {
      const { [ANSWER]: res } = req as Asked
      if (res !== undefined) up.pipe(res.writeHead(up.statusCode ?? 502, up.statusMessage, up.rawHeaders))
    },
    failed: (_error, req) => fail((req as Asked)[ANSWER]),
  })
  return (req, res) => {
    ;(req as Asked)[ANSWER] = res
    proxy.web(req, res, options)
  }
}

const server = createServer(mode === 'guarded' ? await guarded() : plain())
await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve))
process.stdout.write(`${JSON.stringify((server.address() as AddressInfo).port)}\n`)
