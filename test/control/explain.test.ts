import { describe, expect, test, vi } from 'vitest'
import type { Foreseen } from '../../src/contract/explain.ts'
import type { FaultInput } from '../../src/contract/wire.ts'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

const abort = (more: Partial<FaultInput> = {}): FaultInput => ({
  kind: 'http_abort',
  name: 'no',
  attributes: { status: 503 },
  ...more,
})

async function useProxy(
  faults: readonly FaultInput[],
): Promise<
  Control & { ask: ReturnType<typeof useCaller>; explain: (target: string, more?: object) => Promise<Foreseen[]> }
> {
  const control = useControl()
  const upstream = await useHttpServer((_req, res) => res.end('hello'))
  const made = await control.call('PUT', '/v1/proxies/api', { body: { upstream, protocol: 'http', faults } })
  expect(made.status, made.text).toBe(201)
  const explain = async (target: string, more: object = {}): Promise<Foreseen[]> => {
    const { status, json, text } = await control.call('POST', '/v1/explain', {
      body: { proxy: 'api', request: { target, ...more } },
    })
    expect(status, text).toBe(200)
    return json.faults
  }
  return { ...control, ask: useCaller(Number(made.json.listen.split(':')[1])), explain }
}

describe('why a fault would not act', () => {
  test.each([
    [{}, { acts: true, count: 1 }],
    [{ enabled: false }, { reason: 'disabled' }],
    [{ trigger: { after: { time: '1h' } } }, { reason: 'window' }],
    [{ match: { method: ['GET', 'POST'], path: '/pay/*' } }, { acts: true }],
    [{ match: { method: ['GET'], path: '/pay/*' } }, { reason: 'no_match', condition: 'method' }],
    [{ match: { path: '/other' } }, { reason: 'no_match', condition: 'path' }],
    [{ match: { query: { a: '1', b: '2' } } }, { reason: 'no_match', condition: 'query/b' }],
    [{ match: { headers: { 'x-a': 'y*' } } }, { acts: true }],
    [{ match: { headers: { 'x-a': 'z' } } }, { reason: 'no_match', condition: 'headers/x-a' }],
    [{ match: { client: ['10.0.0.0/8'] } }, { reason: 'no_match', condition: 'client' }],
    [{ match: { all: [{ path: '/**' }, { host: 'shop' }] } }, { reason: 'no_match', condition: 'all/1/host' }],
    [{ match: { any: [{ path: '/a' }, { path: '/b' }] } }, { reason: 'no_match', condition: 'any' }],
    [{ match: { not: { path: '/pay/7' } } }, { reason: 'no_match', condition: 'not' }],
    [{ match: { exclude: ['/pay/**'] } }, { reason: 'no_match', condition: 'exclude' }],
    [{ trigger: { nth: 2 } }, { reason: 'trigger', count: 1 }],
    [
      { trigger: { after: { bytes: '1KiB' as never } } },
      { reason: 'trigger', why: 'it waits for 1024 more bytes of what matches' },
    ],
    [{ toxicity: 0 }, { reason: 'toxicity', count: 1 }],
    [{ dry_run: true }, { reason: 'dry_run', count: 1 }],
    [{ applies_to: 'existing' }, { reason: 'no_match', condition: 'applies_to' }],
    [{ match: { body: { json: { '/amount': { min: 100 } } } } }, { acts: true, ends: true }],
    [{ match: { body: { contains: 'card', regex: 'cash' } } }, { reason: 'no_match', condition: 'body/regex' }],
    [{ match: { not: { body: { contains: 'card' } } } }, { reason: 'no_match', condition: 'not' }],
  ] as [Partial<FaultInput>, Partial<Foreseen>][])('%j: %j', async (more, expected) => {
    const { explain } = await useProxy([abort(more)])
    const [foreseen] = await explain('/pay/7?a=1', {
      method: 'POST',
      headers: { 'X-A': ['no', 'yes'] },
      body: '{"amount":250,"by":"card"}',
    })
    expect(foreseen).toMatchObject({ fault: 'no', kind: 'http_abort', acts: false, ...expected })
    expect(foreseen?.why).not.toBe('')
  })

  test('faults on connections and bytes are told apart from those on requests, in order', async () => {
    const { explain } = await useProxy([{ kind: 'latency', attributes: { latency: 1 } }, abort()])
    expect((await explain('/')).map(({ kind, layer, reason }) => [kind, layer, reason])).toEqual([
      ['latency', 'stream', 'layer'],
      ['http_abort', 'exchange', undefined],
    ])
  })
})

describe('a body that a fault looks at', () => {
  const looks = [abort({ match: { body: { contains: 'x' } } })]

  test('is none where none is given, and unknown where the fields announce one', async () => {
    const { explain } = await useProxy(looks)
    expect(await explain('/')).toMatchObject([{ reason: 'no_match', condition: 'body/contains' }])
    const headers = { 'content-length': '5' }
    expect(await explain('/', { headers })).toMatchObject([{ reason: 'body_not_available', condition: 'body' }])
    expect(await explain('/', { headers, body: 'xxxxx' })).toMatchObject([{ acts: true }])
  })

  test('cannot be looked at above 64 KiB, nor behind Expect', async () => {
    const { explain } = await useProxy(looks)
    expect(await explain('/', { body: 'x'.repeat(65_537) })).toMatchObject([{ reason: 'body_not_available' }])
    const headers = { expect: '100-continue' }
    expect(await explain('/', { headers, body: 'x' })).toMatchObject([{ reason: 'body_not_available' }])
  })

  test('is judged in a request that comes as it was in one that did not', async () => {
    const { explain, ask } = await useProxy(looks)
    for (const body of ['axa', 'aya', '']) {
      const [foreseen] = await explain('/', { method: 'POST', body })
      expect((await ask('/', { method: 'POST', body })).status === 503).toBe(foreseen?.acts)
    }
  })
})

