import { describe, expect, test } from 'vitest'
import { useControl } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'

describe('creating a proxy', () => {
  test('answers 201 with every field, in order, and the port that 0 became', async () => {
    const { call } = useControl()
    const { status, headers, json, text } = await call('POST', '/proxies', {
      body: { name: 'db', listen: 'localhost:0', upstream: UPSTREAM },
    })
    expect(status).toBe(201)
    expect(headers['content-type']).toBe('application/json')
    expect(headers['x-toxiproxy-request-id']).toMatch(/^[0-9a-v]{20}$/)
    expect(Object.keys(json)).toEqual(['name', 'listen', 'upstream', 'enabled', 'toxics'])
    expect(json).toMatchObject({ name: 'db', upstream: UPSTREAM, enabled: true, toxics: [] })
    expect(json.listen).toMatch(/^127\.0\.0\.1:[1-9]\d+$/)
    expect(text.endsWith('}')).toBe(true)
  })

  test('without a listen address stays on loopback', async () => {
    const { call } = useControl()
    const { json } = await call('POST', '/proxies', { body: { name: 'db', upstream: UPSTREAM } })
    expect(json.listen).toMatch(/^127\.0\.0\.1:[1-9]\d+$/)
  })

  test('disabled echoes its listen address to the letter and does not look at it', async () => {
    const { call } = useControl()
    const one = await call('POST', '/proxies', {
      body: { name: 'a', listen: 'localhost:3310', upstream: UPSTREAM, enabled: false },
    })
    expect([one.status, one.json.listen, one.json.enabled]).toEqual([201, 'localhost:3310', false])
    const odd = await call('POST', '/proxies', {
      body: { name: 'b', listen: 'garbage', upstream: 'garbage', enabled: false },
    })
    expect([odd.status, odd.json.listen, odd.json.upstream]).toEqual([201, 'garbage', 'garbage'])
  })

  test('takes an upstream that cannot be resolved', async () => {
    const { call } = useControl()
    expect((await call('POST', '/proxies', { body: { name: 'a', upstream: 'somehost:12345' } })).status).toBe(201)
    expect((await call('POST', '/proxies', { body: { name: 'b', upstream: 'garbage' } })).status).toBe(201)
  })

  test('may bring its toxics, all of them or none', async () => {
    const { call } = useControl()
    const toxics = [
      { type: 'latency', attributes: { latency: 50 } },
      { type: 'bandwidth', stream: 'upstream', attributes: { rate: 10 } },
    ]
    const good = await call('POST', '/proxies', { body: { name: 'a', upstream: UPSTREAM, toxics } })
    expect(good.json.toxics.map(({ name }: { name: string }) => name)).toEqual([
      'bandwidth_upstream',
      'latency_downstream',
    ])
    const bad = await call('POST', '/proxies', {
      body: { name: 'b', upstream: UPSTREAM, toxics: [...toxics, { type: 'latncy' }] },
    })
    expect(bad.json).toEqual({ error: 'toxics[2]: invalid toxic type', status: 400 })
    expect((await call('GET', '/proxies/b')).status).toBe(404)
  })

  test.each([
    ['missing required field: name', 400, { upstream: UPSTREAM }],
    ['missing required field: name', 400, { name: '', upstream: UPSTREAM }],
    ['missing required field: upstream', 400, { name: 'x' }],
    ['proxy already exists', 409, { name: 'there', upstream: UPSTREAM, listen: 'garbage' }],
    [
      'listen tcp: address localhost: missing port in address',
      500,
      { name: 'x', upstream: UPSTREAM, listen: 'localhost' },
    ],
    ['listen tcp: address 99999: invalid port', 500, { name: 'x', upstream: UPSTREAM, listen: 'localhost:99999' }],
    ['listen tcp: address -1: invalid port', 500, { name: 'x', upstream: UPSTREAM, listen: 'localhost:-1' }],
    ['listen tcp: address tcp/abc: unknown port', 500, { name: 'x', upstream: UPSTREAM, listen: 'localhost:abc' }],
    [
      'listen tcp: address ::1:80: too many colons in address',
      500,
      { name: 'x', upstream: UPSTREAM, listen: '::1:80' },
    ],
    [
      'listen tcp 192.0.2.1:1234: bind: cannot assign requested address',
      500,
      { name: 'x', upstream: UPSTREAM, listen: '192.0.2.1:1234' },
    ],
  ])('is refused with %j (%i)', async (error, status, body) => {
    const { call } = useControl()
    await call('POST', '/proxies', { body: { name: 'there', upstream: UPSTREAM } })
    const reply = await call('POST', '/proxies', { body })
    expect(reply.json).toEqual({ error, status })
    expect(reply.status).toBe(status)
    expect(reply.headers['content-type']).toBe('application/json')
    expect(Object.keys((await call('GET', '/proxies')).json)).toEqual(['there'])
  })

  test('on a busy port is 500 here and names the address as Toxiproxy does', async () => {
    const { call } = useControl()
    const { json } = await call('POST', '/proxies', { body: { name: 'a', upstream: UPSTREAM } })
    const port = json.listen.split(':')[1]
    const busy = await call('POST', '/proxies', {
      body: { name: 'b', upstream: UPSTREAM, listen: `localhost:${port}` },
    })
    expect(busy.json).toEqual({ error: `listen tcp 127.0.0.1:${port}: bind: address already in use`, status: 500 })
  })

  test.each([['a/b'], ['.'], ['..'], ['a\nb'], ['x'.repeat(201)]])(
    'refuses %j, which no path could name again',
    async (name) => {
      const { call } = useControl()
      const { status, json } = await call('POST', '/proxies', { body: { name, upstream: UPSTREAM } })
      expect(status).toBe(400)
      expect(json.error).toMatch(/^invalid proxy name/)
    },
  )

  test.each([['a b'], ['__proto__'], ['123'], ['ö+%?#'], ['constructor']])(
    'takes %j, and finds it by its path',
    async (name) => {
      const { call } = useControl()
      await call('POST', '/proxies', { body: { name: 'z', upstream: UPSTREAM } })
      expect((await call('POST', '/proxies', { body: { name, upstream: UPSTREAM } })).status).toBe(201)
      const path = `/proxies/${encodeURIComponent(name)}`
      expect((await call('GET', path)).json.name).toBe(name)
      expect((await call('GET', '/proxies')).text).toContain(`${JSON.stringify(name)}:{"name":`)
      expect((await call('DELETE', path)).status).toBe(204)
      expect((await call('GET', path)).json).toEqual({ error: 'proxy not found', status: 404 })
    },
  )
})

