import { describe, expect, test } from 'vitest'
import { useControl } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'
const slow = { kind: 'latency', attributes: { latency: '200ms', jitter: 50 } }

describe('PUT /v1/proxies/{proxy}', () => {
  test('creates with 201, answers the bound address, and is no change the second time', async () => {
    const { call, registry } = useControl()
    const body = { upstream: UPSTREAM, from: 'orders', to: 'db', faults: [slow] }
    const made = await call('PUT', '/v1/proxies/db', { body })
    expect(made.status).toBe(201)
    expect(made.headers['content-type']).toBe('application/json')
    expect(made.json).toMatchObject({
      name: 'db',
      state: 'listening',
      owner: 'api',
      from: 'orders',
      to: 'db',
      touched: 0,
    })
    expect(made.json.listen).toMatch(/^127\.0\.0\.1:[1-9]/)
    expect(made.json.faults).toMatchObject([
      { name: 'latency_downstream', attributes: { latency: 200, jitter: 50 }, toxicity: 1, seen: 0, applied: 0 },
    ])
    const { revision } = registry
    const again = await call('PUT', '/v1/proxies/db', { body })
    expect([again.status, again.json.listen, registry.revision]).toEqual([200, made.json.listen, revision])
  })

  test('with If-None-Match: * only creates', async () => {
    const { call } = useControl()
    const options = { body: { upstream: UPSTREAM }, headers: { 'if-none-match': '*' } }
    expect((await call('PUT', '/v1/proxies/db', options)).status).toBe(201)
    const again = await call('PUT', '/v1/proxies/db', options)
    expect([again.status, again.json.code]).toEqual([409, 'proxy_exists'])
    const odd = await call('PUT', '/v1/proxies/db', { ...options, headers: { 'if-none-match': '"7"' } })
    expect([odd.status, odd.json.code]).toEqual([400, 'invalid_request'])
  })

  test('tells every problem at once, with pointers, and changes nothing', async () => {
    const { call } = useControl()
    const body = {
      upstream: UPSTREAM,
      faults: [{ kind: 'latency', attributes: { latncy: 1 } }, { kind: 'latecy' }, { kind: 'noop', toxicity: 2 }],
    }
    const { status, headers, json } = await call('PUT', '/v1/proxies/db', { body })
    expect([status, headers['content-type'], json.code]).toEqual([422, 'application/problem+json', 'invalid_fault'])
    expect(json.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/faults/0/attributes/latncy',
      '/faults/1/kind',
      '/faults/2/toxicity',
    ])
    expect(json.problems[0].message).toContain('did you mean latency?')
    expect(json.problems[1].message).toContain('did you mean latency?')
    expect(json.request_id).toBe(headers['x-request-id'])
    expect(json.remedy).not.toBe('')
    expect((await call('GET', '/v1/proxies')).json.proxies).toEqual([])
  })

  test.each([
    [{}, '/upstream', 'missing'],
    [{ upstream: UPSTREAM, lisen: 'x' }, '/lisen', 'did you mean listen?'],
    [{ upstream: 5 }, '/upstream', '5'],
    [{ upstream: 'garbage' }, '/upstream', 'port'],
    [{ upstream: UPSTREAM, listen: 'garbage' }, '/listen', 'port'],
    [{ upstream: UPSTREAM, enabled: 'yes' }, '/enabled', 'true or false'],
    [{ upstream: UPSTREAM, protocol: 'udp' }, '/protocol', 'tcp'],
    [{ upstream: UPSTREAM, faults: {} }, '/faults', 'a list'],
    [[], undefined, 'an object'],
    [null, undefined, 'an object'],
  ])('refuses %j', async (body, pointer, words) => {
    const { call } = useControl()
    const { status, json } = await call('PUT', '/v1/proxies/db', { body })
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    if (pointer !== undefined) expect(json.pointer).toBe(pointer)
    expect(json.detail).toContain(words)
  })

  test.each([
    ['', 'no body'],
    ['{', 'line 1, column 2: it ends too early'],
    ['{"upstream":\n "127.0.0.1:9",}', 'line 2, column 16: invalid character'],
    ['{"upstream":"127.0.0.1:9"} {}', 'line 1, column 28: there is more after the value'],
    ['{"upstream":"127.0.0.1:9","upstream":"127.0.0.1:10"}', 'field "upstream" is given twice'],
    ['{"__proto__":{}}', '__proto__'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'not UTF-8'],
  ])('refuses the body %j', async (raw, words) => {
    const { call } = useControl()
    const { status, json } = await call('PUT', '/v1/proxies/db', { raw })
    expect([status, json.code]).toEqual([400, 'invalid_json'])
    expect(json.detail).toContain(words)
  })

  test.each([['.hidden'], ['a b'], ['x'.repeat(101)], ['ä'], ['__proto__']])('refuses the name %j', async (name) => {
    const { call } = useControl()
    const { status, json } = await call('PUT', `/v1/proxies/${encodeURIComponent(name)}`, {
      body: { upstream: UPSTREAM },
    })
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json.detail).toContain('no name for a proxy')
  })

  test('names the owner of a busy port', async () => {
    const { call } = useControl()
    const { json } = await call('PUT', '/v1/proxies/first', { body: { upstream: UPSTREAM } })
    const busy = await call('PUT', '/v1/proxies/second', { body: { upstream: UPSTREAM, listen: json.listen } })
    expect([busy.status, busy.json.code]).toEqual([409, 'address_in_use'])
    expect(busy.json.detail).toContain('first')
    expect((await call('GET', '/v1/proxies/second')).json.code).toBe('proxy_not_found')
  })

  test('keeps to the allow-list and the limit', async () => {
    const { call } = useControl({ allowedUpstreams: ['127.0.0.1:*'], limits: { proxies: 1, faultsPerProxy: 1 } })
    const refused = await call('PUT', '/v1/proxies/a', { body: { upstream: '169.254.169.254:80' } })
    expect([refused.status, refused.json.code]).toEqual([403, 'upstream_not_allowed'])
    expect((await call('POST', '/proxies', { body: { name: 'a', upstream: '169.254.169.254:80' } })).status).toBe(403)
    await call('PUT', '/v1/proxies/a', { body: { upstream: UPSTREAM } })
    expect((await call('PUT', '/v1/proxies/b', { body: { upstream: UPSTREAM } })).json.code).toBe('limit_reached')
    expect(
      (await call('PUT', '/v1/proxies/a', { body: { upstream: UPSTREAM, faults: [slow, { kind: 'noop' }] } })).json
        .code,
    ).toBe('limit_reached')
  })
})

