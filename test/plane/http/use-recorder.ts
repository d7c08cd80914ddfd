import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

interface Seen {
  readonly path: string
  readonly body: string
  readonly trailers: string
  readonly headers: IncomingHttpHeaders
  /** Names and values of the head, in turn. */
  readonly fields: readonly string[]
}

/** An upstream that remembers each request when it has come whole, and answers it as it is told. */
export async function useRecorder(
  answer: (request: Seen, res: ServerResponse) => void,
): Promise<{ address: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.setEncoding('latin1')
    req.on('data', (text: string) => (body += text))
    req.on('end', () => {
      const { url = '', headers, rawHeaders, rawTrailers } = req
      const request = { path: url, body, trailers: rawTrailers.join(), headers, fields: rawHeaders }
      seen.push(request)
      res.sendDate = false
      answer(request, res)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}
