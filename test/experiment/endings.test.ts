import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import type { RunView } from '../../src/contract/run-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { faultsOf, profile, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

/** A server that sends back what it gets. @returns its host:port */
async function useEcho(): Promise<string> {
  const server = createServer((socket) => void socket.on('error', () => socket.destroy()).pipe(socket))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** How long an echo through `address` takes, in ms; undefined when it fails. */
function echo(address: string): Promise<number | undefined> {
  const started = performance.now()
  return new Promise((resolve) => {
    const socket = connect(Number(address.split(':')[1]), '127.0.0.1', () => socket.write('hello'))
    socket.once('data', () => {
      resolve(performance.now() - started)
      socket.destroy()
    })
    socket.once('error', () => resolve(undefined))
    socket.once('close', () => resolve(undefined))
  })
}

/** Runs go by real time, or by `clock`; sockets and faults always by real time. */
async function useBench(options: Parameters<typeof useRuns>[0] = {}): Promise<Bench & { db: string }> {
  const bench = useRuns(options)
  const { view } = await bench.registry.create('db', { upstream: await useEcho() }, 'api')
  return { ...bench, db: view.listen }
}

const fault = (kind: string, attributes = {}): never => ({ target: 'db', kind, attributes }) as never
const oneStage = (duration: string, ...faults: never[]): ProfileInput =>
  profile({ stages: [{ name: 'only', duration, faults }] })
const LONG = oneStage('10m', fault('latency', { latency: 40 }))

function expectHealed({ registry }: Bench, run: RunView): void {
  expect(run.healed, run.detail).toBe(true)
  expect(faultsOf(registry)).toEqual([])
  for (const { spec, plane } of registry.list()) {
    expect(spec.owner).not.toMatch(/^run:/)
    expect(plane.status().state).toBe('listening')
  }
}

describe('a run heals', () => {
  test('when it completes, and keeps what its faults did', async () => {
    const clock = new ManualClock()
    const bench = await useBench({ clock })
    const { id } = await bench.runs.start(oneStage('1s', fault('latency', { latency: 40 })))
    expect(await echo(bench.db)).toBeGreaterThanOrEqual(39)
    const end = bench.ended(id)
    clock.advance(1000)
    const run = await end
    expectHealed(bench, run)
    expect(run).toMatchObject({
      status: 'completed',
      faults: [{ stage: 'only', seen: 1, applied: 1, asked_ms_mean: 40 }],
    })
    expect(run.faults[0]?.achieved_ms_mean).toBeGreaterThanOrEqual(39.8)
    expect(await echo(bench.db)).toBeDefined()
    expect(bench.runs.get(id)).toEqual(run)
  })

  test('when it is stopped; stopping it again answers it as it is', async () => {
    const bench = await useBench()
    const { id } = await bench.runs.start(LONG)
    const [run, same] = await Promise.all([bench.runs.stop(id), bench.runs.stop(id)])
    expect(run).toMatchObject({ status: 'stopped' })
    expectHealed(bench, run)
    expect(same).toEqual(run)
    expect(await bench.runs.stop(id)).toEqual(run)
  })

  test('when its proxy is removed under it: aborted, with the other targets healed', async () => {
    const bench = await useBench()
    await bench.registry.create('other', { upstream: '127.0.0.1:9', to: 'x' }, 'api')
    const targets = { db: { proxy: 'db' }, other: { to: 'x' } }
    const both = [fault('latency'), { target: 'other', kind: 'noop' } as never]
    const { id } = await bench.runs.start(profile({ targets, stages: [{ name: 's', duration: '10m', faults: both }] }))
    await bench.registry.remove('db', 'api')
    const run = await bench.ended(id)
    expect(run).toMatchObject({ status: 'aborted', detail: 'proxy db was removed under the run' })
    expectHealed(bench, run)
  })

  test('when its proxy is removed in a stage without faults: aborted too', async () => {
    const clock = new ManualClock()
    const bench = await useBench({ clock })
    const stages = [
      { name: 'slow', duration: '100ms', faults: [fault('latency')] },
      { name: 'calm', duration: '10m' },
    ]
    const { id } = await bench.runs.start(profile({ stages }))
    clock.advance(100)
    const end = bench.ended(id)
    await bench.registry.remove('db', 'api')
    const run = await end
    expect(run).toMatchObject({ status: 'aborted', detail: 'proxy db was removed under the run' })
    expect(clock.pending).toBe(0)
    expectHealed(bench, run)
  })

  test('when a fault of its name is attached by another before its stage: it fails, and leaves that one alone', async () => {
    const clock = new ManualClock()
    const bench = await useBench({ clock })
    const stages = [
      { name: 'calm', duration: '100ms' },
      { name: 'slow', duration: '10m', faults: [fault('latency')] },
    ]
    const { id } = await bench.runs.start(profile({ stages }))
    bench.registry.addFault('db', { kind: 'noop', name: 'trial.latency_downstream' }, 'api')
    const end = bench.ended(id)
    clock.advance(100)
    const run = await end
    expect(run.status).toBe('failed')
    expect(run.healed).toBe(true)
    expect(faultsOf(bench.registry)).toEqual(['db/trial.latency_downstream of api'])
  })

  test('on a reset: aborted, while faults of others are not its business', async () => {
    const bench = await useBench()
    bench.registry.addFault('db', { kind: 'noop' }, 'api')
    const { id } = await bench.runs.start(LONG)
    await bench.runs.abortAll('reset')
    expect(bench.runs.get(id)).toMatchObject({ status: 'aborted', detail: 'reset', healed: true })
    expect(faultsOf(bench.registry)).toEqual(['db/noop_downstream of api'])
  })

  test('when the daemon stops, and none starts after that', async () => {
    const bench = await useBench()
    const { id } = await bench.runs.start(LONG)
    await bench.runs.close()
    expect(bench.runs.get(id)).toMatchObject({ status: 'aborted', detail: 'the daemon is stopping' })
    expectHealed(bench, bench.runs.get(id))
    await expect(bench.runs.start(LONG)).rejects.toMatchObject({ code: 'shutting_down' })
  })

  test('a listener that it had closed: it listens again before the run has ended', async () => {
    const bench = await useBench()
    const { id } = await bench.runs.start(oneStage('10m', fault('refuse')))
    await expect.poll(() => bench.registry.get('db').plane.status().state).toBe('refused')
    expect(await echo(bench.db)).toBeUndefined()
    const run = await bench.runs.stop(id)
    expect(run).toMatchObject({ status: 'stopped', faults: [{ kind: 'refuse', applied: 1 }] })
    expectHealed(bench, run)
    expect(await echo(bench.db)).toBeDefined()
  })

  test('but says that it did not where another program took the port meanwhile', async () => {
    const bench = await useBench()
    const { id } = await bench.runs.start(oneStage('10m', fault('refuse')))
    const state = () => bench.registry.get('db').plane.status().state
    await expect.poll(state).toBe('refused')
    const thief = createServer()
    await new Promise<void>((resolve) => void thief.listen(Number(bench.db.split(':')[1]), '127.0.0.1', resolve))
    await bench.runs.close()
    expect(bench.runs.get(id)).toMatchObject({
      status: 'aborted',
      healed: false,
      detail: expect.stringMatching(/^the daemon is stopping; proxy db is listen_failed, not listening/),
    })
    await new Promise((resolve) => void thief.close(resolve))
    await expect.poll(state, { timeout: 2000 }).toBe('listening')
  })
})

describe('a proxy made for the run', () => {
  test('is there from before the first stage until the end, under its target name', async () => {
    const clock = new ManualClock()
    const bench = useRuns({ clock })
    const inline = { targets: { made: { upstream: await useEcho() } } }
    const stages = [
      { name: 's', duration: '200ms', faults: [{ target: 'made', kind: 'latency', attributes: { latency: 30 } }] },
    ]
    const { id } = await bench.runs.start(profile({ ...inline, stages }))
    const { spec, plane } = bench.registry.get('made')
    expect(spec.owner).toBe(`run:${id}`)
    expect(await echo(plane.status().listen)).toBeGreaterThanOrEqual(29)
    await expect(bench.registry.remove('made', 'api')).rejects.toMatchObject({ code: 'owned_by_run' })
    const end = bench.ended(id)
    clock.advance(200)
    const run = await end
    expect(run.status).toBe('completed')
    expect(bench.registry.list()).toEqual([])
  })

  test('that cannot be made fails the start, with nothing left of it or of its fellows', async () => {
    const bench = await useBench()
    const targets = { one: { upstream: '127.0.0.1:9' }, two: { upstream: '127.0.0.1:9', listen: bench.db } }
    const stages = [{ name: 's', duration: '1s', faults: [{ target: 'one', kind: 'noop' }] }]
    await expect(bench.runs.start(profile({ targets, stages }))).rejects.toMatchObject({ code: 'address_in_use' })
    expect(bench.registry.list().map(({ spec }) => spec.name)).toEqual(['db'])
    expect(bench.runs.list()).toEqual([])
    expect(bench.events('run_started')).toEqual([])
  })
})

describe('two runs', () => {
  test('on one target: the second is refused with the id of the first, until that has ended', async () => {
    const bench = await useBench()
    const first = await bench.runs.start(LONG)
    const second = bench.runs.start(oneStage('1s', fault('noop')))
    await expect(second).rejects.toMatchObject({
      code: 'target_busy',
      status: 409,
      message: expect.stringContaining(first.id),
    })
    await bench.runs.stop(first.id)
    await expect(bench.runs.start(LONG)).resolves.toMatchObject({ status: 'running' })
  })

  test('started in the same turn cannot both have it', async () => {
    const bench = await useBench()
    const results = await Promise.allSettled([bench.runs.start(LONG), bench.runs.start(LONG)])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  test('share a target on request, and each takes away only its own', async () => {
    const bench = await useBench()
    const first = await bench.runs.start(LONG)
    const other = { ...LONG, name: 'other' }
    const second = await bench.runs.start(other, { share: true })
    expect(faultsOf(bench.registry)).toHaveLength(2)
    await bench.runs.stop(first.id)
    expect(faultsOf(bench.registry)).toEqual([`db/other.latency_downstream of run:${second.id}`])
    expect(bench.runs.get(first.id).healed).toBe(true)
  })

  test('more than may be live are refused, and of the ended only the last are kept', async () => {
    const bench = await useBench({ limits: { live: 1, kept: 3 } })
    const ids: string[] = []
    for (let i = 0; i < 6; i++) {
      const { id } = await bench.runs.start(LONG)
      await expect(bench.runs.start({ ...LONG, name: 'more' })).rejects.toMatchObject({ code: 'limit_reached' })
      await bench.runs.stop(id)
      ids.unshift(id)
    }
    expect(bench.runs.list().map(({ id }) => id)).toEqual(ids.slice(0, 3))
    expect(bench.runs.counts()).toMatchObject({ running: 0, stopped: 6 })
    expect(() => bench.runs.get(ids[5] ?? '')).toThrowError(/the last 3 runs are kept|did you mean/)
  })
})

test('the seed of the start is stronger than that of the profile, and that than the daemon', async () => {
  const { runs } = await useBench()
  const seedOf = async (input: ProfileInput, options = {}): Promise<string> => {
    const run = await runs.start(input, options)
    await runs.stop(run.id)
    return run.seed
  }
  expect(await seedOf(LONG)).toBe('daemon-seed')
  expect(await seedOf({ ...LONG, seed: 5 })).toBe('5')
  expect(await seedOf({ ...LONG, seed: 5 }, { seed: 'six' })).toBe('six')
})

test('a profile is started by its name; a misspelt one names the nearest', async () => {
  const { runs } = await useBench()
  const run = await runs.start('slow-database', { targets: { db: 'db' } })
  expect(run).toMatchObject({ profile: 'slow-database', status: 'running', stage: { name: 'calm' } })
  await runs.stop(run.id)
  await expect(runs.start('slow-databse')).rejects.toMatchObject({
    code: 'profile_not_found',
    message: expect.stringContaining('did you mean slow-database?'),
  })
})

test.each([
  ['a seed with spaces', { seed: 'a b' }, '/seed', /seed is "a b", but must be 1 to 64 printable characters/],
  [
    'a target that is no name',
    { targets: { db: 5 } },
    '/targets/db',
    /db is 5, but must be the name of a proxy, or labels/,
  ],
  ['an empty selector', { targets: { db: {} } }, '/targets/db', /db is \{\}, but must be/],
  ['a misspelt label', { targets: { db: { too: 'db' } } }, '/targets/db/too', /did you mean to\?/],
  ['a proxy and labels', { targets: { db: { proxy: 'db', to: 'db' } } }, '/targets/db', /must be one of the two/],
])('%s is refused before anything is touched', async (_, options, pointer, message) => {
  const bench = await useBench()
  const start = bench.runs.start(LONG, options as never)
  await expect(start).rejects.toMatchObject({
    code: 'invalid_request',
    pointer,
    message: expect.stringMatching(message),
  })
  expect(bench.runs.list()).toEqual([])
})

test('problems of a profile given whole point into the request', async () => {
  const { runs } = await useBench()
  const start = runs.start({ ...LONG, stages: [{ name: 's', duration: 'soon' }] })
  await expect(start).rejects.toMatchObject({ code: 'invalid_profile', pointer: '/profile/stages/0/duration' })
})
