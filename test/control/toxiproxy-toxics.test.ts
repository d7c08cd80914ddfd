import { describe, expect, test } from 'vitest'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'

async function useProxy(): Promise<Control> {
  const control = useControl()
  await control.call('POST', '/proxies', { body: { name: 'p', upstream: UPSTREAM } })
  return control
}

describe('adding a toxic', () => {
  test('answers 200, attributes first and complete, with the default name, stream and toxicity', async () => {
    const { call } = await useProxy()
    const { status, text } = await call('POST', '/proxies/p/toxics', {
      body: { type: 'latency', attributes: { latency: 1000 } },
    })
    expect(status).toBe(200)
    expect(text).toBe(
      '{"attributes":{"latency":1000,"jitter":0},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":1}',
    )
  })

  test('echoes the stream as it was spelt, and uses it so in the default name', async () => {
    const { call } = await useProxy()
    const { json } = await call('POST', '/proxies/p/toxics', { body: { type: 'latency', stream: 'UpStream' } })
    expect(json).toMatchObject({ name: 'latency_UpStream', stream: 'UpStream' })
    await call('POST', '/proxies/p/toxics', { body: { type: 'noop', stream: 'downstream' } })
    expect((await call('GET', '/proxies/p/toxics')).json.map(({ stream }: { stream: string }) => stream)).toEqual([
      'UpStream',
      'downstream',
    ])
  })

  test('takes every toxic of Toxiproxy with all its defaults, and shows all attributes', async () => {
    const { call } = await useProxy()
    const kinds: Record<string, object> = {
      latency: { latency: 0, jitter: 0 },
      bandwidth: { rate: 0 },
      slow_close: { delay: 0 },
      timeout: { timeout: 0 },
      reset_peer: { timeout: 0 },
      slicer: { average_size: 0, size_variation: 0, delay: 0 },
      limit_data: { bytes: 0 },
      noop: {},
    }
    for (const [type, attributes] of Object.entries(kinds)) {
      const { status, json } = await call('POST', '/proxies/p/toxics', { body: { type } })
      expect([type, status, json.attributes]).toEqual([type, 200, attributes])
    }
  })

  test('takes our own kinds too, connection kinds with the stream that was given', async () => {
    const { call } = await useProxy()
    const blackhole = await call('POST', '/proxies/p/toxics', {
      body: { type: 'blackhole', attributes: { mode: 'stall' } },
    })
    expect(blackhole.json).toMatchObject({
      type: 'blackhole',
      name: 'blackhole_downstream',
      attributes: { mode: 'stall' },
    })
    const idle = await call('POST', '/proxies/p/toxics', {
      body: { type: 'idle_close', stream: 'upstream', attributes: { after: 60_000 } },
    })
    expect([idle.status, idle.json.stream, idle.json.name]).toEqual([200, 'upstream', 'idle_close_upstream'])
    const age = await call('POST', '/proxies/p/toxics', { body: { type: 'max_age', attributes: { after: 60_000 } } })
    expect([age.status, age.json.stream, age.json.name]).toEqual([200, 'downstream', 'max_age_downstream'])
  })

  test('lists what is upstream first, then what is downstream, each in order', async () => {
    const { call } = await useProxy()
    for (const [name, stream] of [
      ['a', 'downstream'],
      ['b', 'upstream'],
      ['c', 'downstream'],
      ['d', 'upstream'],
    ]) {
      await call('POST', '/proxies/p/toxics', { body: { name, stream, type: 'noop' } })
    }
    const names = (await call('GET', '/proxies/p')).json.toxics.map(({ name }: { name: string }) => name)
    expect(names).toEqual(['b', 'd', 'a', 'c'])
  })

  test.each([
    [404, 'proxy not found', '/proxies/none/toxics', '{'],
    [400, 'bad request body: unexpected EOF', '/proxies/p/toxics', '{'],
    [
      400,
      'stream was invalid, can be either upstream or downstream',
      '/proxies/p/toxics',
      '{"type":"none","stream":"sideways"}',
    ],
    [
      400,
      'stream was invalid, can be either upstream or downstream',
      '/proxies/p/toxics',
      '{"type":"noop","stream":""}',
    ],
    [400, 'invalid toxic type', '/proxies/p/toxics', '{"type":"down","name":"there"}'],
    [400, 'invalid toxic type', '/proxies/p/toxics', '{"type":"Latency"}'],
    [400, 'invalid toxic type', '/proxies/p/toxics', '{}'],
    [
      409,
      'toxic already exists',
      '/proxies/p/toxics',
      '{"type":"latency","name":"there","stream":"upstream","attributes":{"latency":"x"}}',
    ],
  ])('is refused with %i %j', async (status, error, url, raw) => {
    const { call } = await useProxy()
    await call('POST', '/proxies/p/toxics', { body: { type: 'noop', name: 'there' } })
    const reply = await call('POST', url, { raw })
    expect(reply.json).toEqual({ error, status })
    expect((await call('GET', '/proxies/p/toxics')).json).toHaveLength(1)
  })

  test.each([
    ['{"type":"latency","attributes":{"latency":"100"}}'],
    ['{"type":"latency","attributes":{"latency":1.5}}'],
    ['{"type":"latency","attributes":{"latency":-1}}'],
    ['{"type":"latency","attributes":{"latency":1e300}}'],
    ['{"type":"latency","attributes":{"jitter":9223372036854775807}}'],
    ['{"type":"latency","attributes":[]}'],
    ['{"type":"latency","attributes":true}'],
    ['{"type":"latency","toxicity":5}'],
    ['{"type":"latency","toxicity":-1}'],
    ['{"type":"latency","toxicity":1e400}'],
    ['{"type":"latency","toxicity":"0.5"}'],
    ['{"type":"slicer","attributes":{"average_size":-1}}'],
    ['{"type":"bandwidth","attributes":{"rate":-1}}'],
    ['{"type":7}'],
    ['{"type":"noop","name":["x"]}'],
    ['{"type":"noop","name":"a/b"}'],
    ['{"type":"noop","name":".."}'],
  ])('refuses %s with 400 and attaches nothing', async (raw) => {
    const { call } = await useProxy()
    const { status, json } = await call('POST', '/proxies/p/toxics', { raw })
    expect([status, Object.keys(json), json.status]).toEqual([400, ['error', 'status'], 400])
    expect((await call('GET', '/proxies/p/toxics')).text).toBe('[]')
  })

  test('takes whole numbers however they are written, and slices as wide as the average', async () => {
    const { call } = await useProxy()
    const latency = await call('POST', '/proxies/p/toxics', {
      raw: '{"type":"latency","attributes":{"latency":10.0,"jitter":1e2}}',
    })
    expect(latency.json.attributes).toEqual({ latency: 10, jitter: 100 })
    const slicer = await call('POST', '/proxies/p/toxics', {
      raw: '{"type":"slicer","attributes":{"average_size":1000,"size_variation":1000}}',
    })
    expect(slicer.status).toBe(200)
  })

  test('works on a disabled proxy, and the toxics survive a toggle', async () => {
    const { call } = await useProxy()
    await call('POST', '/proxies/p', { body: { enabled: false } })
    expect((await call('POST', '/proxies/p/toxics', { body: { type: 'noop' } })).status).toBe(200)
    await call('POST', '/proxies/p', { body: { enabled: true } })
    expect((await call('GET', '/proxies/p')).json.toxics).toHaveLength(1)
  })
})

