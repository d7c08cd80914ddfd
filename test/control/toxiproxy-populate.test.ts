import { describe, expect, test } from 'vitest'
import { useControl } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'

test('an empty array, and null, answer an empty array', async () => {
  const { call } = useControl()
  for (const raw of ['[]', 'null']) {
    const { status, text } = await call('POST', '/populate', { raw })
    expect([status, text]).toEqual([201, '{"proxies":[]}'])
  }
})

test('proxies are answered in the order of the input', async () => {
  const { call } = useControl()
  const body = ['z', 'a', '5'].map((name) => ({
    name,
    listen: 'localhost:0',
    upstream: UPSTREAM,
    enabled: name !== 'a',
  }))
  const { status, json } = await call('POST', '/populate', { body })
  expect(status).toBe(201)
  expect(Object.keys(json)).toEqual(['proxies'])
  expect(json.proxies.map((proxy: { name: string; enabled: boolean }) => [proxy.name, proxy.enabled])).toEqual([
    ['z', true],
    ['a', false],
    ['5', true],
  ])
})

test('a proxy that stands as wanted is left alone with its toxics, however its address is spelt', async () => {
  const { call, registry } = useControl()
  for (const listen of ['127.0.0.1:0', '0.0.0.0:0', '']) {
    await call('POST', '/reset')
    const { json } = await call('POST', '/populate', { body: [{ name: `p${listen}`, listen, upstream: UPSTREAM }] })
    const [before] = json.proxies
    await call('POST', `/proxies/${encodeURIComponent(before.name)}/toxics`, { body: { type: 'noop' } })
    const { revision } = registry
    const port = before.listen.split(':').at(-1)
    const spellings = [
      listen,
      before.listen,
      null,
      ...(listen.startsWith('127') ? [`localhost:${port}`, 'localhost:0'] : []),
    ]
    for (const spelling of spellings) {
      const again = await call('POST', '/populate', {
        body: [{ name: before.name, listen: spelling, upstream: UPSTREAM, enabled: true }],
      })
      expect(again.json.proxies[0]).toMatchObject({ listen: before.listen, toxics: [{ type: 'noop' }] })
    }
    expect(registry.revision).toBe(revision)
  }
})

test('a disabled proxy that is named by host is left alone too', async () => {
  const { call, registry } = useControl()
  const body = [{ name: 'p', listen: 'localhost:3310', upstream: UPSTREAM, enabled: false }]
  await call('POST', '/populate', { body })
  const { revision } = registry
  expect((await call('POST', '/populate', { body })).json.proxies[0]).toMatchObject({
    listen: 'localhost:3310',
    enabled: false,
  })
  expect(registry.revision).toBe(revision)
})

test('a proxy that moves keeps its toxics, and enabled counts when it is said', async () => {
  const { call } = useControl()
  await call('POST', '/populate', {
    body: [{ name: 'p', upstream: UPSTREAM, toxics: [{ type: 'noop', name: 'kept' }] }],
  })
  const moved = await call('POST', '/populate', { body: [{ name: 'p', upstream: '127.0.0.1:10', toxics: [] }] })
  expect(moved.json.proxies[0]).toMatchObject({ upstream: '127.0.0.1:10', enabled: true, toxics: [{ name: 'kept' }] })
  await call('POST', '/populate', { body: [{ name: 'p', upstream: '127.0.0.1:10', enabled: false }] })
  expect((await call('GET', '/proxies/p')).json.enabled).toBe(false)
  await call('POST', '/populate', { body: [{ name: 'p', upstream: '127.0.0.1:10' }] })
  expect((await call('GET', '/proxies/p')).json.enabled).toBe(false)
  const other = await call('POST', '/populate', {
    body: [{ name: 'p', upstream: '127.0.0.1:10', enabled: true, toxics: [{ type: 'latency', name: 'new' }] }],
  })
  expect(other.json.proxies[0]).toMatchObject({ enabled: true, toxics: [{ name: 'new' }] })
})

describe('refused as a whole, nothing touched', () => {
  test.each([
    ['missing required field: name at proxy 2', [{ name: 'a', upstream: UPSTREAM }, { upstream: UPSTREAM }]],
    ['missing required field: upstream at proxy 1', [{ name: 'a' }, { name: 'b', upstream: UPSTREAM }]],
    [
      'bad request body: [1].enabled must be a boolean, found the string "yes"',
      [
        { name: 'a', upstream: UPSTREAM },
        { name: 'b', upstream: UPSTREAM, enabled: 'yes' },
      ],
    ],
    [
      '[1].toxics[0]: invalid toxic type',
      [
        { name: 'a', upstream: UPSTREAM },
        { name: 'b', upstream: UPSTREAM, toxics: [{}] },
      ],
    ],
    ['bad request body: the body must be an array, found an object', { name: 'a', upstream: UPSTREAM }],
  ])('%s', async (error, body) => {
    const { call } = useControl()
    const reply = await call('POST', '/populate', { body })
    expect(reply.text).toBe(JSON.stringify({ error, status: 400, proxies: null }))
    expect(reply.headers['content-type']).toBe('application/json')
    expect((await call('GET', '/proxies')).text).toBe('{}')
  })
})

test('a start that fails stops there: earlier ones stay, later ones are not made, the one that was to move stays up', async () => {
  const { call } = useControl()
  const { json: busy } = await call('POST', '/proxies', { body: { name: 'busy', upstream: UPSTREAM } })
  const { json: old } = await call('POST', '/proxies', { body: { name: 'moving', upstream: UPSTREAM } })
  const body = [
    { name: 'first', upstream: UPSTREAM },
    { name: 'moving', listen: busy.listen, upstream: UPSTREAM },
    { name: 'later', upstream: UPSTREAM },
  ]
  const { status, json } = await call('POST', '/populate', { body })
  expect(status).toBe(500)
  expect(Object.keys(json)).toEqual(['error', 'status', 'proxies'])
  expect(json.error).toBe(`listen tcp ${busy.listen}: bind: address already in use`)
  expect(json.proxies.map(({ name }: { name: string }) => name)).toEqual(['first'])
  expect(Object.keys((await call('GET', '/proxies')).json)).toEqual(['busy', 'first', 'moving'])
  expect((await call('GET', '/proxies/moving')).json).toEqual(old)
})

test('of one name given twice the later counts, and both are answered', async () => {
  const { call } = useControl()
  const { json } = await call('POST', '/populate', {
    body: [
      { name: 'a', upstream: UPSTREAM },
      { name: 'a', upstream: '127.0.0.1:10' },
    ],
  })
  expect(json.proxies.map(({ upstream }: { upstream: string }) => upstream)).toEqual([UPSTREAM, '127.0.0.1:10'])
  expect((await call('GET', '/proxies/a')).json.upstream).toBe('127.0.0.1:10')
})

test('a thousand proxies are populated in half a second', async () => {
  const { call } = useControl()
  const body = Array.from({ length: 1000 }, (_, i) => ({ name: `p${i}`, listen: '127.0.0.1:0', upstream: UPSTREAM }))
  const before = performance.now()
  const { json } = await call('POST', '/populate', { body })
  const took = performance.now() - before
  expect(json.proxies).toHaveLength(1000)
  // The bound of the benchmark, with room for a machine that runs other tests beside this one.
  expect(took).toBeLessThan(2000)
})