test('a fault made by Toxiproxy clients and one made here are the same thing', async () => {
  const { call } = useControl()
  await call('POST', '/proxies', { body: { name: 'my db', upstream: UPSTREAM } })
  await call('POST', '/proxies/my%20db/toxics', {
    body: { type: 'latency', stream: 'UPSTREAM', attributes: { latency: 5 } },
  })
  const { json } = await call('GET', '/v1/proxies/my%20db/faults/latency_UPSTREAM')
  expect(json).toMatchObject({ name: 'latency_UPSTREAM', kind: 'latency', stream: 'upstream', owner: 'api' })
  expect((await call('PATCH', '/v1/proxies/my%20db', { body: { enabled: false } })).status).toBe(200)
  expect((await call('DELETE', '/v1/proxies/my%20db')).json).toEqual({ removed: 'my db', touched: 0 })
})

describe('PATCH /v1/proxies/{proxy}', () => {
  test('changes what is given, and an empty one nothing', async () => {
    const { call, registry } = useControl()
    const { json: before } = await call('PUT', '/v1/proxies/db', { body: { upstream: UPSTREAM, faults: [slow] } })
    const off = await call('PATCH', '/v1/proxies/db', { body: { enabled: false } })
    expect(off.json).toMatchObject({ enabled: false, state: 'disabled', listen: before.listen })
    expect(off.json.faults).toHaveLength(1)
    const { revision } = registry
    expect((await call('PATCH', '/v1/proxies/db', { body: {} })).status).toBe(200)
    expect(registry.revision).toBe(revision)
    expect((await call('PATCH', '/v1/proxies/db', { body: { faults: [] } })).json.faults).toEqual([])
    expect((await call('PATCH', '/v1/proxies/bd', { body: {} })).json.detail).toContain('did you mean "db"?')
  })

  test('that cannot listen leaves everything as it was', async () => {
    const { call } = useControl()
    const { json: other } = await call('PUT', '/v1/proxies/other', { body: { upstream: UPSTREAM } })
    await call('PUT', '/v1/proxies/db', { body: { upstream: UPSTREAM, faults: [slow] } })
    const { json: before } = await call('GET', '/v1/proxies/db')
    expect((await call('PATCH', '/v1/proxies/db', { body: { listen: other.listen, faults: [] } })).status).toBe(409)
    expect((await call('GET', '/v1/proxies/db')).json).toEqual(before)
  })
})

