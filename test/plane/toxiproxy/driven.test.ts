import { connect } from 'node:net'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ProfileInput, StageInput } from '../../../src/contract/profile-wire.ts'
import { ended, eventually, plane, slow, toxicsOf, useEcho, useServed } from './use-planes.ts'
import type { Served } from './use-planes.ts'

/** A server with a proxy, and a daemon that drives it. */
async function useBoth(
  more: Parameters<typeof plane>[1] = {},
): Promise<{ server: Served; driver: Served; port: number }> {
  const server = await useServed()
  const { listen } = await server.client.createProxy('db', { upstream: await useEcho() })
  const driver = await useServed({ planes: [plane(server.url, more)] })
  return { server, driver, port: Number(listen.split(':')[1]) }
}

async function roundTrip(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const began = performance.now()
  socket.write('ping')
  await once(socket, 'data')
  return performance.now() - began
}

const stage = (fault: object, more: Partial<StageInput> = {}): ProfileInput =>
  slow({ stages: [{ name: 'one', duration: '300ms', faults: [{ target: 'db', kind: 'latency', ...fault }], ...more }] })

test('a run acts on the traffic of a server that is there already, and heals it', async () => {
  const { server, driver, port } = await useBoth()
  await server.client.addFault('db', {
    name: 'theirs',
    kind: 'latency',
    stream: 'upstream',
    attributes: { latency: 1 },
  })
  const { id } = await driver.client.startRun({ profile: slow() })
  await eventually(() => toxicsOf(server.url)).toMatchObject([
    { name: 'theirs' },
    { name: 'faultline.slow.latency_downstream', toxicity: 1, attributes: { latency: 200, jitter: 0 } },
  ])
  expect(await roundTrip(port)).toBeGreaterThanOrEqual(199)
  const run = await driver.client.stopRun(id)
  expect(run).toMatchObject({ status: 'stopped', healed: true, heal: { verified: true, left: [] } })
  expect((await toxicsOf(server.url)).map(({ name }) => name)).toEqual(['theirs'])
  expect(await roundTrip(port)).toBeLessThan(199)
})

test('what nobody tells is null and never nought, and such a run is inconclusive', async () => {
  const { driver, port } = await useBoth()
  const { id } = await driver.client.startRun({ profile: stage({}) })
  await roundTrip(port)
  const run = await ended(driver, id)
  expect(run.status).toBe('inconclusive')
  expect(run.detail).toContain('is not known')
  expect(run.faults).toMatchObject([{ proxy: 'edge:db', seen: null, applied: null }])
  expect(run.traffic).toBeUndefined()
  const { proxies } = await driver.client.proxies()
  expect(proxies).toMatchObject([
    {
      name: 'edge:db',
      plane: 'edge',
      state: 'listening',
      connections: { open: null, total: null, limited: null },
      bytes: { upstream: null, downstream: null },
      held_bytes: null,
    },
  ])
  const metrics = await (await fetch(`${driver.url}/metrics`)).text()
  expect(metrics).toContain('faultline_plane_up{plane="edge"} 1')
  expect(metrics).toContain('faultline_plane_toxics{plane="edge"} 0')
  expect(metrics).not.toContain('edge:db')
})

test('a fault beside it that is seen to act makes the run conclusive', async () => {
  const { driver } = await useBoth()
  const { listen } = await driver.client.createProxy('own', { upstream: await useEcho() })
  const { id } = await driver.client.startRun({
    profile: slow({
      targets: { db: { plane: 'edge', proxy: 'db' }, own: { proxy: 'own' } },
      stages: [
        {
          name: 'both',
          duration: '400ms',
          faults: [
            { target: 'db', kind: 'latency' },
            { target: 'own', kind: 'latency', attributes: { latency: 1 } },
          ],
        },
      ],
    }),
  })
  await roundTrip(Number(listen.split(':')[1]))
  const run = await ended(driver, id)
  expect(run.status).toBe('completed')
  expect(run.faults.map(({ applied }) => applied)).toEqual([null, 1])
})

test('faults are attached, changed and removed one by one, and a reset leaves what is not ours', async () => {
  const { server, driver } = await useBoth()
  await server.client.createProxy('off', { upstream: '127.0.0.1:1', enabled: false })
  await server.client.addFault('db', { name: 'theirs', kind: 'noop' })
  const added = await driver.client.addFault('edge:db', { name: 'mine', kind: 'bandwidth', attributes: { rate: 10 } })
  expect(added).toMatchObject({ touched: null, seen: null, applied: null, skipped: null, fidelity: null })
  await eventually(() => toxicsOf(server.url)).toMatchObject([
    { name: 'theirs' },
    { name: 'faultline.mine', attributes: { rate: 10 } },
  ])
  await eventually(async () => (await driver.client.fault('edge:db', 'mine')).active).toBe(true)
  await driver.client.patchFault('edge:db', 'mine', { attributes: { rate: 20 } })
  await eventually(() => toxicsOf(server.url)).toMatchObject([{}, { name: 'faultline.mine', attributes: { rate: 20 } }])
  await driver.client.reset()
  await eventually(async () => (await toxicsOf(server.url)).map(({ name }) => name)).toEqual(['theirs'])
  expect((await server.client.proxy('off')).enabled).toBe(false)
})

