import { expect, test } from 'vitest'
import { useControl } from './use-control.ts'

const profile = {
  name: 'trial',
  parameters: { latency: { default: 10 } },
  matrix: { latency: [10, 20] },
  targets: { db: { proxy: 'db' } },
  stages: [
    { name: 'calm', duration: 10 },
    {
      name: 'slow',
      duration: 20,
      faults: [
        { target: 'db', kind: 'latency', attributes: { latency: { ramp: { from: 0, to: '${latency}', over: 50 } } } },
      ],
    },
  ],
}

test('a preview says what a start would do, and touches nothing', async () => {
  const { call } = useControl()
  await call('PUT', '/v1/proxies/db', { body: { upstream: '127.0.0.1:9' } })
  const revision = (await call('GET', '/v1/info')).json.revision
  const { status, json } = await call('POST', '/v1/preview', {
    body: { profile, parameters: { latency: 30 }, seed: 7 },
  })
  expect(status).toBe(200)
  expect(json).toMatchObject({
    profile: 'trial',
    seed: '7',
    duration_ms: 30,
    complete: true,
    parameters: { latency: 30 },
    warnings: [{ code: 'ramp_cut_off' }, { code: 'unobserved_fault' }],
  })
  expect(json.points).toBeUndefined()
  expect((await call('GET', '/v1/info')).json.revision).toBe(revision)
  expect((await call('GET', '/v1/runs')).json.runs).toEqual([])
  const short = await call('POST', '/v1/preview?limit=2', { body: { profile } })
  expect(short.json).toMatchObject({ complete: false, points: [{ latency: 10 }, { latency: 20 }] })
  expect(short.json.rows).toHaveLength(2)
})

test('what no proxy is there for is a warning of the preview, and an error of the start', async () => {
  const { call } = useControl()
  const { status, json } = await call('POST', '/v1/preview', { body: { profile } })
  expect([status, json.proxies, json.warnings[0].code]).toEqual([200, ['(db)'], 'target_not_found'])
  const started = await call('POST', '/v1/runs', { body: { profile, parameters: { latency: 1 } } })
  expect([started.status, started.json.code]).toEqual([404, 'proxy_not_found'])
})

test('a sweep is started, told and stopped', async () => {
  const { call } = useControl()
  await call('PUT', '/v1/proxies/db', { body: { upstream: '127.0.0.1:9' } })
  const refused = await call('POST', '/v1/runs', { body: { profile } })
  expect([refused.status, refused.json.code, refused.json.remedy]).toEqual([
    400,
    'invalid_request',
    expect.stringContaining('POST /v1/sweeps'),
  ])
  const long = { ...profile, stages: profile.stages.map((stage) => ({ ...stage, duration: '1m' })) }
  const started = await call('POST', '/v1/sweeps', { body: { profile: long } })
  expect(started.status, started.text).toBe(201)
  expect(started.json.points.map((point: { status: string }) => point.status)).toEqual(['running', 'pending'])
  const path = `/v1/sweeps/${started.json.id}`
  expect((await call('GET', path)).json.points[0].run).toMatch(/^run_/)
  const stopped = await call('POST', `${path}/stop`)
  expect(stopped.json).toMatchObject({ status: 'stopped', points: [{ status: 'stopped' }, { status: 'pending' }] })
  expect((await call('GET', '/v1/sweeps')).json.sweeps).toEqual([stopped.json])
  expect((await call('GET', '/v1/sweeps/sweep_x')).json.code).toBe('sweep_not_found')
})

test.each([
  [{ profile, parameters: { latncy: 1 } }, '/parameters/latncy', 'did you mean latency?'],
  [
    { profile, parameters: { latency: 'x' } },
    '/profile/stages/1/faults/0/attributes/latency/ramp/to',
    'latency is "x"',
  ],
  [{ profile, parameters: { latency: [1] } }, '/parameters/latency', ''],
  [{ profile, parameters: 7 }, '/parameters', ''],
])('parameters that cannot be are told with their place: %j', async (body, pointer, message) => {
  const { call } = useControl()
  const { status, json } = await call('POST', '/v1/preview', { body })
  expect(status).toBeGreaterThanOrEqual(400)
  expect(json.problems.map((problem: { pointer: string }) => problem.pointer)).toContain(pointer)
  expect(json.problems[0].message).toContain(message)
})
