import { describe, expect, test } from 'vitest'
import { rawRequest } from './raw-request.ts'
import { useControl } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'

describe('the path', () => {
  test.each([
    ['GET', '/nothing', 404],
    ['GET', '/proxies/', 404],
    ['GET', '/proxies/p/', 404],
    ['GET', '/proxies/p/toxics/', 404],
    ['GET', '/proxies/a%2Fb/toxics', 404],
    ['GET', '/Proxies', 404],
    ['PUT', '/proxies', 405],
    ['DELETE', '/proxies', 405],
    ['OPTIONS', '/proxies', 405],
    ['PUT', '/proxies/p', 405],
    ['PATCH', '/proxies/p/toxics', 405],
    ['GET', '/populate', 405],
    ['GET', '/reset', 405],
    ['POST', '/version', 405],
  ])('%s %s is %i, as JSON', async (method, url, status) => {
    const { call } = useControl()
    const reply = await call(method, url)
    expect(reply.status).toBe(status)
    expect(reply.headers['content-type']).toBe('application/json')
    expect(reply.json.status).toBe(status)
    expect(reply.json.error).toBe(status === 404 ? '404 page not found' : 'method not allowed')
    expect(reply.headers['x-toxiproxy-request-id']).toBeUndefined()
  })

  test('HEAD is no method of Toxiproxy', async () => {
    const { call } = useControl()
    expect((await call('HEAD', '/proxies')).status).toBe(405)
  })

  test.each([
    ['//proxies', '/proxies'],
    ['/proxies/../version', '/version'],
    ['/proxies/..', '/'],
    ['/proxies/%2E%2E', '/'],
    ['/proxies/./a', '/proxies/a'],
    ['/a/..//b%20c/', '/b%20c/'],
    ['//evil.example/%2E%2E//x%0d%0ay', '/x%0D%0Ay'],
  ])('%s is sent on to %s', async (url, location) => {
    const control = useControl()
    const { status, head } = await rawRequest(
      await control.listen(),
      `GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    expect(status).toBe(301)
    expect(head).toContain(`location: ${location.toLowerCase()}`)
  })

  test('a bad escape is 400, a name may hold anything else', async () => {
    const { call } = useControl()
    expect((await call('GET', '/proxies/%zz')).status).toBe(400)
    await call('POST', '/proxies', { body: { name: 'a b+c', upstream: UPSTREAM } })
    expect((await call('GET', '/proxies/a%20b+c')).json.name).toBe('a b+c')
    expect((await call('GET', '/proxies/a%20b+c?query=ignored')).status).toBe(200)
  })
})

test('version is to the byte what Toxiproxy sends', async () => {
  const { call } = useControl()
  const { status, text, headers } = await call('GET', '/version')
  expect([status, text, headers['content-type']]).toEqual([
    200,
    '{"version": "2.12.0"}\n',
    'application/json;charset=utf-8',
  ])
  expect(headers['x-toxiproxy-request-id']).toMatch(/^[0-9a-v]{20}$/)
})

describe('the guard against browsers', () => {
  test('refuses a user agent that begins with Mozilla/, on every route of Toxiproxy that exists', async () => {
    const { call } = useControl()
    const as = (agent: string) => ({ headers: { 'user-agent': agent } })
    const refused = await call('GET', '/proxies', as('Mozilla/5.0 (X11)'))
    expect([refused.status, refused.json]).toEqual([403, { error: 'User agent not allowed', status: 403 }])
    expect(refused.headers['x-toxiproxy-request-id']).toMatch(/^[0-9a-v]{20}$/)
    expect((await call('GET', '/version', as('Mozilla/5.0'))).status).toBe(403)
    expect((await call('GET', '/nothing', as('Mozilla/5.0'))).status).toBe(404)
    expect((await call('PUT', '/proxies', as('Mozilla/5.0'))).status).toBe(405)
    for (const agent of ['mozilla/5.0', 'Mozilla', 'Wget/1.25', 'curl/8'])
      expect((await call('GET', '/proxies', as(agent))).status).toBe(200)
    expect((await call('GET', '/v1/proxies', as('Mozilla/5.0'))).status).toBe(200)
  })
})

describe('the body', () => {
  test.each([
    ['', 'EOF'],
    ['  \n', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"name":"x', 'unexpected EOF'],
    ['{"name":"x",}', "invalid character '}' looking for beginning of object key string"],
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['{"name" "x"}', "invalid character '\"' after object key"],
    ['{"name":"x" "y"}', "invalid character '\"' after object key:value pair"],
    ['{"name":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{"name":-}', "invalid character '}' in numeric literal"],
    ['{"name":"\\q"}', "invalid character 'q' in string escape code"],
    ['{"name":"a\nb"}', "invalid character '\\x0a' in string literal"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['[1 2]', "invalid character '2' after array element"],
    [`${'['.repeat(2000)}`, 'exceeded max depth'],
    [`[${'[],'.repeat(2_000_000)}[]]`, 'more than 500000 values'],
    ['[]', 'the body must be an object, found an array'],
    ['7', 'the body must be an object, found the number 7'],
    ['{"name":5}', 'name must be a string, found the number 5'],
    ['{"name":"x","upstream":"u","enabled":1}', 'enabled must be a boolean, found the number 1'],
    ['{"name":"x","upstream":"u","enabled":"true"}', 'enabled must be a boolean, found the string "true"'],
  ])('%.60j is refused', async (raw, why) => {
    const { call } = useControl()
    const { status, json } = await call('POST', '/proxies', { raw })
    expect(json).toEqual({ error: `bad request body: ${why}`, status: 400 })
    expect(status).toBe(400)
  })

  test('null is an empty object', async () => {
    const { call } = useControl()
    expect((await call('POST', '/proxies', { raw: 'null' })).json.error).toBe('missing required field: name')
  })

  test('may be anything after the first value, of any content-type, with unknown and repeated fields', async () => {
    const { call } = useControl()
    const raw = '{"name":"first","extra":[{}],"name":"p","upstream":"127.0.0.1:9","upstream":null}{"more":'
    for (const type of ['text/xml', 'text/plain', 'garbage', 'application/json; charset=latin1', '']) {
      expect((await call('POST', '/proxies', { raw, headers: { 'content-type': type } })).json.name).toBe('p')
      await call('DELETE', '/proxies/p')
    }
  })

  test('names fields in any case, and null is absent', async () => {
    const { call } = useControl()
    const { json } = await call('POST', '/proxies', {
      raw: '{"NAME":"p","Upstream":"127.0.0.1:9","enabled":null,"listen":null}',
    })
    expect(json).toMatchObject({ name: 'p', enabled: true })
    const raw =
      '{"Type":"latency","ATTRIBUTES":{"Latency":5},"attributes":{"JITTER":6},"name":null,"stream":null,"toxicity":null}'
    const toxic = await call('POST', '/proxies/p/toxics', { raw })
    expect(toxic.json).toEqual({
      attributes: { latency: 5, jitter: 6 },
      name: 'latency_downstream',
      type: 'latency',
      stream: 'downstream',
      toxicity: 1,
    })
  })

  test('escapes of every kind are read', async () => {
    const { call } = useControl()
    const { json } = await call('POST', '/proxies', {
      raw: '{"name":"\\u00e4\\ud83d\\ude00\\"\\\\ b","upstream":"127.0.0.1:9"}',
    })
    expect(json.name).toBe('ä😀"\\ b')
  })

  test('of 5 MB is taken, above the limit it is 413', async () => {
    const { call } = useControl({ settings: { bodyLimit: 6_000_000 } })
    const big = (size: number): string => JSON.stringify([{ name: 'p', upstream: UPSTREAM, extra: 'x'.repeat(size) }])
    expect((await call('POST', '/populate', { raw: big(5_000_000) })).status).toBe(201)
    const { status, json } = await call('POST', '/populate', { raw: big(7_000_000) })
    expect([status, json.status]).toEqual([413, 413])
  })
})

describe('on the wire', () => {
  const json = '{"name":"p","upstream":"127.0.0.1:9"}'
  test('chunked bodies, Expect and HTTP/1.0 work', async () => {
    const control = useControl()
    const url = await control.listen()
    const chunked = `POST /proxies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`
    expect((await rawRequest(url, chunked)).status).toBe(201)
    const patient = `POST /proxies/p HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`
    expect((await rawRequest(url, patient)).body).toContain('HTTP/1.1 200 OK')
    expect((await rawRequest(url, 'GET /version HTTP/1.0\r\n\r\n')).body).toBe('{"version": "2.12.0"}\n')
  })

  test('what is no HTTP is answered with 400, and a missing Host too', async () => {
    const control = useControl()
    const url = await control.listen()
    expect((await rawRequest(url, 'hello\r\n\r\n')).status).toBe(400)
    expect((await rawRequest(url, 'GET /version HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400)
    expect(
      (await rawRequest(url, `GET /version HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`)).status,
    ).toBe(431)
    expect((await control.call('GET', '/version')).status).toBe(200)
  })

  test('a caller that goes away in mid-body harms nobody', async () => {
    const control = useControl()
    const url = await control.listen()
    const { connect } = await import('node:net')
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      await new Promise<void>((resolve) =>
        socket.write('POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"na', () => resolve()),
      )
      socket.resetAndDestroy()
    }
    expect((await fetch(`${url}/proxies`)).status).toBe(200)
  })
})
