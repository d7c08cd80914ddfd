import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { OPENAPI } from '../../src/control/openapi.gen.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { useControl } from './use-control.ts'
import type { CallOptions, Reply } from './use-control.ts'

interface Media {
  readonly [type: string]: { readonly schema: object }
}

interface Documented {
  readonly operationId: string
  readonly summary: string
  readonly requestBody?: { readonly content: Media }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Media }>>
}

const paths = OPENAPI['paths'] as Readonly<Record<string, Readonly<Record<string, Documented>>>>
const schemas = (OPENAPI['components'] as { schemas: Record<string, object> }).schemas
const documented = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({ path, method, one })),
)

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema({ ...OPENAPI, $id: 'openapi' })

/** Finds the operation by its path, and its answer by status, and holds the body to the schema. */
function expectDocumented(method: string, url: string, reply: Reply): void {
  const path = url.split('?')[0] ?? ''
  const found = documented.find(
    (candidate) =>
      candidate.method === method.toLowerCase() &&
      new RegExp(`^${candidate.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )
  const answer = found?.one.responses[String(reply.status)]
  expect(answer, `${method} ${url} answers ${reply.status}, which is not documented`).toBeDefined()
  const type = String(reply.headers['content-type']).split(';')[0] ?? ''
  const media = answer?.content[type]
  expect(media, `${method} ${url} answers ${type}, which is not documented`).toBeDefined()
  if (!type.includes('json')) return
  const schema = JSON.parse(JSON.stringify(media?.schema).replaceAll('"#/', '"openapi#/')) as object
  const validate = ajv.compile(schema)
  validate(reply.json)
  expect(validate.errors ?? [], `${method} ${url} ${reply.status}`).toEqual([])
}

test('every operation has an id of its own, a summary, and answers with schemas', () => {
  expect(documented.length).toBeGreaterThan(30)
  expect(new Set(documented.map(({ one }) => one.operationId)).size).toBe(documented.length)
  for (const { one } of documented) {
    expect(one.summary).toMatch(/\.$/)
    for (const [status, { description, content }] of Object.entries(one.responses)) {
      expect(description).not.toBe('')
      for (const { schema } of Object.values(content)) expect(schema, `${one.operationId} ${status}`).toBeDefined()
    }
  }
})

test('every reference leads somewhere, and every kind has its schema', () => {
  const references = [...JSON.stringify(OPENAPI).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '')
  for (const reference of new Set(references))
    expect(Object.keys(schemas), reference).toContain(reference.replace('#/components/schemas/', ''))
  for (const kind of catalogue.list()) expect(schemas[`Fault.${kind.kind}`]).toBeDefined()
  expect(JSON.stringify(schemas['Fault.latency'])).toContain('"jitter"')
})

test('the document is served from memory, with the version of the daemon', async () => {
  const { call } = useControl()
  const { status, json } = await call('GET', '/openapi.json')
  expect([status, json.openapi, json.info.version]).toEqual([200, '3.1.0', '0.0.0-test'])
  expect(json.paths).toEqual(OPENAPI['paths'])
})

describe('what is answered is what is documented', () => {
  test('over a whole life of proxies, faults, runs and mistakes', async () => {
    const { call } = useControl()
    const proxy = {
      upstream: '127.0.0.1:9',
      from: 'a',
      to: 'b',
      faults: [{ kind: 'latency', trigger: { first: 1 }, match: { client: ['::1'] }, key: { client: 'address' } }],
    }
    const profile = {
      name: 'trial',
      targets: { db: { proxy: 'db' } },
      stages: [{ name: 's', duration: '1m', faults: [{ target: 'db', kind: 'noop' }] }],
    }
    const calls: [string, string, CallOptions?][] = [
      ['PUT', '/v1/proxies/db', { body: proxy }],
      ['PUT', '/v1/proxies/db', { body: proxy }],
      ['PUT', '/v1/proxies/db', { body: { upstream: 5 } }],
      ['PUT', '/v1/proxies/db', { raw: '{' }],
      ['GET', '/v1/proxies'],
      ['GET', '/v1/proxies/db'],
      ['GET', '/v1/proxies/none'],
      ['PATCH', '/v1/proxies/db', { body: { enabled: false } }],
      ['GET', '/v1/proxies/db'],
      ['PATCH', '/v1/proxies/db', { body: { enabled: true } }],
      ['POST', '/v1/proxies/db/faults', { body: { kind: 'refuse', attributes: {}, dry_run: true } }],
      ['POST', '/v1/proxies/db/faults', { body: { kind: 'x' } }],
      ['GET', '/v1/proxies/db/faults'],
      ['GET', '/v1/proxies/db/faults/refuse'],
      ['PATCH', '/v1/proxies/db/faults/refuse', { body: { enabled: false } }],
      ['DELETE', '/v1/proxies/db/faults/refuse'],
      ['DELETE', '/v1/proxies/db/faults/refuse'],
      ['GET', '/v1/config'],
      ['PUT', '/v1/config?dry_run=true', { body: { proxies: { x: { upstream: '127.0.0.1:9' } } } }],
      ['PUT', '/v1/config', { body: { proxies: { db: proxy, x: { upstream: '127.0.0.1:9' } } } }],
      ['PUT', '/v1/config', { body: { proxies: { db: {} } } }],
      ['GET', '/v1/kinds'],
      ['GET', '/v1/kinds/slicer'],
      ['GET', '/v1/connections'],
      ['GET', '/v1/connections?limit=x'],
      ['DELETE', '/v1/connections?all=true'],
      ['DELETE', '/v1/connections'],
      ['GET', '/v1/exchanges'],
      ['GET', '/v1/exchanges?format=har'],
      ['GET', '/v1/exchanges?status=x'],
      ['POST', '/v1/explain', { body: { proxy: 'db', request: { target: '/' } } }],
      ['POST', '/v1/explain', { body: { proxy: 'db' } }],
      ['GET', '/v1/events'],
      ['GET', '/v1/events?since=other-1'],
      ['GET', '/v1/profiles'],
      ['GET', '/v1/profiles/none'],
      ['POST', '/v1/runs', { body: { profile } }],
      ['POST', '/v1/runs', { body: { profile } }],
      ['POST', '/v1/runs', { body: { profile: { name: 'x' } } }],
      ['GET', '/v1/runs'],
      ['GET', '/v1/runs/none'],
      ['POST', '/v1/runs/none/renew'],
      ['GET', '/v1/partitions'],
      ['POST', '/v1/partitions?dry_run=true', { body: { between: [['a'], ['b']] } }],
      ['POST', '/v1/partitions', { body: { between: [['a'], ['b']], for: '1m', mode: 'reset' } }],
      ['POST', '/v1/partitions', { body: { split: 'halves', mode: 'stall' } }],
      ['POST', '/v1/partitions', { body: { between: [['a'], ['x']] } }],
      ['GET', '/v1/partitions'],
      ['GET', '/v1/partitions/none'],
      ['DELETE', '/v1/partitions/none'],
      ['GET', '/v1/halt'],
      ['POST', '/v1/halt', { body: { reason: 'enough' } }],
      ['POST', '/v1/partitions', { body: { between: [['a'], ['b']] } }],
      ['POST', '/v1/proxies/db/faults', { body: { kind: 'noop' } }],
      ['GET', '/v1/halt'],
      ['DELETE', '/v1/halt'],
      ['POST', '/v1/reset'],
      ['GET', '/v1/runs'],
      ['GET', '/v1/info'],
      ['GET', '/healthz'],
      ['GET', '/readyz'],
      ['GET', '/metrics'],
      ['GET', '/openapi.json'],
      ['GET', '/version'],
      ['DELETE', '/v1/proxies/db'],
    ]
    for (const [method, url, options] of calls) expectDocumented(method, url, await call(method, url, options))
  })

  test('with a token and a wrong host too', async () => {
    const { call } = useControl({ settings: { token: 'secret' }, waitingFor: () => ['config'] })
    expectDocumented('GET', '/v1/info', await call('GET', '/v1/info'))
    expectDocumented('GET', '/v1/info', await call('GET', '/v1/info', { headers: { host: 'evil.example' } }))
    expectDocumented('GET', '/readyz', await call('GET', '/readyz'))
  })
})