test('the list is a map by name, sorted, and holds nothing else', async () => {
  const { call } = useControl()
  expect((await call('GET', '/proxies')).text).toBe('{}')
  for (const name of ['b', 'a', '10', '9']) await call('POST', '/proxies', { body: { name, upstream: UPSTREAM } })
  const { text } = await call('GET', '/proxies')
  expect([...text.matchAll(/"([^"]+)":\{"name"/g)].map((match) => match[1])).toEqual(['10', '9', 'a', 'b'])
})

describe.each(['POST', 'PATCH'])('updating with %s', (method) => {
  test('changes what is given and keeps the rest', async () => {
    const { call } = useControl()
    const { json: before } = await call('POST', '/proxies', { body: { name: 'a', upstream: UPSTREAM } })
    const { status, json } = await call(method, '/proxies/a', {
      body: { upstream: '127.0.0.1:10', name: 'ignored', toxics: 5 },
    })
    expect(status).toBe(200)
    expect(json).toEqual({ ...before, upstream: '127.0.0.1:10' })
  })

  test('keeps the port over disable and enable', async () => {
    const { call } = useControl()
    const { json: before } = await call('POST', '/proxies', {
      body: { name: 'a', listen: 'localhost:0', upstream: UPSTREAM },
    })
    expect((await call(method, '/proxies/a', { body: { enabled: false } })).json).toEqual({ ...before, enabled: false })
    expect((await call(method, '/proxies/a', { body: { enabled: true } })).json).toEqual(before)
  })

  test('to where it stands already, by any spelling, is no change', async () => {
    const { call, registry } = useControl()
    const { json: before } = await call('POST', '/proxies', {
      body: { name: 'a', listen: '127.0.0.1:0', upstream: UPSTREAM },
    })
    const { revision } = registry
    const port = before.listen.split(':')[1]
    for (const listen of [before.listen, `localhost:${port}`, 'localhost:0', ':0', '', null]) {
      expect((await call(method, '/proxies/a', { body: { listen, upstream: UPSTREAM, enabled: true } })).json).toEqual(
        before,
      )
    }
    expect(registry.revision).toBe(revision)
  })

  test('to the wildcard that it stands on is no change, however it is spelt', async () => {
    const { call, registry } = useControl()
    const { json: before } = await call('POST', '/proxies', {
      body: { name: 'a', listen: '0.0.0.0:0', upstream: UPSTREAM },
    })
    const { revision } = registry
    const port = before.listen.split(':').at(-1)
    for (const listen of [`0.0.0.0:${port}`, `[::]:${port}`, `:${port}`, '0.0.0.0:0']) {
      expect((await call(method, '/proxies/a', { body: { listen } })).json).toEqual(before)
    }
    expect(registry.revision).toBe(revision)
  })

  test('that fails leaves the proxy as it was, up and with its toxics', async () => {
    const { call } = useControl()
    const { json: other } = await call('POST', '/proxies', { body: { name: 'other', upstream: UPSTREAM } })
    await call('POST', '/proxies', { body: { name: 'a', upstream: UPSTREAM, toxics: [{ type: 'noop' }] } })
    const before = await call('GET', '/proxies/a')
    const failed = await call(method, '/proxies/a', { body: { listen: other.listen, upstream: '127.0.0.1:10' } })
    expect(failed.json).toEqual({ error: `listen tcp ${other.listen}: bind: address already in use`, status: 500 })
    expect((await call('GET', '/proxies/a')).json).toEqual(before.json)
  })

  test('of an address that is none is 500 without the word listen, and a disabled proxy can still be changed', async () => {
    const { call } = useControl()
    await call('POST', '/proxies', {
      body: { name: 'a', listen: 'nosuchhost.invalid:1', upstream: UPSTREAM, enabled: false },
    })
    const { json } = await call(method, '/proxies/a', { body: { listen: 'nope' } })
    expect(json).toEqual({ error: 'address nope: missing port in address', status: 500 })
    expect((await call(method, '/proxies/a', { body: { enabled: false } })).status).toBe(200)
  })

  test('looks for the proxy before it looks at the body', async () => {
    const { call } = useControl()
    expect((await call(method, '/proxies/a', { raw: '{' })).json).toEqual({ error: 'proxy not found', status: 404 })
    await call('POST', '/proxies', { body: { name: 'a', upstream: UPSTREAM } })
    expect((await call(method, '/proxies/a', { raw: '{' })).json).toEqual({
      error: 'bad request body: unexpected EOF',
      status: 400,
    })
  })
})

test('a deleted proxy frees its port at once', async () => {
  const { call } = useControl()
  const { json } = await call('POST', '/proxies', { body: { name: 'a', upstream: UPSTREAM } })
  const deleted = await call('DELETE', '/proxies/a', { raw: 'not looked at' })
  expect([deleted.status, deleted.text]).toEqual([204, ''])
  expect(
    (await call('POST', '/proxies', { body: { name: 'b', listen: json.listen, upstream: UPSTREAM } })).status,
  ).toBe(201)
  expect((await call('DELETE', '/proxies/a')).json).toEqual({ error: 'proxy not found', status: 404 })
})
