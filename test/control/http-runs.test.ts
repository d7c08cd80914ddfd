import { describe, expect, test } from 'vitest'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'

const profile = {
  name: 'trial',
  targets: { api: { proxy: 'web' } },
  stages: [
    { name: 'calm', duration: '1m' },
    {
      name: 'rough',
      duration: '1m',
      faults: [{ target: 'api', kind: 'http_abort', match: { path: '/no' }, attributes: { status: 503 } }],
    },
  ],
}
const rough = { ...profile, stages: profile.stages.slice(1) }

describe('a profile with faults on exchanges', () => {
  test('acts on an http proxy, and is healed when it stops', async () => {
    const { call } = useControl()
    const upstream = await useHttpServer((_req, res) => res.end('hello'))
    const { json } = await call('PUT', '/v1/proxies/web', { body: { upstream, protocol: 'http' } })
    const ask = useCaller(Number(json.listen.split(':')[1]))
    const run = await call('POST', '/v1/runs', { body: { profile: rough } })
    expect(run.status, run.text).toBe(201)
    expect([(await ask('/no')).status, (await ask('/yes')).status]).toEqual([503, 200])
    const ended = await call('POST', `/v1/runs/${run.json.id}/stop`)
    expect(ended.json).toMatchObject({ status: 'stopped', healed: true, faults: [{ kind: 'http_abort', applied: 1 }] })
    expect((await ask('/no')).status).toBe(200)
  })

  test('makes its own http proxy where the target is one', async () => {
    const { call } = useControl()
    const upstream = await useHttpServer((_req, res) => res.end('hello'))
    const own = { ...rough, targets: { api: { upstream, protocol: 'http' } } }
    const run = await call('POST', '/v1/runs', { body: { profile: own } })
    expect(run.status, run.text).toBe(201)
    const [proxy] = (await call('GET', '/v1/proxies')).json.proxies
    expect((await useCaller(Number(proxy.listen.split(':')[1]))('/no')).status).toBe(503)
  })

  test('is refused before anything acts where the proxy is not http', async () => {
    const { call } = useControl()
    await call('PUT', '/v1/proxies/web', { body: { upstream: '127.0.0.1:9' } })
    for (const one of [profile, rough]) {
      const { status, json } = await call('POST', '/v1/runs', { body: { profile: one } })
      expect([status, json.code]).toEqual([422, 'kind_not_for_protocol'])
    }
    expect((await call('GET', '/v1/runs')).json.runs).toEqual([])
  })
})