describe('faults', () => {
  const url = '/v1/proxies/db/faults'

  test('are attached, read, changed and removed', async () => {
    const { call, registry } = useControl()
    await call('PUT', '/v1/proxies/db', { body: { upstream: UPSTREAM } })
    const made = await call('POST', url, {
      body: { ...slow, name: 'slow', trigger: { first: 3 }, match: { client: ['10.0.0.0/8'] } },
    })
    expect([made.status, made.json.touched, made.json.trigger]).toEqual([201, 0, { first: 3 }])
    const changed = await call('PATCH', `${url}/slow`, {
      body: { attributes: { jitter: '1ms' }, toxicity: 0.5, trigger: null },
    })
    expect(changed.json).toMatchObject({ attributes: { latency: 200, jitter: 1 }, toxicity: 0.5 })
    expect(changed.json.trigger).toBeUndefined()
    const { revision } = registry
    await call('PATCH', `${url}/slow`, { body: { toxicity: 0.5 } })
    expect(registry.revision).toBe(revision)
    expect((await call('GET', url)).json.faults).toHaveLength(1)
    expect((await call('DELETE', `${url}/slow`)).json).toEqual({ removed: 'slow', touched: 0 })
    expect((await call('GET', `${url}/slow`)).json.code).toBe('fault_not_found')
  })

  test.each([
    [{ kind: 'latncy' }, 'invalid_fault', 'did you mean latency?'],
    [{ kind: 'latency', owner: 'run:x' }, 'invalid_fault', 'owner'],
    [{ kind: 'refuse', stream: 'upstream' }, 'invalid_fault', 'takes no stream'],
    [{ kind: 'noop', name: 'a b' }, 'invalid_fault', 'name'],
    [{ kind: 'noop', match: { client: ['nonsense'] } }, 'invalid_fault', 'client/0'],
    [{}, 'invalid_fault', 'kind'],
    [7, 'invalid_fault', ''],
    [null, 'invalid_fault', ''],
    [{ kind: 'noop', name: 'there' }, 'fault_exists', 'there'],
  ])('are refused as %j', async (body, code, words) => {
    const { call } = useControl()
    await call('PUT', '/v1/proxies/db', { body: { upstream: UPSTREAM, faults: [{ kind: 'noop', name: 'there' }] } })
    const { json } = await call('POST', url, { body })
    expect(json.code).toBe(code)
    expect(json.detail).toContain(words)
    expect((await call('GET', url)).json.faults).toHaveLength(1)
  })

  test.each([
    [{ kind: 'noop' }, '/kind'],
    [{ attributes: { latency: 'soon' } }, '/attributes/latency'],
    [{ toxicity: null }, '/toxicity'],
    [null, ''],
    ['x', ''],
  ])('are not changed by %j', async (body, pointer) => {
    const { call } = useControl()
    await call('PUT', '/v1/proxies/db', { body: { upstream: UPSTREAM, faults: [slow] } })
    const { status, json } = await call('PATCH', `${url}/latency_downstream`, { body })
    expect([status, json.code, json.pointer ?? '']).toEqual([422, 'invalid_fault', pointer])
  })
})

