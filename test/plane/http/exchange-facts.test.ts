import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { closed } from '../../../src/contract/attributes.ts'
import { exchangePlace } from '../../../src/contract/exchange-counts.ts'
import { exchangeFault } from '../../../src/contract/exchange.ts'
import { headerList } from '../../../src/contract/raw-head.ts'
import type { RequestAnswer, ResponseAnswer } from '../../../src/contract/exchange.ts'
import { exchangeFact } from '../../../src/contract/ended-exchange.ts'
import type { EndedExchange } from '../../../src/contract/ended-exchange.ts'
import type { ExchangeFact } from '../../../src/contract/events.ts'
import type { CountingProxy } from '../../../src/contract/ports.ts'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { RealClock } from '../../../src/kernel/clock.ts'
import { EmbeddedPlane } from '../../../src/plane/embedded/plane.ts'
import { onTestFinished } from 'vitest'
import { proxySpec } from '../../support/use-plane.ts'
import { exchangeFaultSpec } from './use-exchange.ts'
import { useCaller, useHttpServer } from './use-http.ts'

interface Told {
  readonly fact: ExchangeFact
  readonly heads: Pick<EndedExchange, 'request' | 'response'>
}

/** A kind that answers what it is told to, at the request or at the response. */
const acts = exchangeFault<{ request?: RequestAnswer; response?: ResponseAnswer }>({
  kind: 'test_acts',
  summary: 'Does as it is told.',
  fidelity: 'exact',
  attributes: closed({}) as never,
  examples: [],
  request: ({ attributes, askedAt, now }) =>
    attributes.request?.do === 'wait' ? { do: 'wait', until: askedAt + 40 } : (attributes.request ?? { do: 'go', now }),
  response: ({ attributes }) => attributes.response ?? { do: 'go' },
})

async function useWatched(faults: readonly FaultSpec[]): Promise<{
  told: Told[]
  proxy: CountingProxy
  plane: EmbeddedPlane
  port: number
  ask: ReturnType<typeof useCaller>
}> {
  const upstream = await useHttpServer((req, res) => {
    req.resume()
    if (req.url === '/never') return
    if (req.url === '/breaks') {
      res.writeHead(200, { 'content-length': '10' })
      return void res.write('half', () => res.destroy())
    }
    req.on('end', () => res.writeHead(201, { 'X-Real': 'yes', 'content-length': '10' }).end('0123456789'))
  })
  const told: Told[] = []
  const plane = new EmbeddedPlane({
    clock: new RealClock(),
    sink: {
      emit: () => {},
      exchange: (ended) => told.push({ fact: exchangeFact(ended), heads: ended }) > 0,
    },
    kinds: new Map([['test_acts', acts as never]]),
    wishes: { read: () => undefined },
    limits: {
      connections: 100,
      connectionsPerProxy: 100,
      heldBytesPerLink: 2 ** 20,
      heldBytesTotal: 2 ** 24,
      dialMs: 5000,
    },
  })
  onTestFinished(() => plane.close())
  const proxy = await plane.open(proxySpec(upstream, { protocol: 'http', faults }), 'seed')
  const port = Number(proxy.status().listen.split(':')[1])
  return { told, proxy, plane, port, ask: useCaller(port) }
}

const doing = (attributes: object, more: Partial<FaultSpec> = {}): FaultSpec[] => [
  exchangeFaultSpec('test_acts', attributes as Record<string, unknown>, more),
]
const toldOf = async (told: readonly Told[]): Promise<Told> => {
  await vi.waitFor(() => expect(told).toHaveLength(1))
  return told[0] as Told
}

