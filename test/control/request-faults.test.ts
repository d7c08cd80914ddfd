import { describe, expect, test } from 'vitest'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'

const rules = { kinds: { http_abort: { status: [500, 503] }, http_delay: { delay: '2s' } }, toxicity: 0.5 }
const whole = {
  kinds: { http_abort: { status: [500, 503] }, http_delay: { delay: 2000 } },
  toxicity: 0.5,
  max_active: 1000,
}

test('requests may ask for nothing unless a proxy says so, and that is shown, kept and taken back', async () => {
  const { call, registry } = useControl()
  const upstream = await useHttpServer((_req, res) => res.end('hello'))
  const made = await call('PUT', '/v1/proxies/web', { body: { upstream, protocol: 'http' } })
  expect(made.json).not.toHaveProperty('request_faults')
  const ask = useCaller(Number(made.json.listen.split(':')[1]))
  const status = async (): Promise<number> =>
    (await ask('/', { headers: { 'x-faultline-fault': 'http_abort;status=500' } })).status
  expect(await status()).toBe(200)

  const allowed = await call('PATCH', '/v1/proxies/web', { body: { request_faults: { ...rules, toxicity: 1 } } })
  expect([allowed.status, allowed.json.touched]).toEqual([200, 0])
  expect(allowed.json.request_faults).toEqual({ ...whole, toxicity: 1 })
  expect(await status()).toBe(500)
  const changed = await call('PATCH', '/v1/proxies/web', { body: { request_faults: rules } })
  expect(changed.json.request_faults).toEqual(whole)
  expect((await call('GET', '/v1/proxies/web')).json.request_faults).toEqual(whole)

  const config = (await call('GET', '/v1/config')).json
  expect(config.proxies.web.request_faults).toEqual(whole)
  const { revision } = registry
  const again = await call('PUT', '/v1/config', { body: { proxies: config.proxies } })
  expect(again.json).toMatchObject({ unchanged: ['web'], updated: [], revision })
  await call('PATCH', '/v1/proxies/web', { body: { request_faults: rules } })
  expect(registry.revision).toBe(revision)

  const without = { ...config.proxies.web, request_faults: undefined }
  const diff = await call('PUT', '/v1/config?dry_run=true', { body: { proxies: { web: without } } })
  expect(diff.json.updated[0].changes).toEqual([`requestFaults: ${JSON.stringify(whole)} -> none`])
  const off = await call('PATCH', '/v1/proxies/web', { body: { request_faults: { kinds: {} } } })
  expect(off.json).not.toHaveProperty('request_faults')
  expect(await status()).toBe(200)
})

describe('refused, and nothing is changed', () => {
  test.each([
    [{ request_faults: true }, 400, '/request_faults'],
    [{ request_faults: null }, 400, '/request_faults'],
    [{ request_faults: { kinds: { http_abrot: 'any' } } }, 400, '/request_faults/kinds/http_abrot'],
    [{ request_faults: { kinds: { http_delay: { delay: 'soon' } } } }, 400, '/request_faults/kinds/http_delay/delay'],
    [{ request_faults: { kinds: { rate_limit: 'any' } } }, 400, '/request_faults/kinds/rate_limit'],
    [{ protocol: 'tcp', request_faults: { kinds: { hang: 'any' } } }, 422, '/request_faults'],
  ])('%j', async (more, status, pointer) => {
    const { call } = useControl()
    const before = await call('PUT', '/v1/proxies/web', { body: { upstream: '127.0.0.1:1', protocol: 'http' } })
    const answer = await call('PATCH', '/v1/proxies/web', { body: more })
    expect([answer.status, answer.json.problems?.[0]?.pointer ?? answer.json.pointer]).toEqual([status, pointer])
    expect((await call('GET', '/v1/proxies/web')).json.revision).toBe(before.json.revision)
    const config = { proxies: { web: { upstream: '127.0.0.1:1', protocol: 'http', ...more } } }
    const whole = await call('PUT', '/v1/config', { body: config })
    expect([whole.status >= 400, whole.json.problems?.[0]?.pointer ?? whole.json.pointer]).toEqual([
      true,
      `/proxies/web${pointer}`,
    ])
  })

  test('as is another protocol for a proxy of which requests may ask', async () => {
    const { call } = useControl()
    const body = { upstream: '127.0.0.1:1', protocol: 'http', request_faults: { kinds: { hang: 'any' } } }
    await call('PUT', '/v1/proxies/web', { body })
    expect((await call('PATCH', '/v1/proxies/web', { body: { protocol: 'tcp' } })).json).toMatchObject({
      code: 'kind_not_for_protocol',
      pointer: '/request_faults',
    })
  })
})