test('a proxy of another plane is changed on its own server, and is no proxy of our Toxiproxy API', async () => {
  const { driver } = await useBoth()
  await expect(driver.client.patchProxy('edge:db', { enabled: false })).rejects.toMatchObject({ code: 'not_on_plane' })
  await expect(driver.client.removeProxy('edge:db')).rejects.toMatchObject({ code: 'not_on_plane' })
  expect(await (await fetch(`${driver.url}/proxies`)).json()).toEqual({})
})

describe('what a server could not do is refused before anything is done', () => {
  const cases: readonly (readonly [what: string, profile: ProfileInput, says: string])[] = [
    ['a kind it does not know', stage({ kind: 'blackhole' }), 'no toxic blackhole'],
    ['chance that no seed decides', stage({ toxicity: 0.5 }), 'without our seed'],
    ['a ramp of chance', stage({ toxicity: { ramp: { from: 0, to: 1 } } }), 'without our seed'],
    ['a trigger', stage({ trigger: { first: 1 } }), 'has no trigger'],
    ['a match', stage({ match: { client: ['127.0.0.1'] } }), 'has no match'],
    ['a key', stage({ toxicity: 1, key: { client: 'address' } }), 'has no key'],
    ['one of many', stage({ one_of: { group: 'g', weight: 0.5 } }), 'has no one_of'],
    ['new connections only', stage({ applies_to: 'new' }), 'has no applies_to'],
    ['a dry run', stage({ dry_run: true }), 'has no dry_run'],
    ['waiting for connections', stage({}, { wait_for: { connections: 1 } }), 'does not tell what passes'],
    [
      'a look at its traffic',
      {
        ...stage({}),
        steady_state: [{ name: 'seen', observed: { target: 'db' }, expect: 'count > 0' }],
      } as ProfileInput,
      'does not tell what passes',
    ],
  ]
  test.each(cases)('%s', async (_what, profile, says) => {
    const { server, driver } = await useBoth()
    await expect(driver.client.startRun({ profile })).rejects.toMatchObject({
      code: 'not_on_plane',
      message: expect.stringContaining(says) as string,
    })
    const { warnings } = await driver.client.preview({ profile })
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'would_be_refused', message: expect.stringContaining(says) as string }),
    )
    expect(await toxicsOf(server.url)).toEqual([])
  })

  test('a run that is to change nothing', async () => {
    const { driver } = await useBoth()
    await expect(driver.client.startRun({ profile: stage({}), dry_run: true })).rejects.toMatchObject({
      code: 'not_on_plane',
    })
  })
})

test.each([
  ['its profile', { targets: { db: { plane: 'edge', proxy: 'db', allow_unseeded: true } } }, {}],
  ['the settings', {}, { allow_unseeded: true }],
])('chance that no seed decides is taken where %s allow it', async (_where, profile, settings) => {
  const { server, driver } = await useBoth(settings)
  await driver.client.startRun({ profile: { ...stage({ toxicity: 0.3 }, { duration: '60s' }), ...profile } })
  await eventually(() => toxicsOf(server.url)).toMatchObject([{ toxicity: 0.3 }])
})

test('values move and faults rest as on our own proxies', async () => {
  const { server, driver } = await useBoth()
  const ramp = { attributes: { latency: { ramp: { from: 10, to: 90, over: '300ms', every: '50ms' } } } }
  await driver.client.startRun({ profile: stage(ramp, { duration: '60s' }) })
  await eventually(() => toxicsOf(server.url)).toMatchObject([{ attributes: { latency: 90 } }])
  await driver.client.halt()
  expect(await toxicsOf(server.url)).toEqual([])
  await driver.client.liftHalt()
  await driver.client.startRun({ profile: stage({}, { duration: '60s', pulse: { on: '300ms', off: '300ms' } }) })
  for (const count of [1, 0, 1]) {
    await eventually(async () => (await toxicsOf(server.url)).length).toBe(count)
  }
})

test('targets are found by plane, and one that is held is busy', async () => {
  const { driver } = await useBoth()
  const of = (target: object): ProfileInput => slow({ targets: { db: target } })
  await expect(driver.client.startRun({ profile: of({ plane: 'edge', proxy: 'dp' }) })).rejects.toThrow(
    'did you mean db?',
  )
  await expect(driver.client.startRun({ profile: of({ plane: 'egde' }) })).rejects.toThrow('did you mean edge?')
  await expect(driver.client.startRun({ profile: of({ plane: 'edge', to: 'x' }) })).rejects.toThrow('without labels')
  const { id } = await driver.client.startRun({ profile: of({ proxy: 'edge:db' }) })
  await expect(driver.client.startRun({ profile: slow() })).rejects.toThrow(id)
})
