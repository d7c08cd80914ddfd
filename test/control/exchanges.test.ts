import { expect, test, vi } from 'vitest'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

async function useTraffic(): Promise<Control> {
  const control = useControl()
  const upstream = await useHttpServer((req, res) => {
    res.writeHead(req.url?.startsWith('/no') === true ? 404 : 200, {
      'set-cookie': 'id=s3cret',
      'content-type': 'text/plain',
    })
    res.end('hello')
  })
  const { json } = await control.call('PUT', '/v1/proxies/api', { body: { upstream, protocol: 'http' } })
  const ask = useCaller(Number(json.listen.split(':')[1]))
  await ask('/yes?a=1&b=%20', { headers: { authorization: 'Bearer s3cret', host: 'shop.test' } })
  await ask('/no', { method: 'DELETE' })
  await vi.waitFor(async () => expect((await control.call('GET', '/v1/exchanges')).json.total).toBe(2))
  return control
}

test('recent exchanges are listed latest first, filtered and cut, without secrets', async () => {
  const { call } = await useTraffic()
  const { json, text } = await call('GET', '/v1/exchanges')
  expect(json.exchanges.map((one: { target: string; status: number }) => [one.target, one.status])).toEqual([
    ['/no', 404],
    ['/yes?a=1&b=%20', 200],
  ])
  expect(text).not.toContain('s3cret')
  const count = async (query: string): Promise<[number, number]> => {
    const { json: found } = await call('GET', `/v1/exchanges?${query}`)
    return [found.exchanges.length, found.total]
  }
  expect(await count('proxy=api&limit=1')).toEqual([1, 2])
  expect(await count('status=4xx&method=DELETE')).toEqual([1, 1])
  expect(await count('origin=injected')).toEqual([0, 0])
  expect(await count(`connection=${json.exchanges[0].connection}`)).toEqual([2, 2])
})

test('the journal tells of the same exchanges, without their heads', async () => {
  const { call } = await useTraffic()
  const { json, text } = await call('GET', '/v1/events?type=exchange')
  expect(json.events.map((one: { method: string }) => one.method)).toEqual(['GET', 'DELETE'])
  expect(text).not.toMatch(/s3cret|headers/)
})

test('a filter that makes no sense is refused by name', async () => {
  const { call } = await useTraffic()
  const refused = async (query: string): Promise<unknown[]> => {
    const { status, json } = await call('GET', `/v1/exchanges?${query}`)
    return [status, json.code, json.pointer]
  }
  expect(await refused('proxy=apo')).toEqual([404, 'proxy_not_found', undefined])
  expect(await refused('status=6666')).toEqual([400, 'invalid_request', '?status'])
  expect(await refused('origin=me')).toEqual([400, 'invalid_request', '?origin'])
  expect(await refused('limit=0')).toEqual([400, 'invalid_request', '?limit'])
  expect(await refused('methd=GET')).toEqual([400, 'invalid_request', '?methd'])
})

test('as HAR they are whole entries whose timings add up', async () => {
  const { call } = await useTraffic()
  const { json } = await call('GET', '/v1/exchanges?format=har&proxy=api')
  expect(json.log).toMatchObject({ version: '1.2', creator: { name: 'faultline', version: '0.0.0-test' } })
  const [first, second] = json.log.entries
  expect(first.request).toMatchObject({
    method: 'GET',
    url: 'http://shop.test/yes?a=1&b=%20',
    queryString: [
      { name: 'a', value: '1' },
      { name: 'b', value: ' ' },
    ],
  })
  expect(first.request.headers).toContainEqual({ name: 'authorization', value: '(hidden)' })
  expect(first.response).toMatchObject({ status: 200, content: { size: 5, mimeType: 'text/plain' } })
  expect(second.response.status).toBe(404)
  for (const { time, timings } of json.log.entries) {
    const parts = Object.values(timings as Record<string, number>)
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0)
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(time)
  }
})
