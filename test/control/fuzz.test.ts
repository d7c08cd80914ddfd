import fc from 'fast-check'
import { expect, test } from 'vitest'
import { proxyInputSchema } from '../../src/faults/fault-schema.ts'
import type { JsonSchema } from '../../src/contract/attributes.ts'
import { fromSchema, name } from './schema-arbitrary.ts'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

const RUNS = 120

/** Addresses: sane, or such that nothing can be bound by them. */
const listen = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('127.0.0.1:0', 'localhost:0') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ':', 'garbage', '127.0.0.1:99999', 'unix:', '[::1', '192.0.2.1:80', 'a b:0'),
  },
)
const upstream = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('127.0.0.1:9', '[::1]:9', 'nohost.invalid:1', 'unix:/nowhere') },
  { weight: 1, arbitrary: fc.constantFrom('', 'garbage') },
)

/** The schema of proxies, but for a kind that starts a thread each time. */
const PROXY = ((): JsonSchema => {
  const schema = proxyInputSchema()
  const properties = schema['properties'] as Record<string, JsonSchema>
  const faults = properties['faults'] as { items: { oneOf: { title: string }[] } }
  const oneOf = faults.items.oneOf.filter(({ title }) => title !== 'connect_stall')
  return { ...schema, properties: { ...properties, faults: { ...faults, items: { ...faults.items, oneOf } } } }
})()
const FAULT = ((PROXY['properties'] as Record<string, JsonSchema>)['faults'] as { items: JsonSchema }).items

const proxy = fc
  .tuple(fromSchema(PROXY), listen, upstream)
  .map(([value, at, to]): unknown =>
    typeof value === 'object' && value !== null ? { ...value, listen: at, upstream: to } : value,
  )
const fault = fromSchema(FAULT)

const toxic = fault.map((value): unknown => {
  if (typeof value !== 'object' || value === null) return value
  const { kind, ...rest } = value as Record<string, unknown>
  return { ...rest, type: kind }
})
const toxiproxy = fc.record(
  { name, listen, upstream, enabled: fc.constantFrom(true, false, null, 1), toxics: fc.array(toxic, { maxLength: 2 }) },
  { requiredKeys: [] },
)

interface Step {
  readonly method: string
  readonly url: string
  readonly body?: unknown
}

const part = name.map(encodeURIComponent)
/** Faults that were named, and such as got a name by default. */
const faultPart = fc.oneof(part, fc.constantFrom('f1', 'latency_downstream'))
const step = (method: string, url: fc.Arbitrary<string>, body?: fc.Arbitrary<unknown>): fc.Arbitrary<Step> =>
  body === undefined
    ? url.map((at) => ({ method, url: at }))
    : fc.tuple(url, body).map(([at, value]) => ({ method, url: at, body: value }))
const path = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((one) => (typeof one === 'string' ? fc.constant(one) : one))).map((all) => all.join(''))

const text = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.constantFrom('true', '1', '-1', '1e9', 'a', 'test-1', '9'.repeat(30)),
)
const query = fc
  .dictionary(fc.constantFrom('proxy', 'id', 'limit', 'since', 'all', 'how', 'dry_run', 'follow', 'type', 'x'), text, {
    maxKeys: 3,
  })
  // Half of the time there is none.
  .chain((fields) => fc.constantFrom({}, fields))
  .map((fields) => new URLSearchParams({ ...fields, ...('follow' in fields ? { follow: 'maybe' } : {}) }).toString())

const native = fc.oneof(
  step('PUT', path('/v1/proxies/', part), proxy),
  step('PATCH', path('/v1/proxies/', part), proxy),
  step('POST', path('/v1/proxies/', part, '/faults'), fault),
  step('PATCH', path('/v1/proxies/', part, '/faults/', faultPart), fault),
  step(
    'GET',
    path('/v1/', fc.constantFrom('proxies', 'connections', 'events', 'kinds', 'runs', 'info', 'config'), '?', query),
  ),
  step(
    'DELETE',
    path(
      '/v1/',
      fc.constantFrom(
        'connections',
        'proxies/a',
        'proxies/b',
        'proxies/a/faults/latency_downstream',
        'proxies/b/faults/f1',
      ),
      '?',
      query,
    ),
  ),
  step('PUT', path('/v1/config?', query), fc.record({ proxies: fc.dictionary(name, proxy, { maxKeys: 3 }) })),
  step('POST', path('/v1/runs'), fc.record({ profile: fc.jsonValue(), seed: fc.jsonValue() }, { requiredKeys: [] })),
  step('POST', path('/v1/', fc.constantFrom('reset', 'runs/x/stop', 'proxies/a/faults'), '?', query), fc.jsonValue()),
)

