import { connect } from 'node:net'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'
import { useEchoServer } from '../cli/use-faultline.ts'

const PROFILE = {
  name: 'trial',
  targets: { db: { proxy: 'db' } },
  stages: [{ name: 's', duration: '1m', faults: [{ target: 'db', kind: 'latency', attributes: { latency: '1m' } }] }],
}

/** Faults of every owner: config, API, Toxiproxy's API, a run, a partition. */
async function useTrouble(): Promise<Control & { upstream: string; run: string }> {
  const control = useControl()
  const { call, registry } = control
  const upstream = await useEchoServer()
  const db = {
    upstream,
    from: 'api',
    to: 'db',
    faults: [{ name: 'config', kind: 'latency', attributes: { latency: '1m' } }],
  }
  await registry.putConfig({ db }, { dryRun: false })
  await call('POST', '/v1/proxies/db/faults', {
    body: { name: 'api', kind: 'blackhole', attributes: { mode: 'stall' } },
  })
  await call('POST', '/proxies/db/toxics', { body: { name: 'toxic', type: 'timeout', attributes: { timeout: 0 } } })
  await call('POST', '/v1/partitions', { body: { between: [['api'], ['db']], mode: 'refuse' } })
  const run = (await call('POST', '/v1/runs', { body: { profile: PROFILE } })).json.id
  return { ...control, upstream, run }
}

async function echoes(listen: string): Promise<string> {
  const socket = connect(Number(listen.split(':').at(-1)), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write('hello')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return answer.toString()
}

test('a halt ends every fault of every owner, runs and partitions, and traffic passes', async () => {
  const { call, registry, run, journal } = await useTrouble()
  expect((await call('GET', '/v1/proxies/db')).json.state).toBe('refused')
  const { status, json } = await call('POST', '/v1/halt', { body: { reason: 'payments are failing' } })
  expect([status, json]).toMatchObject([
    200,
    { halted: true, reason: 'payments are failing', runs_ended: 1, partitions_healed: 1, verified: true, left: [] },
  ])
  // Three of the API's and config's, one of the run, three of the partition.
  expect(json.faults_removed).toBe(7)
  expect(registry.list().flatMap(({ spec }) => spec.faults)).toEqual([])
  expect((await call('GET', `/v1/runs/${run}`)).json).toMatchObject({
    status: 'aborted',
    healed: true,
    detail: 'halted: payments are failing',
  })
  expect((await call('GET', '/v1/partitions')).json.partitions).toEqual([])
  expect(await echoes((await call('GET', '/v1/proxies/db')).json.listen)).toBe('hello')
  expect((await call('GET', '/metrics')).text).toMatch(/^faultline_halted 1$/m)
  expect(journal.read({}).events.filter(({ type }) => type === 'halted')).toMatchObject([{ faults: 7 }])
})

describe('while it is halted', () => {
  test.each<[string, string, unknown]>([
    ['POST', '/v1/proxies/db/faults', { kind: 'noop' }],
    ['PUT', '/v1/proxies/db', { upstream: '127.0.0.1:9', faults: [{ kind: 'noop' }] }],
    ['PUT', '/v1/proxies/new', { upstream: '127.0.0.1:9', faults: [{ kind: 'noop' }] }],
    ['PATCH', '/v1/proxies/db', { faults: [{ kind: 'noop' }] }],
    ['PUT', '/v1/config', { proxies: { db: { upstream: '127.0.0.1:9', faults: [{ kind: 'noop' }] } } }],
    ['POST', '/v1/runs', { profile: PROFILE }],
    ['POST', '/v1/partitions', { between: [['api'], ['db']] }],
    ['POST', '/proxies/db/toxics', { type: 'latency', attributes: { latency: 1 } }],
  ])('%s %s is refused, and says why', async (method, url, body) => {
    const { call, registry } = await useTrouble()
    await call('POST', '/v1/halt', { body: { reason: 'enough' } })
    const reply = await call(method, url, { body })
    expect(reply.status).toBe(423)
    expect(reply.text).toContain('halted (enough)')
    if (url.startsWith('/v1')) expect(reply.json.code).toBe('halted')
    expect(registry.list().flatMap(({ spec }) => spec.faults)).toEqual([])
    expect((await call('DELETE', '/v1/halt')).json).toEqual({ halted: false })
    expect((await call(method, url, { body })).status).toBeLessThan(300)
  })

  test('what brings no fault goes on: proxies are made, changed and removed, and reset stays halted', async () => {
    const { call } = await useTrouble()
    await call('POST', '/v1/halt')
    expect((await call('PUT', '/v1/proxies/other', { body: { upstream: '127.0.0.1:9' } })).status).toBe(201)
    expect((await call('PATCH', '/v1/proxies/other', { body: { enabled: false } })).status).toBe(200)
    expect((await call('DELETE', '/v1/proxies/other')).status).toBe(200)
    expect((await call('POST', '/v1/reset')).status).toBe(200)
    expect((await call('GET', '/v1/halt')).json).toMatchObject({ halted: true })
  })

  test('halting again keeps the first reason, and lifting twice is no mistake', async () => {
    const { call } = useControl()
    await call('POST', '/v1/halt', { body: { reason: 'first' } })
    const { since } = (await call('GET', '/v1/halt')).json
    expect((await call('POST', '/v1/halt', { body: { reason: 'second' } })).json).toMatchObject({
      reason: 'first',
      since,
    })
    await call('DELETE', '/v1/halt')
    expect((await call('DELETE', '/v1/halt')).json).toEqual({ halted: false })
  })
})

test('what a halt ended does not come back when it is lifted', async () => {
  const { call, registry } = await useTrouble()
  await call('POST', '/v1/halt')
  await call('DELETE', '/v1/halt')
  expect(registry.list().flatMap(({ spec }) => spec.faults)).toEqual([])
  expect((await call('GET', '/v1/runs')).json.runs.map(({ status }: { status: string }) => status)).toEqual(['aborted'])
})

test('changes that were under way when it was halted bring no fault in', async () => {
  const { call, registry } = await useTrouble()
  const faults = [{ kind: 'noop' }]
  const late = [
    call('PUT', '/v1/proxies/new', { body: { upstream: '127.0.0.1:9', faults } }),
    call('PUT', '/v1/proxies/db', { body: { upstream: '127.0.0.1:9', listen: '127.0.0.1:0', faults } }),
    call('POST', '/v1/runs', { body: { profile: { ...PROFILE, targets: { db: { upstream: '127.0.0.1:9' } } } } }),
  ]
  await call('POST', '/v1/halt')
  await Promise.all(late)
  await expect.poll(() => call('GET', '/v1/info').then(({ json }) => json.runs_live)).toBe(0)
  expect(registry.list().flatMap(({ spec }) => spec.faults)).toEqual([])
})

test('a reason that is no text is refused, and nothing is ended', async () => {
  const { call, registry } = await useTrouble()
  expect((await call('POST', '/v1/halt', { body: { reason: 5 } })).status).toBe(400)
  expect((await call('POST', '/v1/halt', { body: { why: 'x' } })).status).toBe(400)
  expect((await call('GET', '/v1/halt')).json).toEqual({ halted: false })
  expect(registry.list().flatMap(({ spec }) => spec.faults)).toHaveLength(7)
})
