import { expect, test } from 'vitest'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

const ORDERS = { between: [['orders'], ['payments']], mode: 'reset' }

async function useServices(): Promise<Control> {
  const control = useControl()
  for (const to of ['payments', 'ledger']) {
    await control.call('PUT', `/v1/proxies/${to}`, { body: { upstream: '127.0.0.1:9', from: 'orders', to } })
  }
  return control
}

test('a partition is made, listed, shown and healed', async () => {
  const { call, registry } = await useServices()
  const made = await call('POST', '/v1/partitions', { body: ORDERS })
  expect([made.status, made.json]).toMatchObject([
    201,
    {
      owner: `partition:${made.json.id}`,
      state: 'cut',
      links: [{ proxy: 'payments', from: 'orders', to: 'payments', cut: 'both' }],
      not_covered: [{ from: 'payments', to: 'orders' }],
      touched: 0,
      dry_run: false,
    },
  ])
  expect((await call('GET', '/v1/partitions')).json.partitions.map(({ id }: { id: string }) => id)).toEqual([
    made.json.id,
  ])
  expect((await call('GET', `/v1/partitions/${made.json.id}`)).json.sides).toEqual(ORDERS.between)
  const healed = await call('DELETE', `/v1/partitions/${made.json.id}`)
  expect([healed.status, healed.json]).toEqual([200, { healed: made.json.id, verified: true, left: [] }])
  expect((await call('DELETE', `/v1/partitions/${made.json.id}`)).status).toBe(404)
  expect(registry.get('payments').spec.faults).toEqual([])
})

test('a dry run answers 200 and cuts nothing', async () => {
  const { call, registry } = await useServices()
  const told = await call('POST', '/v1/partitions?dry_run=true', { body: ORDERS })
  expect([told.status, told.json.dry_run, told.json.links.length]).toEqual([200, true, 1])
  expect(registry.get('payments').spec.faults).toEqual([])
})

test('a partition that is wrong is 422 with every problem and its pointer', async () => {
  const { call } = await useServices()
  const { status, json } = await call('POST', '/v1/partitions', {
    body: { between: [['ordres'], ['payments', 'payments']], direction: 'one_way', mode: 'refuse' },
  })
  expect([status, json.code]).toEqual([422, 'invalid_partition'])
  expect(json.problems.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
    '/between/0/0',
    '/between/1/1',
    '/mode',
  ])
  expect(json.detail).toContain('did you mean "orders"?')
  expect((await call('POST', '/v1/partitions')).json.code).toBe('invalid_json')
})

test.each(['/v1/reset', '/reset'])('%s heals partitions', async (path) => {
  const { call, journal } = await useServices()
  const { json } = await call('POST', '/v1/partitions', { body: { ...ORDERS, mode: 'refuse' } })
  await call('POST', path)
  expect((await call('GET', '/v1/partitions')).json).toEqual({ partitions: [] })
  expect((await call('GET', '/v1/proxies/payments')).json).toMatchObject({ state: 'listening', faults: [] })
  const healed = journal.read({}).events.filter(({ type }) => type === 'partition_healed')
  expect(healed).toMatchObject([{ partition: json.id, why: 'reset', verified: true }])
})

test('the faults of a partition are shown where they are, and only the partition takes them away', async () => {
  const { call } = await useServices()
  const { json } = await call('POST', '/v1/partitions', { body: ORDERS })
  const { faults } = (await call('GET', '/v1/proxies/payments/faults')).json
  expect(faults.map(({ kind, owner }: { kind: string; owner: string }) => [kind, owner])).toEqual([
    ['refuse', json.owner],
    ['reset_peer', json.owner],
    ['reset_peer', json.owner],
  ])
  expect((await call('DELETE', `/v1/proxies/payments/faults/${faults[0].name}`)).json.code).toBe('owned_by_run')
  expect((await call('DELETE', `/proxies/payments/toxics/${faults[0].name}`)).status).toBe(409)
})

test('what a run cuts is among the events of that run', async () => {
  const { call } = await useServices()
  const stages = [{ name: 'cut', duration: '1m', partition: ORDERS }]
  const { id } = (await call('POST', '/v1/runs', { body: { profile: { name: 'trial', stages } } })).json
  await call('POST', `/v1/runs/${id}/stop`)
  const { events } = (await call('GET', `/v1/events?run=${id}`)).json
  const types = events.map(({ type }: { type: string }) => type)
  expect(types).toEqual(expect.arrayContaining(['run_started', 'partition_cut', 'partition_healed', 'run_ended']))
})