test('what was asked for and not given stands in the exchange, the HAR and the journal, and can be explained', async () => {
  const { call } = useControl()
  const upstream = await useHttpServer((_req, res) => res.end('hello'))
  const body = { upstream, protocol: 'http', request_faults: { kinds: { http_abort: { status: [503] } } } }
  const { json } = await call('PUT', '/v1/proxies/web', { body })
  const headers = { 'x-faultline-fault': 'http_abort;status=500, hang' }
  const { status } = await useCaller(Number(json.listen.split(':')[1]))('/', { headers })
  expect(status).toBe(200)
  const refused = [
    {
      kind: 'http_abort',
      reason: 'not_allowed',
      detail: 'http_abort: status is 500, but request_faults allows one of 503',
    },
    {
      kind: 'hang',
      reason: 'not_allowed',
      detail: 'hang may not be asked for here; request_faults allows http_abort',
    },
  ]
  const { exchanges } = (await call('GET', '/v1/exchanges')).json
  expect(exchanges).toMatchObject([{ origin: 'upstream', faults: [], refused_faults: refused }])
  const { log } = (await call('GET', '/v1/exchanges?format=har')).json
  expect(log.entries[0]._refused_faults).toEqual(refused)
  const { events } = (await call('GET', '/v1/events?type=request_fault_refused')).json
  expect(events).toMatchObject(refused.map((one) => ({ ...one, proxy: 'web', exchange: 'x1', connection: 'c1' })))

  const explained = await call('POST', '/v1/explain', { body: { proxy: 'web', request: { target: '/', headers } } })
  expect(explained.json.faults).toMatchObject(
    refused.map(({ kind, reason, detail }) => ({ fault: `request:${kind}`, kind, acts: false, reason, why: detail })),
  )
  const fine = { target: '/', headers: { 'X-Faultline-Fault': 'http_abort' } }
  expect((await call('POST', '/v1/explain', { body: { proxy: 'web', request: fine } })).json.faults).toMatchObject([
    { fault: 'request:http_abort', acts: true, why: 'everything holds' },
  ])
  await call('PATCH', '/v1/proxies/web', { body: { request_faults: { kinds: {} } } })
  expect((await call('POST', '/v1/explain', { body: { proxy: 'web', request: fine } })).json.faults).toMatchObject([
    {
      fault: 'request:http_abort',
      acts: false,
      reason: 'not_allowed',
      why: expect.stringContaining('no kind') as string,
    },
  ])
})

test('a reset lets go of exchanges that requests asked faults for, and the permission stays', async () => {
  const { call, journal } = useControl()
  const upstream = await useHttpServer((_req, res) => res.end('hello'))
  const body = { upstream, protocol: 'http', request_faults: { kinds: { hang: 'any' } } }
  const { json } = await call('PUT', '/v1/proxies/web', { body })
  const decided = new Promise<void>((resolve) =>
    journal.follow((event) => {
      if (event.type === 'decision') resolve()
    }),
  )
  const held = useCaller(Number(json.listen.split(':')[1]))('/', { headers: { 'x-faultline-fault': 'hang' } })
  await decided
  await call('POST', '/v1/reset')
  expect((await held).status).toBe(200)
  expect((await call('GET', '/v1/proxies/web')).json.request_faults.kinds).toEqual({ hang: 'any' })
})