test('a fault behind one that ends the exchange is superseded, and counted so when it happens', async () => {
  const { explain, ask, call } = await useProxy([
    abort({ name: 'first', toxicity: 0 }),
    { kind: 'http_delay', name: 'slow', attributes: { delay: 1 } },
    abort({ name: 'second' }),
    { kind: 'http_headers', name: 'late', attributes: { remove: ['a'] } },
    abort({ name: 'third', attributes: { phase: 'after_upstream' } }),
  ])
  expect((await explain('/')).map(({ fault, acts, reason }) => [fault, acts, reason])).toEqual([
    ['first', false, 'toxicity'],
    ['slow', true, undefined],
    ['second', true, undefined],
    ['late', false, 'superseded'],
    ['third', false, 'superseded'],
  ])
  expect((await ask('/')).status).toBe(503)
  for (const fault of ['late', 'third']) {
    const { json } = await call('GET', `/v1/proxies/api/faults/${fault}`)
    expect(json).toMatchObject({ applied: 0, skipped: { superseded: 1 } })
  }
})

test.each([
  [{ method: 'MADEUP' }, 'unknown_method'],
  [{ headers: { 'content-length': '1', 'transfer-encoding': 'chunked' } }, 'content_length_with_transfer_encoding'],
])('a request that would be relayed unseen is told to be: %j', async (more, why) => {
  const { explain } = await useProxy([abort()])
  const [foreseen] = await explain('/', more)
  expect(foreseen).toMatchObject({ acts: false, reason: 'opaque' })
  expect(foreseen?.why).toContain(why)
})

test('a proxy that sees no requests explains none', async () => {
  const { call } = useControl()
  await call('PUT', '/v1/proxies/raw', { body: { upstream: '127.0.0.1:9' } })
  const { status, json } = await call('POST', '/v1/explain', { body: { proxy: 'raw', request: { target: '/' } } })
  expect([status, json.code, json.pointer]).toEqual([422, 'proxy_not_http', '/proxy'])
})

test('what is foretold comes true, request after request, and telling it changes nothing', async () => {
  const { explain, ask, call } = await useProxy([abort({ toxicity: 0.5, trigger: { every: 2, times: 8 } })])
  const foretold: boolean[] = []
  const happened: boolean[] = []
  for (let n = 0; n < 40; n++) {
    const [first] = await explain('/')
    expect(await explain('/')).toEqual([first])
    foretold.push(first?.acts === true)
    happened.push((await ask('/')).status === 503)
  }
  expect(happened).toEqual(foretold)
  expect(happened.filter(Boolean).length).toBeGreaterThan(2)
  expect((await call('GET', '/v1/proxies/api/faults/no')).json.seen).toBe(40)
})

test('a draw that follows a key is foretold for that key', async () => {
  const { explain, ask } = await useProxy([abort({ toxicity: 0.5, key: { header: 'x-id' } })])
  const keys = ['a', 'b', 'c', 'a', 'b', 'c', 'd', 'e']
  for (const key of keys) {
    const headers = { 'x-id': key }
    const [foreseen] = await explain('/', { headers })
    expect((await ask('/', { headers })).status === 503).toBe(foreseen?.acts)
  }
})

test('a request that is none is refused by field', async () => {
  const { call } = useControl()
  const refused = async (body: object): Promise<unknown[]> => {
    const { status, json } = await call('POST', '/v1/explain', { body })
    return [status, json.code, json.problems?.[0]?.pointer]
  }
  expect(await refused({ proxy: 'none', request: { target: '/' } })).toEqual([404, 'proxy_not_found', undefined])
  expect(await refused({ proxy: 'p', request: { target: '/a b' } })).toEqual([
    400,
    'invalid_request',
    '/request/target',
  ])
  expect(await refused({ proxy: 'p', request: { target: '/', headers: { a: 5 } } })).toEqual([
    400,
    'invalid_request',
    '/request/headers/a',
  ])
  expect(await refused({ proxy: 'p' })).toEqual([400, 'invalid_request', '/request'])
})

test('a dry run decides, counts and journals, and does nothing', async () => {
  const { ask, call } = await useProxy([
    abort({ dry_run: true }),
    { kind: 'http_lost_response', name: 'lost', attributes: {}, dry_run: true },
  ])
  expect([(await ask('/')).status, (await ask('/')).body]).toEqual([200, 'hello'])
  for (const fault of ['no', 'lost']) {
    const { json } = await call('GET', `/v1/proxies/api/faults/${fault}`)
    expect(json).toMatchObject({ seen: 2, applied: 0, skipped: { dry_run: 2 } })
  }
  const { json: decisions } = await call('GET', '/v1/events?type=decision')
  expect(decisions.events.map((one: { outcome: string }) => one.outcome)).toEqual(Array(4).fill('dry_run'))
  await vi.waitFor(async () => {
    const { json } = await call('GET', '/v1/exchanges')
    // It stays in the wire lane: nothing is to be done to it.
    expect(json.exchanges.map((one: { lane: string; faults: string[] }) => [one.lane, one.faults])).toEqual([
      ['wire', []],
      ['wire', []],
    ])
  })
})