const compatible = fc.oneof(
  step('POST', path('/proxies'), toxiproxy),
  step('POST', path('/proxies/', part), toxiproxy),
  step('POST', path('/proxies/', part, '/toxics'), toxic),
  step('PATCH', path('/proxies/', part, '/toxics/', faultPart), toxic),
  step('POST', path('/populate'), fc.oneof(fc.array(toxiproxy, { maxLength: 3 }), fc.jsonValue())),
  step(
    'GET',
    path(fc.constantFrom('/proxies', '/version', '/proxies/a', '/proxies/a/toxics', '/proxies/', '//', '/%', '/../x')),
  ),
  step('DELETE', path('/proxies/', part)),
  step('DELETE', path('/proxies/', part, '/toxics/', faultPart)),
  step('POST', path('/reset')),
)

/** 500 is Toxiproxy's answer to an address that cannot be listened on, and nothing else. */
async function carryOut(control: Control, { method, url, body }: Step): Promise<void> {
  const reply = await control.call(method, url, body === undefined ? {} : { body })
  const listening =
    !url.startsWith('/v1') && reply.status === 500 && /^\{"error":"(listen tcp|address )/.test(reply.text)
  expect(
    reply.status < 500 || listening,
    `${method} ${url} ${JSON.stringify(body)} -> ${reply.status} ${reply.text}`,
  ).toBe(true)
  if (reply.status >= 400) {
    expect(reply.text, `${method} ${url}`).toMatch(
      url.startsWith('/v1') ? /^\{"type":"urn:faultline:error:\w+"/ : /^\{"error":".+","status":\d+/,
    )
    expect(reply.json.code).not.toBe('internal')
  }
  expect(control.bugs, `${method} ${url} ${JSON.stringify(body)}`).toEqual([])
}

test.each([
  ['the native API', native],
  ["Toxiproxy's API", compatible],
])('no sequence of requests to %s is a bug, and the daemon still answers', async (_name, steps) => {
  const control = useControl()
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 4 }), async (sequence) => {
      for (const one of ['a', 'b'])
        await control.call('PUT', `/v1/proxies/${one}`, {
          body: { upstream: '127.0.0.1:9', faults: [{ kind: 'latency' }, { kind: 'noop', name: 'f1' }] },
        })
      for (const one of sequence) await carryOut(control, one)
    }),
    { numRuns: RUNS },
  )
  expect((await control.call('POST', '/v1/reset')).status).toBeLessThan(500)
  expect((await control.call('PUT', '/v1/config', { body: { proxies: {} } })).status).toBe(200)
})

test('a refused change changes nothing', async () => {
  const control = useControl()
  await control.call('PUT', '/v1/proxies/a', { body: { upstream: '127.0.0.1:9', faults: [{ kind: 'latency' }] } })
  const state = async (): Promise<string> => (await control.call('GET', '/v1/config')).text
  await fc.assert(
    fc.asyncProperty(fc.oneof(native, compatible), async ({ method, url, body }) => {
      const before = await state()
      const { status } = await control.call(method, url, body === undefined ? {} : { body })
      if (status >= 400 && url !== '/populate' && !url.endsWith('reset')) expect(await state()).toBe(before)
    }),
    { numRuns: RUNS },
  )
})

test('no bytes in a body are a bug', async () => {
  const control = useControl()
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value)),
    fc.json().map((value) => Buffer.from(value)),
    fc.tuple(fc.json(), fc.nat({ max: 50 })).map(([value, at]) => Buffer.from(value.slice(0, at))),
  )
  const targets = fc.constantFrom(
    'POST /proxies',
    'POST /populate',
    'PUT /v1/proxies/a',
    'PUT /v1/config',
    'POST /v1/runs',
  )
  await fc.assert(
    fc.asyncProperty(targets, bytes, async (target, raw) => {
      const [method = '', url = ''] = target.split(' ')
      const { status } = await control.call(method, url, { raw })
      expect([200, 201, 400, 403, 404, 409, 422, 500]).toContain(status)
      expect(control.bugs).toEqual([])
    }),
    { numRuns: 300 },
  )
})
