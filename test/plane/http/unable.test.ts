import { expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { eventually, useClient, useUpstream } from '../use-peers.ts'
import { acting, looking, settled, useHttpProxy } from './use-acting.ts'
import type { HttpBench } from './use-acting.ts'
import { exchangeFaultSpec } from './use-exchange.ts'
import { useCaller, useHttpServer } from './use-http.ts'

const upstream = (): Promise<string> =>
  useHttpServer((req, res) => {
    req.resume()
    if (req.url === '/events') res.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: a\n\n')
    else if (req.url === '/none') res.writeHead(204).end()
    else if (req.url === '/chunked') res.write('hello', () => res.end())
    else res.end('hello')
  })

/** What the journal and the record of the only exchange say of those that could not act, and who is said to have. */
async function told(bench: HttpBench): Promise<unknown> {
  await eventually(() => bench.facts.some(({ type }) => type === 'exchange'), 'the end of the exchange')
  const facts = bench.facts.flatMap((fact) => (fact.type === 'fault_unable' ? [fact] : []))
  const [exchange] = bench.facts.flatMap((fact) => (fact.type === 'exchange' ? [fact] : []))
  expect(exchange?.unable_faults ?? []).toEqual(facts.map(({ fault, reason, detail }) => ({ fault, reason, detail })))
  for (const fact of facts) {
    expect(fact).toMatchObject({ proxy: 'p', exchange: exchange?.exchange, connection: exchange?.connection })
    expect(bench.proxy.fault(fact.fault)).toMatchObject({ seen: 1, applied: 0, skipped: { [fact.reason]: 1 } })
  }
  return { acted: exchange?.faults, unable: facts.map(({ fault, reason, detail }) => `${fault}, ${reason}: ${detail}`) }
}

const CASES: readonly (readonly [name: string, path: string, faults: readonly FaultSpec[], said: object])[] = [
  [
    'wants a longer body',
    '/',
    [exchangeFaultSpec('http_truncate', { bytes: 5, how: 'fin' })],
    { acted: [], unable: ['http_truncate, body_not_available: the body has no more than the 5 bytes that may pass'] },
  ],
  [
    'wants a longer body, and learns at its end that it was not',
    '/chunked',
    [exchangeFaultSpec('http_reset', { how: 'rst', at: 'after_bytes', bytes: 6 })],
    { acted: [], unable: ['http_reset, body_not_available: the body has fewer bytes than 6'] },
  ],
  [
    'wants a body where there is none',
    '/none',
    [exchangeFaultSpec('http_throttle', { rate: 1 })],
    { acted: [], unable: ['http_throttle, body_not_available: the answer has no body'] },
  ],
  [
    'wants events',
    '/',
    [exchangeFaultSpec('sse_cut', { events: 1, inside: false, how: 'fin' })],
    { acted: [], unable: ['sse_cut, body_not_available: the answer is no text/event-stream'] },
  ],
  [
    'wants more events',
    '/events',
    [exchangeFaultSpec('sse_cut', { events: 2, inside: false, how: 'fin' })],
    { acted: [], unable: ['sse_cut, body_not_available: the stream ended after 1 events'] },
  ],
  [
    'comes behind one that answers',
    '/',
    [acting({ request: () => ({ do: 'answer', status: 503 }) }), looking()],
    { acted: ['test_acts'], unable: ['test_look, superseded: test_acts ended the exchange before its turn'] },
  ],
  [
    'comes behind one that answers later, and has done its part before',
    '/',
    [
      acting({ response: () => ({ do: 'answer', status: 503 }) }),
      acting({ request: () => ({ do: 'change', target: '/x' }) }, { name: 'b' }),
    ],
    { acted: ['test_acts', 'b'], unable: [] },
  ],
]

test.each(CASES)(
  'a fault that %s is told with its reason, and not among those that acted',
  async (_name, path, faults, said) => {
    const bench = await useHttpProxy(await upstream(), faults)
    expect((await useCaller(bench.port)(path)).status).toBeGreaterThanOrEqual(200)
    expect(await told(bench)).toEqual(said)
  },
)

test.each(['cut', 'raw', 'swallow'] as const)(
  'a fault behind one that ends the exchange by %s is superseded',
  async (how) => {
    const ends = {
      cut: acting({ request: () => ({ do: 'cut', how: 'fin' }) }),
      raw: acting({ request: () => ({ do: 'raw', bytes: Buffer.from('x'), then: 'fin' }) }),
      swallow: acting({ response: () => ({ do: 'swallow', then: 'fin' }) }),
    }[how]
    const bench = await useHttpProxy(await upstream(), [ends, looking()])
    await expect(useCaller(bench.port)('/')).rejects.toThrow()
    expect(await told(bench)).toEqual({
      acted: ['test_acts'],
      unable: ['test_look, superseded: test_acts ended the exchange before its turn'],
    })
  },
)

test('a fault that wants a body which is too large is told so', async () => {
  const bench = await useHttpProxy(await upstream(), [acting({ wants: { request: true } })], { bodyForFaults: 10 })
  expect((await useCaller(bench.port)('/', { method: 'POST', body: 'more than ten bytes' })).body).toBe('hello')
  expect(await told(bench)).toEqual({
    acted: [],
    unable: ['test_acts, body_not_available: the body of the request is larger than limits.body_for_faults'],
  })
})

test('a fault on a request that could not be answered any more is told as too late', async () => {
  const silent = await useUpstream()
  const bench = await useHttpProxy(silent.address, [looking({ match: { path: '/chosen' } })])
  const caller = useClient(bench.address)
  caller.send('GET /a HTTP/1.1\r\nHost: up\r\n\r\nGET /chosen HTTP/1.1\r\nHost: up\r\n\r\n')
  const server = await silent.peer(0)
  await server.gets('/a')
  server.send('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx').end()
  await caller.ending()
  caller.end()
  await settled(bench)
  expect(bench.facts.filter(({ type }) => type === 'fault_unable')).toMatchObject([
    {
      fault: 'test_look',
      exchange: 'x2',
      reason: 'too_late',
      detail: 'an earlier answer was the last on its connection',
    },
  ])
})
