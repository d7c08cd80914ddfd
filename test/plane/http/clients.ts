import { Agent, request } from 'node:http'
import { onTestFinished } from 'vitest'

export interface Ask {
  readonly method?: string
  /** Sent piece by piece, without a length. */
  readonly pieces?: readonly string[]
}

/** A client as people use it, with its own notions of connections and of failure. */
export interface Client {
  readonly name: string
  /** One after the other, on as few connections as the client will. @returns `<status> <body>` of each */
  several(port: number, paths: readonly string[], ask?: Ask): Promise<readonly string[]>
  /** Leaves as soon as the first bytes of the body are there. */
  leave(port: number, path: string): Promise<void>
  /** How it says that an answer broke off in its body. */
  readonly broken: RegExp
}

const url = (port: number, path: string): string => `http://127.0.0.1:${port}${path}`

/** Node's fetch, which is undici. */
export const fetchClient: Client = {
  name: 'fetch',
  broken: /terminated.*(other side closed|aborted|UND_ERR|ECONNRESET|closed)/s,
  async several(port, paths, { method = 'GET', pieces } = {}) {
    const got: string[] = []
    for (const path of paths) {
      const body = pieces === undefined ? {} : { body: streamOf(pieces), duplex: 'half' as const }
      const response = await fetch(url(port, path), { method, ...body }).catch(spelledOut)
      got.push(`${response.status} ${await response.text().catch(spelledOut)}`)
      // It takes a connection back a turn after it gave out the body.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return got
  },
  async leave(port, path) {
    const controller = new AbortController()
    const response = await fetch(url(port, path), { signal: controller.signal })
    await response.body?.getReader().read()
    controller.abort()
  },
}

function streamOf(pieces: readonly string[]): ReadableStream<Uint8Array> {
  const left = pieces.map((piece) => new TextEncoder().encode(piece))
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(piece)
    },
  })
}

/** What fetch says alone ("terminated") does not tell one failure from another. */
function spelledOut(error: Error): never {
  const { cause } = error as { cause?: Error & { code?: string } }
  throw new Error(`${error.message}: ${cause?.code} ${cause?.message}`)
}

export const nodeClient: Client = {
  name: 'node:http',
  broken: /aborted|ECONNRESET/,
  async several(port, paths, { method = 'GET', pieces = [] } = {}) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const got: string[] = []
    for (const path of paths) got.push(await one(port, path, method, pieces, agent))
    return got
  },
  leave: (port, path) =>
    new Promise((resolve, reject) => {
      const req = request(url(port, path), (res) => {
        res.on('error', () => undefined)
        res.once('data', () => {
          req.destroy()
          resolve()
        })
      })
      req.on('error', reject)
      req.end()
    }),
}

function one(port: number, path: string, method: string, pieces: readonly string[], agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = request(url(port, path), { method, agent }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => (text += chunk))
      res.on('error', reject)
      res.on('end', () => resolve(`${res.statusCode} ${text}`))
    })
    req.on('error', reject)
    for (const piece of pieces) req.write(piece)
    req.end()
  })
}
