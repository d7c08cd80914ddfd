import { createServer as createHttpServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HttpProbe, Prober } from '../../src/contract/probes.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import { createProber } from '../../src/plane/probe/prober.ts'

const prober: Prober = createProber(new RealClock())
const patient = { timeoutMs: 5000, signal: new AbortController().signal }
const hasty = { timeoutMs: 40, signal: patient.signal }

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function useHttp(handle: RequestListener): Promise<string> {
  const server = createHttpServer(handle)
  onTestFinished(() => server.closeAllConnections())
  return `http://${await listening(server)}`
}

/** Accepts and does as it is told. @returns its address, and how many connections it has now */
async function useTcp(greet: string | undefined): Promise<{ address: string; open: () => number }> {
  let open = 0
  const server = createServer((socket) => {
    open++
    socket.on('error', () => undefined).on('close', () => open--)
    // Who does not read hears of no end.
    socket.resume()
    if (greet !== undefined) socket.write(greet)
  })
  return { address: await listening(server), open: () => open }
}

const get = (url: string, more: Partial<HttpProbe> = {}): HttpProbe => ({
  method: 'GET',
  url,
  headers: [],
  body: undefined,
  ...more,
})

/** An address nobody listens on. */
async function useNobody(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.1:${port}`
}

describe('an HTTP probe', () => {
  test('sends what it is told, and tells status, fields and body', async () => {
    const url = await useHttp((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        response.setHeader('x-twice', ['a', 'b'])
        response.writeHead(201).end(`${request.method} ${request.url} ${String(request.headers['x-key'])} ${body}`)
      })
    })
    const probe = get(`${url}/a?b=c`, { method: 'POST', headers: [['X-Key', 'secret']], body: 'hello' })
    const answer = await prober.http(probe, patient)
    expect(answer).toMatchObject({ answered: true, status: 201, cut: false })
    if (!answer.answered) return
    expect(Buffer.from(answer.body).toString()).toBe('POST /a?b=c secret hello')
    expect(answer.headers.get('x-twice')).toBe('a, b')
    expect(answer.ms).toBeGreaterThan(0)
  })

  test('follows no redirect', async () => {
    let asked = 0
    const url = await useHttp((_, response) => {
      asked++
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(await prober.http(get(url), patient)).toMatchObject({ answered: true, status: 302 })
    expect(asked).toBe(1)
  })

  test('reads a mebibyte of a body without end, and lets go', async () => {
    const closed = new Promise<void>((resolve) => {
      void useHttp((_, response) => {
        const chunk = Buffer.alloc(64 * 1024, 'x')
        const pour = (): void => {
          while (!response.destroyed && response.write(chunk));
        }
        response.on('drain', pour).on('close', () => resolve())
        pour()
      }).then(async (url) => {
        const answer = await prober.http(get(url), patient)
        expect(answer).toMatchObject({ answered: true, status: 200, cut: true })
        if (answer.answered) expect(answer.body.length).toBe(1024 ** 2)
      })
    })
    await closed
  })

  test.each([
    ['never answers', undefined, /no whole answer within 40 ms/],
    [
      'stops in the middle of the answer',
      'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf',
      /no whole answer within 40 ms/,
    ],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.6\r\n', /HPE_INVALID|Parse Error/],
  ])('of a server that %s is no answer, and leaves no connection', async (_, greet, why) => {
    const { address, open } = await useTcp(greet)
    const answer = await prober.http(get(`http://${address}/`), hasty)
    expect(answer).toMatchObject({ answered: false, why: expect.stringMatching(why) })
    await expect.poll(open).toBe(0)
  })

  test('where nobody listens, or no such name is, is no answer', async () => {
    expect(await prober.http(get(`http://${await useNobody()}/`), patient)).toMatchObject({
      answered: false,
      why: 'ECONNREFUSED',
    })
    expect(await prober.http(get('http://no-such-host.invalid/'), patient)).toMatchObject({ answered: false })
  })

  test('settles at once when it is given up', async () => {
    const { address, open } = await useTcp(undefined)
    const control = new AbortController()
    const answer = prober.http(get(`http://${address}/`), { timeoutMs: 60_000, signal: control.signal })
    await expect.poll(open).toBe(1)
    control.abort()
    expect(await answer).toMatchObject({ answered: false, why: 'given up' })
    await expect.poll(open).toBe(0)
    expect(await prober.http(get(`http://${address}/`), { timeoutMs: 60_000, signal: control.signal })).toMatchObject({
      answered: false,
    })
  })
})

describe('a connect probe', () => {
  test('connects, and lets go again', async () => {
    const { address, open } = await useTcp(undefined)
    expect(await prober.connect(address, patient)).toMatchObject({ answered: true })
    await expect.poll(open).toBe(0)
  })

  test('where nobody listens is no answer', async () => {
    expect(await prober.connect(await useNobody(), patient)).toMatchObject({
      answered: false,
      why: 'no connection: ECONNREFUSED',
    })
  })

  test('that was given up before it began is no answer', async () => {
    const { address } = await useTcp(undefined)
    expect(await prober.connect(address, { timeoutMs: 1000, signal: AbortSignal.abort() })).toMatchObject({
      answered: false,
      why: 'given up',
    })
  })
})
