import { expect, test } from 'vitest'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'

const faults = [{ kind: 'http_abort', name: 'no', match: { path: '/no' }, attributes: { status: 503 } }]

test('a response names the faults that acted on it only where the proxy asks for it, and none where none acted', async () => {
  const { call } = useControl()
  const upstream = await useHttpServer((_req, res) => res.setHeader('X-Faultline-Fault', 'mine').end('hello'))
  const { json } = await call('PUT', '/v1/proxies/api', { body: { upstream, protocol: 'http', faults } })
  expect(json.evidence_header).toBe(false)
  const ask = useCaller(Number(json.listen.split(':')[1]))
  const seen = async (path: string): Promise<unknown> => (await ask(path)).headers['x-faultline-fault']
  expect([await seen('/'), await seen('/no')]).toEqual(['mine', undefined])
  const changed = await call('PATCH', '/v1/proxies/api', { body: { evidence_header: true } })
  expect([changed.json.evidence_header, changed.json.touched]).toEqual([true, 0])
  expect([await seen('/'), await seen('/no')]).toEqual(['mine', 'no'])
  expect((await call('GET', '/v1/config')).json.proxies.api.evidence_header).toBe(true)
})

test('it names them all, and takes the place of what the upstream said there', async () => {
  const { call } = useControl()
  const upstream = await useHttpServer((_req, res) => res.setHeader('X-Faultline-Fault', 'mine').end('hello'))
  const slow = (name: string): object => ({ kind: 'http_delay', name, attributes: { delay: 1 } })
  const body = { upstream, protocol: 'http', evidence_header: true, faults: [slow('a'), slow('b')] }
  const { json } = await call('PUT', '/v1/proxies/api', { body })
  const { headers, body: text } = await useCaller(Number(json.listen.split(':')[1]))('/')
  expect([headers['x-faultline-fault'], text]).toEqual(['a, b', 'hello'])
})
