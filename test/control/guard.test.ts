import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useControl } from './use-control.ts'

const TOKEN = 'correct-horse'

describe('the token', () => {
  const settings = { token: TOKEN }

  test.each([
    [undefined, 'carries no token'],
    ['Basic abc', 'not "Bearer <token>"'],
    ['Bearer', 'not "Bearer <token>"'],
    ['Bearer wrong', 'not the right one'],
    [`Bearer ${TOKEN}x`, 'not the right one'],
    [`Bearer ${TOKEN.slice(0, -1)}`, 'not the right one'],
  ])('is asked for; %j is refused', async (authorization, words) => {
    const { call } = useControl({ settings })
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    for (const url of ['/v1/proxies', '/v1/events', '/metrics']) {
      const { status, json, headers: answered } = await call('GET', url, { headers })
      expect([status, json.code, answered['www-authenticate']]).toEqual([
        401,
        'unauthorized',
        'Bearer realm="faultline"',
      ])
      expect(json.detail).toContain(words)
      expect(json.detail).not.toContain(TOKEN)
    }
  })

  test('opens what it guards, however Bearer is spelt; health, version and OpenAPI need none', async () => {
    const { call } = useControl({ settings })
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      expect((await call('GET', '/v1/proxies', { headers: { authorization: `${scheme} ${TOKEN}` } })).status).toBe(200)
    }
    for (const url of ['/healthz', '/readyz', '/version', '/openapi.json'])
      expect((await call('GET', url)).status).toBe(200)
  })

  test.each([
    ['open', 200, 200],
    ['token', 401, 200],
    ['off', 404, 404],
  ] as const)(
    "with Toxiproxy's API %s answers its routes %i without and %i with it",
    async (toxiproxyApi, without, withIt) => {
      const { call } = useControl({ settings: { ...settings, toxiproxyApi } })
      const bare = await call('GET', '/proxies')
      expect([bare.status, bare.headers['content-type']]).toEqual([without, 'application/json'])
      if (without !== 200) expect(Object.keys(bare.json)).toEqual(['error', 'status'])
      expect((await call('GET', '/proxies', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(withIt)
    },
  )
})

describe('bound to loopback', () => {
  test.each([
    ['localhost'],
    ['localhost:8474'],
    ['LOCALHOST'],
    ['api.localhost:1'],
    ['127.0.0.1:8474'],
    ['127.9.9.9'],
    ['[::1]:8474'],
    ['localhost.'],
  ])('host %s may call', async (host) => {
    const { call } = useControl()
    expect((await call('GET', '/proxies', { headers: { host } })).status).toBe(200)
    expect((await call('GET', '/v1/proxies', { headers: { host } })).status).toBe(200)
  })

  test.each([
    ['evil.example'],
    ['evil.example:8474'],
    ['localhost.evil.example'],
    ['127.0.0.1.evil.example'],
    ['192.168.0.1'],
    ['notlocalhost'],
    ['[::2]'],
  ])('host %j may not, on either API', async (host) => {
    const { call } = useControl()
    const toxiproxy = await call('POST', '/reset', { headers: { host } })
    expect([toxiproxy.status, toxiproxy.json.status]).toEqual([403, 403])
    const native = await call('GET', '/v1/proxies', { headers: { host } })
    expect([native.status, native.json.code]).toEqual([403, 'forbidden_host'])
    expect((await call('GET', '/nothing', { headers: { host } })).status).toBe(403)
  })

  test('allowed_hosts adds names', async () => {
    const { call } = useControl({ settings: { allowedHosts: ['Box.test'] } })
    for (const host of ['box.test:8474', 'localhost'])
      expect((await call('GET', '/v1/info', { headers: { host } })).status).toBe(200)
    expect((await call('GET', '/v1/info', { headers: { host: 'other.test' } })).status).toBe(403)
  })
})

describe('bound elsewhere', () => {
  test('any host may call, until some are named', async () => {
    const open = useControl({ settings: { boundToLoopback: false } })
    for (const host of ['toxiproxy:8474', 'chaos.internal', '10.1.2.3'])
      expect((await open.call('GET', '/proxies', { headers: { host } })).status).toBe(200)
    const named = useControl({ settings: { boundToLoopback: false, allowedHosts: ['toxiproxy'] } })
    for (const host of ['toxiproxy:8474', '127.0.0.1'])
      expect((await named.call('GET', '/proxies', { headers: { host } })).status).toBe(200)
    expect((await named.call('GET', '/proxies', { headers: { host: 'chaos.internal' } })).status).toBe(403)
  })

  test('a page may call from the same origin by an address or a plain name, not by a name that strangers could point here', async () => {
    const { call } = useControl({ settings: { boundToLoopback: false } })
    const from = async (host: string): Promise<number> =>
      (await call('POST', '/reset', { headers: { host, origin: `http://${host}` } })).status
    expect([
      await from('toxiproxy:8474'),
      await from('10.1.2.3:8474'),
      await from('rebound.evil.example:8474'),
    ]).toEqual([204, 204, 403])
  })
})

describe('pages of other sites', () => {
  test.each([
    ['http://evil.example'],
    ['null'],
    ['http://localhost:3000'],
    ['file://'],
    ['http://localhost:8474.evil.example'],
  ])('of origin %s may not call, on either API', async (origin) => {
    const { call } = useControl()
    const headers = { host: 'localhost:8474', origin }
    expect((await call('POST', '/populate', { raw: '[]', headers })).status).toBe(403)
    const { status, json, headers: answered } = await call('POST', '/v1/reset', { headers })
    expect([status, json.code]).toEqual([403, 'forbidden_host'])
    expect(answered['access-control-allow-origin']).toBeUndefined()
  })

  test('may not call without an origin either, where the browser says that it is another site', async () => {
    const { call } = useControl()
    expect((await call('GET', '/v1/proxies', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    expect((await call('GET', '/v1/proxies', { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  })

  test('of the same origin may', async () => {
    const { call } = useControl()
    expect(
      (await call('POST', '/v1/reset', { headers: { host: 'localhost:8474', origin: 'http://localhost:8474' } }))
        .status,
    ).toBe(200)
  })
})

test('requests are bounded in rate, and the answer says when to come again', async () => {
  const { call } = useControl({ settings: { requestRate: 5 } })
  const statuses: number[] = []
  for (let i = 0; i < 8; i++) statuses.push((await call('GET', '/healthz')).status)
  expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200])
  expect(statuses).toContain(429)
  const limited = await call('GET', '/proxies')
  expect([limited.status, limited.headers['retry-after'], limited.json.status]).toEqual([429, '1', 429])
})

test('callers above two hundred and the event streams are dropped, and there is room again when others go', async () => {
  const { listen } = useControl({ settings: { eventReaders: 5 } })
  const url = await listen()
  const sockets = await Promise.all(
    Array.from({ length: 205 }, async () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      await once(socket, 'connect')
      return socket
    }),
  )
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  sockets[0]?.destroy()
  await expect
    .poll(() =>
      fetch(`${url}/healthz`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200)
})

test('a body above the limit is 413 on both', async () => {
  const { call } = useControl({ settings: { bodyLimit: 1000 } })
  const raw = JSON.stringify({ name: 'x'.repeat(2000) })
  expect((await call('POST', '/proxies', { raw })).json.status).toBe(413)
  const { json } = await call('PUT', '/v1/proxies/x', { raw })
  expect(json).toMatchObject({
    code: 'body_too_large',
    detail: expect.stringMatching(/larger than the \d+ bytes that limits\.body allows/),
  })
})
