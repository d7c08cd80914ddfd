import { request as requestPlain } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { TcpSocketConnectOpts } from 'node:net'
import type { HttpAnswer, HttpProbe, Probed, ProbeLimits } from '../../contract/probes.ts'
import type { ProbeParts } from './probe-parts.ts'

/** A check looks at an answer; it is no download. */
const MOST_BYTES = 1024 ** 2

/** One request on a connection of its own. */
export function httpProbe(
  { clock, names }: ProbeParts,
  { method, url, headers, body }: HttpProbe,
  { timeoutMs, signal }: ProbeLimits,
): Promise<Probed<HttpAnswer>> {
  const started = clock.now()
  return new Promise((resolve) => {
    const failed = (why: string): void => settle({ answered: false, ms: clock.now() - started, why })
    const onAbort = (): void => failed('given up')
    const timer = clock.at(started + timeoutMs, () => failed(`no whole answer within ${timeoutMs} ms`))
    let over = false
    const settle = (answer: Probed<HttpAnswer>): void => {
      if (over) return
      over = true
      timer.cancel()
      signal.removeEventListener('abort', onAbort)
      // What is left of an answer that is too long, or too late, is not waited for.
      request.destroy()
      resolve(answer)
    }
    const options: RequestOptions & Pick<TcpSocketConnectOpts, 'autoSelectFamily'> = {
      method,
      agent: false,
      autoSelectFamily: false,
      setHost: true,
      lookup(host, { all }, found) {
        names.resolve(host, (error, addresses) => {
          const list = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
          const [first] = list
          if (first === undefined) found(new Error(error ?? 'no address'), '', 4)
          else if (all === true) found(null, list)
          else found(null, first.address, first.family)
        })
      },
    }
    const secure = url.startsWith('https:')
    const request = secure ? requestSecure(url, options) : requestPlain(url, options)
    for (const [name, value] of headers) request.setHeader(name, value)
    request.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message))
    request.on('response', (response) =>
      collect(response, (bytes, cut, whole) => {
        if (!whole && !cut) return failed('the answer was cut off')
        const ms = clock.now() - started
        settle({
          answered: true,
          ms,
          status: response.statusCode ?? 0,
          headers: new Map(
            Object.entries(response.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
          ),
          body: bytes,
          cut,
        })
      }),
    )
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    request.end(body)
  })
}

function collect(response: IncomingMessage, done: (bytes: Buffer, cut: boolean, whole: boolean) => void): void {
  const chunks: Buffer[] = []
  let length = 0
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, MOST_BYTES - length))
    length += chunk.length
    if (length > MOST_BYTES) done(Buffer.concat(chunks), true, false)
    length = Math.min(length, MOST_BYTES)
  })
  response.on('error', () => done(Buffer.concat(chunks), false, false))
  response.on('close', () => done(Buffer.concat(chunks), false, response.complete))
}
