import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ApiError, UnreachableError } from '../../src/client/client-error.ts'
import { FaultlineClient } from '../../src/client/client.ts'
import { readEventStream, type StreamMessage } from '../../src/client/event-stream.ts'
import { Http } from '../../src/client/http.ts'
import { saying } from './use-faultline.ts'

/** A server that answers as the test says, on a free port. */
async function useAnswers(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error('it went well'),
    (error: unknown) => error,
  )

describe('a call', () => {
  test('that is refused tells all that the problem document tells', async () => {
    const problem = {
      type: 'about:blank',
      title: 'No such proxy',
      status: 404,
      code: 'proxy_not_found',
      detail: 'there is no proxy "x"',
      remedy: 'List them.',
      request_id: 'abc',
    }
    const url = await useAnswers((_, response) =>
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem)),
    )
    const error = await failure(new FaultlineClient({ url }).proxy('x'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      message: 'GET /v1/proxies/x was refused with 404: there is no proxy "x"',
      status: 404,
      code: 'proxy_not_found',
      remedy: 'List them.',
      requestId: 'abc',
    })
  })

  test('that something else answers is told by what it said', async () => {
    const url = await useAnswers((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
    expect(await failure(new FaultlineClient({ url }).info())).toMatchObject({
      status: 502,
      code: undefined,
      message: saying('Bad gateway'),
    })
    const page = await useAnswers((_, response) => response.end('<html>'))
    expect(await failure(new FaultlineClient({ url: page }).info())).toMatchObject({
      message: saying('no JSON: <html>'),
    })
  })

  test('that nobody answers, or not in time, or not to the end, is told as such', async () => {
    expect(await failure(new FaultlineClient({ url: 'http://127.0.0.1:1' }).info())).toMatchObject({
      name: 'UnreachableError',
      message: saying(/^no daemon answers at http:\/\/127\.0\.0\.1:1: .+/),
    })
    const silent = await useAnswers(() => undefined)
    expect(await failure(new FaultlineClient({ url: silent, timeoutMs: 50 }).info())).toMatchObject({
      message: `${silent} did not answer within 50 ms`,
    })
    const stalling = await useAnswers((_, response) => response.write('{'))
    expect(await failure(new FaultlineClient({ url: stalling, timeoutMs: 50 }).info())).toBeInstanceOf(UnreachableError)
    const cut = await useAnswers((_, response) =>
      response.writeHead(200, { 'content-length': 9 }).write('{', () => response.destroy()),
    )
    expect(await failure(new FaultlineClient({ url: cut }).info())).toBeInstanceOf(UnreachableError)
  })

  test('encodes names, carries the token, and follows no redirect with it', async () => {
    const seen: string[] = []
    const url = await useAnswers((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      if (request.url === '/v1/info') response.writeHead(302, { location: 'http://127.0.0.1:1/' })
      response.end('{}')
    })
    const client = new FaultlineClient({ url: `${url}/`, token: 't' })
    await client.removeFault('a/b?', 'c d')
    expect(seen).toEqual(['DELETE /v1/proxies/a%2Fb%3F/faults/c%20d Bearer t'])
    expect(await failure(client.info())).toBeInstanceOf(UnreachableError)
  })

  test('needs an http URL', () => {
    expect(() => new Http({ url: 'ftp://x' })).toThrow(TypeError)
    expect(() => new Http({ url: 'x' })).toThrow(TypeError)
  })
})

describe('an event stream', () => {
  const collect = async (chunks: Uint8Array[]): Promise<StreamMessage[]> => {
    const body = (async function* () {
      yield* chunks
    })()
    const messages: StreamMessage[] = []
    for await (const message of readEventStream(body)) messages.push(message)
    return messages
  }

  test('gives the same messages however it is cut', async () => {
    const text =
      ': hello\n\nid: a-1\nevent: gap\ndata: {"x":\r\ndata: "ä€😀"}\r\n\r\ndata:two\rretry: 5\n\nid: a-2\n\ndata\n\n'
    const whole = new TextEncoder().encode(text)
    const expected = [
      { event: 'gap', data: '{"x":\n"ä€😀"}', id: 'a-1' },
      { event: 'message', data: 'two', id: 'a-1' },
      { event: 'message', data: '', id: 'a-2' },
    ]
    expect(await collect([whole])).toEqual(expected)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: whole.length })), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
        expect(await collect(at.slice(1).map((end, i) => whole.subarray(at[i], end)))).toEqual(expected)
      }),
    )
  })

  test('is taken up again after the last event, and ends when it brings nothing', async () => {
    const asked: (string | undefined)[] = []
    const url = await useAnswers((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x').searchParams.get('since') ?? undefined)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const n = asked.length
      response.end(n > 2 ? '' : `id: b-${n}\ndata: {"id":"b-${n}"}\n\n`)
    })
    const seen: unknown[] = []
    const follow = async (): Promise<void> => {
      for await (const event of new FaultlineClient({ url }).followEvents()) seen.push(event)
    }
    expect(await failure(follow())).toBeInstanceOf(UnreachableError)
    expect(seen).toEqual([{ id: 'b-1' }, { id: 'b-2' }])
    expect(asked).toEqual([undefined, 'b-1', 'b-2'])
  })
})