describe.each(['POST', 'PATCH'])('updating a toxic with %s', (method) => {
  const url = '/proxies/p/toxics/t'
  async function useToxic(): Promise<Control> {
    const control = await useProxy()
    const body = {
      name: 't',
      type: 'latency',
      stream: 'DownStream',
      toxicity: 0.2,
      attributes: { latency: 100, jitter: 10 },
    }
    await control.call('POST', '/proxies/p/toxics', { body })
    return control
  }

  test('merges attributes and keeps what is not given', async () => {
    const { call } = await useToxic()
    const { status, json } = await call(method, url, { body: { attributes: { jitter: 77 } } })
    expect(status).toBe(200)
    expect(json).toEqual({
      attributes: { latency: 100, jitter: 77 },
      name: 't',
      type: 'latency',
      stream: 'DownStream',
      toxicity: 0.2,
    })
    expect((await call(method, url, { body: { toxicity: 0 } })).json).toEqual({ ...json, toxicity: 0 })
    expect((await call('GET', url)).json).toEqual({ ...json, toxicity: 0 })
  })

  test('ignores name, type and stream, even of a wrong type', async () => {
    const { call } = await useToxic()
    const { json } = await call(method, url, { body: { name: 5, type: [], stream: {}, attributes: { latency: 7 } } })
    expect(json).toMatchObject({
      name: 't',
      type: 'latency',
      stream: 'DownStream',
      attributes: { latency: 7, jitter: 10 },
    })
  })

  test.each(['{}', 'null', '{"attributes":null,"toxicity":null}', '{"attributes":{"latency":null}}'])(
    'with %s changes nothing at all',
    async (raw) => {
      const { call, registry } = await useToxic()
      const { revision } = registry
      expect((await call(method, url, { raw })).status).toBe(200)
      expect(registry.revision).toBe(revision)
    },
  )

  test('that is half wrong changes nothing', async () => {
    const { call } = await useToxic()
    const { status } = await call(method, url, { raw: '{"attributes":{"latency":"bad","jitter":77}}' })
    expect(status).toBe(400)
    expect((await call('GET', url)).json.attributes).toEqual({ latency: 100, jitter: 10 })
  })

  test('looks for proxy and toxic before it looks at the body', async () => {
    const { call } = await useToxic()
    expect((await call(method, '/proxies/x/toxics/t', { raw: '{' })).json).toEqual({
      error: 'proxy not found',
      status: 404,
    })
    expect((await call(method, '/proxies/p/toxics/x', { raw: '{' })).json).toEqual({
      error: 'toxic not found',
      status: 404,
    })
    expect((await call(method, url, { raw: '' })).json).toEqual({ error: 'bad request body: EOF', status: 400 })
  })
})

