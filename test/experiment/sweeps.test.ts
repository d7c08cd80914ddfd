import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'
import { ProfileSweeps } from '../../src/experiment/sweeps.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { faultsOf, profile, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

const swept = (more: Partial<ProfileInput> = {}): ProfileInput =>
  profile({
    parameters: { latency: { default: 1 }, toxicity: { default: 1 } },
    matrix: { latency: [10, 20], toxicity: [0.5, 1] },
    stages: [
      {
        name: 's',
        duration: 100,
        faults: [
          { target: 'db', kind: 'latency', attributes: { latency: '${latency}' }, toxicity: '${toxicity}' as never },
        ],
      },
    ],
    ...more,
  })

interface SweepBench extends Bench {
  readonly clock: ManualClock
  readonly sweeps: ProfileSweeps
  /** Until so many runs have ended, or the sweep has. */
  pass(id: string, runs: number): Promise<void>
}

async function useSweeps(): Promise<SweepBench> {
  const clock = new ManualClock()
  const bench = useRuns({ clock })
  const library = new ProfileLibrary(undefined)
  const sweeps = new ProfileSweeps({ runs: bench.runs, library, clock, log: silentLog, randomBytes })
  await bench.registry.create('db', { upstream: '127.0.0.1:9' }, 'api')
  const pass = async (id: string, runs: number): Promise<void> => {
    const enough = (): boolean => {
      const { points, status } = sweeps.get(id)
      return (
        status !== 'running' || points.filter((point) => !['pending', 'running'].includes(point.status)).length >= runs
      )
    }
    while (!enough()) {
      clock.advance(10)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { ...bench, clock, sweeps, pass }
}

/** Starting judges each combination in a turn of its own, which on a manual clock somebody must take. */
async function turning<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let done = false
  const end = work.finally(() => (done = true))
  end.catch(() => undefined)
  while (!done) {
    clock.turn()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return end
}

test('a sweep goes through all combinations, the last name fastest, one run at a time', async () => {
  const { sweeps, runs, registry, clock, pass } = await useSweeps()
  const { id, points } = await turning(clock, sweeps.start(swept()))
  expect(points.map(({ parameters }) => Object.values(parameters).join(' '))).toEqual([
    '10 0.5',
    '10 1',
    '20 0.5',
    '20 1',
  ])
  expect(points.map(({ status }) => status)).toEqual(['running', 'pending', 'pending', 'pending'])
  expect(registry.getFault('db', 'trial.latency_downstream')).toMatchObject({
    toxicity: 0.5,
    attributes: { latency: 10 },
  })
  await pass(id, 4)
  const sweep = sweeps.get(id)
  expect(sweep).toMatchObject({ status: 'inconclusive', profile: 'trial' })
  expect(sweep.breaks_at).toBeUndefined()
  expect(sweep.points.map(({ status, applied }) => [status, applied])).toEqual(Array(4).fill(['inconclusive', 0]))
  expect(runs.get(sweep.points[2]?.run ?? '').parameters).toEqual({ latency: 20, toxicity: 0.5 })
  expect(faultsOf(registry)).toEqual([])
})

test('a parameter that is set is not gone through', async () => {
  const { sweeps, clock } = await useSweeps()
  const sweep = await turning(clock, sweeps.start(swept(), { parameters: { toxicity: 0.1 } }))
  expect(sweep.points.map(({ parameters }) => parameters)).toEqual([
    { latency: 10, toxicity: 0.1 },
    { latency: 20, toxicity: 0.1 },
  ])
  await sweeps.stop(sweep.id)
})

test('names the point where it breaks, and goes on to the others', async () => {
  const { sweeps, clock, pass } = await useSweeps()
  const [stage] = swept().stages
  const fails = swept({
    parameters: { latency: { default: 1 }, toxicity: { default: 1 }, otherwise: { default: 'continue' } },
    matrix: { otherwise: ['continue', 'fail', 'end'] },
    stages: [{ ...stage, wait_for: { connections: 1, otherwise: '${otherwise}' } }] as never,
  })
  const { id } = await turning(clock, sweeps.start(fails))
  await pass(id, 3)
  expect(sweeps.get(id)).toMatchObject({
    status: 'failed',
    breaks_at: 1,
    points: [{ status: 'inconclusive' }, { status: 'failed' }, { status: 'inconclusive' }],
  })
})

test('stopped, it heals the run that goes on and begins no other; that is not where it breaks', async () => {
  const { sweeps, registry, clock, pass } = await useSweeps()
  const { id } = await turning(clock, sweeps.start(swept()))
  await pass(id, 1)
  const sweep = await sweeps.stop(id)
  expect(sweep).toMatchObject({ status: 'stopped' })
  expect(sweep.points.map(({ status }) => status)).toEqual(['inconclusive', 'stopped', 'pending', 'pending'])
  expect(sweep.breaks_at).toBeUndefined()
  expect(faultsOf(registry)).toEqual([])
  expect(clock.pending).toBe(0)
})

test('ends where its proxy is gone, saying so', async () => {
  const { sweeps, registry, clock, pass } = await useSweeps()
  const { id } = await turning(clock, sweeps.start(swept()))
  await registry.remove('db', 'api')
  await pass(id, 4)
  expect(sweeps.get(id)).toMatchObject({
    status: 'aborted',
    points: [{ status: 'aborted' }, { status: 'pending' }, {}, {}],
  })
})

test('is refused before anything is injected when any combination is wrong, or there is nothing to sweep', async () => {
  const { sweeps, runs, clock, events } = await useSweeps()
  const wrong = swept({ matrix: { latency: [10, '5 parsecs'] } })
  await expect(turning(clock, sweeps.start(wrong))).rejects.toMatchObject({ code: 'invalid_profile' })
  await expect(turning(clock, sweeps.start(profile()))).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(runs.start(swept())).rejects.toThrow('its matrix leaves latency, toxicity open')
  expect(events('run_started')).toEqual([])
  expect(() => sweeps.get('sweep_x')).toThrow('no sweep has the id "sweep_x"')
})