describe('config', () => {
  test('is put whole, answered as a difference, and read back as it is put', async () => {
    const { call } = useControl()
    await call('PUT', '/v1/proxies/old', { body: { upstream: UPSTREAM } })
    const kept = (await call('PUT', '/v1/proxies/kept', { body: { upstream: UPSTREAM } })).json
    const proxies = { kept: { upstream: UPSTREAM, faults: [slow] }, fresh: { upstream: UPSTREAM } }
    const dry = await call('PUT', '/v1/config?dry_run=true', { body: { proxies } })
    expect(dry.json).toMatchObject({ dry_run: true, created: ['fresh'], removed: ['old'], unchanged: [] })
    expect((await call('GET', '/v1/proxies')).json.proxies).toHaveLength(2)
    const done = await call('PUT', '/v1/config', { body: { proxies } })
    expect(done.json).toMatchObject({ dry_run: false, created: ['fresh'], removed: ['old'] })
    expect((await call('GET', '/v1/proxies/kept')).json.listen).toBe(kept.listen)
    const { revision, ...config } = (await call('GET', '/v1/config')).json
    expect(revision).toBeGreaterThan(0)
    expect((await call('PUT', '/v1/config', { body: config })).json).toMatchObject({
      created: [],
      updated: [],
      removed: [],
      unchanged: ['kept', 'fresh'],
    })
  })

  test('that is wrong anywhere changes nothing, and names every place', async () => {
    const { call } = useControl()
    await call('PUT', '/v1/proxies/old', { body: { upstream: UPSTREAM } })
    const body = {
      proxies: {
        a: { upstream: UPSTREAM, faults: [{ kind: 'latency', attributes: { latency: -1 } }] },
        b: { upstream: UPSTREAM, faults: [{ kind: 'x' }] },
      },
    }
    const { status, json } = await call('PUT', '/v1/config', { body })
    expect([status, json.code]).toEqual([422, 'invalid_config'])
    expect(json.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/proxies/a/faults/0/attributes/latency',
      '/proxies/b/faults/0/kind',
    ])
    const busy = await call('PUT', '/v1/config', {
      body: { proxies: { a: { upstream: UPSTREAM }, b: { upstream: UPSTREAM, listen: '192.0.2.1:80' } } },
    })
    expect(busy.status).toBe(422)
    expect((await call('GET', '/v1/proxies')).json.proxies.map(({ name }: { name: string }) => name)).toEqual(['old'])
    expect((await call('PUT', '/v1/config', { body: { proxies: { 'a b': { upstream: UPSTREAM } } } })).json.code).toBe(
      'invalid_request',
    )
    expect((await call('PUT', '/v1/config', { body: {} })).json.pointer).toBe('/proxies')
  })
})

test('the catalogue tells each kind, and the nearest of a misspelt one', async () => {
  const { call } = useControl()
  const { kinds } = (await call('GET', '/v1/kinds')).json
  expect(kinds.length).toBeGreaterThanOrEqual(21)
  expect((await call('GET', '/v1/kinds/latency')).json).toEqual(
    kinds.find(({ kind }: { kind: string }) => kind === 'latency'),
  )
  const missing = await call('GET', '/v1/kinds/latncy')
  expect([missing.status, missing.json.code]).toEqual([404, 'kind_not_found'])
  expect(missing.json.detail).toContain('latency')
})

test('reset tells what it did', async () => {
  const { call } = useControl()
  await call('PUT', '/v1/proxies/a', { body: { upstream: UPSTREAM, enabled: false, faults: [slow] } })
  await call('PUT', '/v1/proxies/b', { body: { upstream: UPSTREAM } })
  expect((await call('POST', '/v1/reset')).json).toMatchObject({ proxies: 2, faults_removed: 1, runs_aborted: 0 })
  expect((await call('GET', '/v1/proxies/a')).json).toMatchObject({ enabled: true, faults: [] })
})
