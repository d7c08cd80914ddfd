import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'

/** Two small services for faultline to stand in front of. */
export interface Upstreams {
  /** host:port of an HTTP server that answers every GET with a page of a few KiB. */
  readonly http: string
  /** host:port of a TCP server that sends back what it gets. */
  readonly echo: string
  close(): void
}

const PAGE_BYTES = 6000

export async function startUpstreams(): Promise<Upstreams> {
  const page = Buffer.from(JSON.stringify({ orders: 'x'.repeat(PAGE_BYTES) }))
  const http = createHttpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length })
    response.end(page)
  })
  const echo = createServer((socket) => {
    // A caller that resets is what this demo is about.
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  const [httpAddress, echoAddress] = await Promise.all([listen(http), listen(echo)])
  return {
    http: httpAddress,
    echo: echoAddress,
    close() {
      http.close()
      http.closeAllConnections()
      echo.close()
    },
  }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}