describe.each([
  ['wire', [] as FaultSpec[]],
  ['exchange', doing({})],
] as const)('in the %s lane', (lane, faults) => {
  test('an exchange is told once, with its sizes, its times in order, and its heads', async () => {
    const { told, ask, plane } = await useWatched(faults)
    await ask('/pay?x=1', { method: 'POST', body: 'seven..', headers: { 'X-Mine': 'a' } })
    const { fact, heads } = await toldOf(told)
    expect(fact).toMatchObject({
      proxy: 'p',
      exchange: 'x1',
      client: '127.0.0.1',
      lane,
      method: 'POST',
      target: '/pay?x=1',
      status: 201,
      origin: 'upstream',
      complete: true,
      injected_ms: 0,
      request_bytes: 7,
      response_bytes: 10,
      faults: lane === 'wire' ? [] : ['test_acts'],
    })
    const [connection] = [...plane.connections()]
    expect([connection?.lane, connection?.id]).toEqual([lane, fact.connection])
    const { sent_ms: sent = -1, first_ms: first = -1, total_ms: total } = fact
    expect([0 <= sent, sent <= first, first <= total]).toEqual([true, true, true])
    expect(headerList(heads.request)).toContainEqual(['X-Mine', 'a'])
    expect(headerList(heads.response ?? '')).toContainEqual(['X-Real', 'yes'])
  })

  test('a caller that leaves before the answer is told as the client', async () => {
    const { told, port, plane } = await useWatched(faults)
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect([...plane.connections()][0]?.bytes_upstream).toBeGreaterThan(0))
    socket.resetAndDestroy()
    const { fact } = await toldOf(told)
    expect(fact).toMatchObject({ origin: 'client', complete: false, lane })
    expect(fact.status).toBeUndefined()
  })

  test('an upstream that breaks off in the body is told as the upstream, with the status it gave', async () => {
    const { told, ask } = await useWatched(faults)
    await expect(ask('/breaks')).rejects.toThrow()
    expect((await toldOf(told)).fact).toMatchObject({ origin: 'upstream', complete: false, status: 200 })
  })

  test('what is told of one shows nothing of those before it on its connection', async () => {
    const { told, port, plane } = await useWatched(faults)
    const socket = connect(port, '127.0.0.1')
    for (let times = 1; times <= 6; times++) {
      socket.write('POST /pay HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc')
      await vi.waitFor(() => expect(told).toHaveLength(times))
    }
    const passed = [...plane.connections()][0]?.bytes_upstream ?? 0
    socket.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect([...plane.connections()][0]?.bytes_upstream).toBeGreaterThan(passed))
    socket.resetAndDestroy()
    await vi.waitFor(() => expect(told).toHaveLength(7))
    const facts = told.map(({ fact }) => fact)
    const [first, last] = [facts[0], facts[6]]
    const alike = { lane, method: 'POST', target: '/pay', status: 201, request_bytes: 3, response_bytes: 10 }
    for (const fact of facts.slice(0, 6)) expect(fact).toMatchObject({ ...alike, complete: true, origin: 'upstream' })
    expect(facts.map(({ exchange }) => exchange)).toEqual(['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'])
    const unanswered = { method: 'GET', target: '/never', request_bytes: 0, response_bytes: 0, complete: false }
    expect(last).toMatchObject({ ...unanswered, lane, origin: 'client', connection: first?.connection })
    expect([last?.status, last?.first_ms]).toEqual([undefined, undefined])
  })
})

describe('what a fault did is told as injected', () => {
  test('an answer of its own never went upstream', async () => {
    const { told, ask } = await useWatched(doing({ request: { do: 'answer', status: 503, body: Buffer.from('no') } }))
    expect((await ask('/a')).status).toBe(503)
    const { fact } = await toldOf(told)
    expect(fact).toMatchObject({ status: 503, origin: 'injected', complete: true, response_bytes: 2 })
    expect([fact.sent_ms, fact.first_ms]).toEqual([undefined, undefined])
  })

  test('an answer that was swallowed has a time upstream and no status', async () => {
    const { told, ask } = await useWatched(doing({ response: { do: 'swallow', then: 'fin' } }))
    await expect(ask('/a')).rejects.toThrow()
    const { fact } = await toldOf(told)
    expect(fact).toMatchObject({ origin: 'injected', complete: false })
    expect(fact.status).toBeUndefined()
    expect(fact.first_ms).toBeGreaterThan(0)
  })

  test('a changed status is the one that is told', async () => {
    const { told, ask } = await useWatched(doing({ response: { do: 'change', status: 500 } }))
    expect((await ask('/a')).status).toBe(500)
    expect((await toldOf(told)).fact).toMatchObject({ status: 500, origin: 'injected', complete: true })
  })

  test("a delay leaves the answer the upstream's, and is timed apart from it", async () => {
    const { told, ask, proxy } = await useWatched(doing({ request: { do: 'wait', until: 0 } }))
    await ask('/a')
    const { fact } = await toldOf(told)
    expect(fact).toMatchObject({ status: 201, origin: 'upstream' })
    expect(fact.sent_ms).toBeGreaterThanOrEqual(39.5)
    // A loaded machine begins to wait later than it was asked, and the moment stays.
    expect(fact.injected_ms).toBeGreaterThan(0)
    expect(fact.injected_ms).toBeLessThanOrEqual(fact.sent_ms ?? 0)
    const { exchanges } = proxy.status()
    expect(exchanges?.counts[exchangePlace('GET', 201, 'upstream')]).toBe(1)
    expect(exchanges?.injectedTime.count).toBe(1)
    expect(exchanges?.injectedTime.sum).toBeCloseTo(fact.injected_ms)
    expect(exchanges?.upstreamTime.sum).toBeCloseTo((fact.first_ms ?? 0) - (fact.sent_ms ?? 0))
  })
})

test('a connection that is not HTTP is counted as opaque, and says so', async () => {
  const { told, port, plane, proxy } = await useWatched([])
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  socket.write('\x16\x03\x01\x00\x05hello')
  await vi.waitFor(() => expect([...plane.connections()][0]?.lane).toBe('opaque'))
  expect(proxy.status().exchanges?.opaque).toBe(1)
  expect(told).toEqual([])
})

test('every place of the counts has its own number', () => {
  const places = ['GET', 'BREW'].flatMap((method) =>
    [undefined, 100, 204, 599, 600].map((status) => exchangePlace(method, status, 'client')),
  )
  expect(new Set(places).size).toBe(8)
})