test('a toxic is removed with 204, and is gone', async () => {
  const { call } = await useProxy()
  await call('POST', '/proxies/p/toxics', { body: { type: 'noop', name: 'odd name?' } })
  const url = `/proxies/p/toxics/${encodeURIComponent('odd name?')}`
  expect((await call('GET', url)).json.name).toBe('odd name?')
  const removed = await call('DELETE', url)
  expect([removed.status, removed.text]).toEqual([204, ''])
  expect((await call('DELETE', url)).json).toEqual({ error: 'toxic not found', status: 404 })
  expect((await call('GET', '/proxies/p/toxics')).text).toBe('[]')
})

describe('reset', () => {
  test('enables every proxy, removes every toxic, keeps the ports, and does not look at the body', async () => {
    const { call } = await useProxy()
    const { json: before } = await call('GET', '/proxies/p')
    await call('POST', '/proxies/p/toxics', { body: { type: 'noop' } })
    await call('POST', '/proxies/p', { body: { enabled: false } })
    const reset = await call('POST', '/reset', { raw: 'garbage' })
    expect([reset.status, reset.text]).toEqual([204, ''])
    expect((await call('GET', '/proxies/p')).json).toEqual(before)
  })

  test('carries on over a proxy that cannot start, and says so', async () => {
    const { call } = await useProxy()
    const { json: p } = await call('GET', '/proxies/p')
    await call('POST', '/proxies', { body: { name: 'blocked', listen: p.listen, upstream: UPSTREAM, enabled: false } })
    await call('POST', '/proxies', { body: { name: 'z', upstream: UPSTREAM, enabled: false } })
    const { status, json } = await call('POST', '/reset')
    expect([status, json.status]).toEqual([500, 500])
    expect(json.error).toMatch(/^listen tcp.*address already in use/)
    expect((await call('GET', '/proxies/z')).json.enabled).toBe(true)
  })

  test('ends runs, healed', async () => {
    const { call, runs } = await useProxy()
    const profile = {
      name: 'trial',
      targets: { p: { proxy: 'p' } },
      stages: [{ name: 's', duration: '1m', faults: [{ target: 'p', kind: 'noop' }] }],
    }
    const { json: run } = await call('POST', '/v1/runs', { body: { profile } })
    expect((await call('POST', '/reset')).status).toBe(204)
    expect(runs.get(run.id)).toMatchObject({ status: 'aborted', healed: true })
    expect((await call('GET', '/proxies/p')).json.toxics).toEqual([])
  })
})

test('what a run owns is shown, but cannot be changed or deleted here', async () => {
  const { call } = await useProxy()
  const profile = {
    name: 'trial',
    targets: { p: { proxy: 'p' } },
    stages: [{ name: 's', duration: '1m', faults: [{ target: 'p', kind: 'noop' }] }],
  }
  await call('POST', '/v1/runs', { body: { profile } })
  const [toxic] = (await call('GET', '/proxies/p')).json.toxics
  const url = `/proxies/p/toxics/${encodeURIComponent(toxic.name)}`
  for (const method of ['DELETE', 'PATCH']) {
    const { status, json } = await call(method, url, { body: { toxicity: 0 } })
    expect([status, json.status]).toEqual([409, 409])
  }
})
