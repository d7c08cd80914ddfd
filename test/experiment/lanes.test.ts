import { describe, expect, test } from 'vitest'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import { FaultlineError } from '../../src/contract/errors.ts'
import { compile } from '../../src/experiment/compile.ts'
import { readProfile } from '../../src/experiment/read-profile.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { proxySpec } from '../support/use-plane.ts'
import { faultsOf, profile, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

async function useLanes(): Promise<Bench & { clock: ManualClock }> {
  const clock = new ManualClock()
  const bench = useRuns({ clock })
  await bench.registry.create('db', { upstream: '127.0.0.1:9' }, 'api')
  await bench.registry.create('cache', { upstream: '127.0.0.1:9' }, 'api')
  return { ...bench, clock }
}

const slow = (more: object = {}): never => ({ target: 'db', kind: 'latency', ...more }) as never

const TARGETS = { db: { proxy: 'db' }, cache: { proxy: 'cache' } }

const lanes = (more: Partial<ProfileInput> = {}): ProfileInput =>
  profile({
    targets: TARGETS,
    stages: [
      { name: 'calm', duration: 100 },
      {
        name: 'both',
        parallel: [
          {
            name: 'a',
            stages: [
              { name: 'a1', duration: 100, faults: [slow()] },
              { name: 'a2', duration: 100 },
            ],
          },
          { name: 'b', stages: [{ name: 'b1', duration: 150, faults: [slow(), slow({ target: 'cache' })] }] },
        ],
      },
      { name: 'after', duration: 100 },
    ],
    ...more,
  })

const refusal = (act: () => unknown): readonly string[] => {
  try {
    act()
  } catch (error) {
    if (error instanceof FaultlineError) return error.problems.map(({ pointer, message }) => `${pointer}: ${message}`)
    throw error
  }
  throw new Error('it was taken')
}

describe('lanes', () => {
  test('run side by side, their faults together on the proxies, and the next stage waits for the last of them', async () => {
    const { runs, registry, clock, events } = await useLanes()
    const { id } = await runs.start(lanes())
    const owner = `of run:${id}`
    clock.advance(100)
    expect(faultsOf(registry)).toEqual([
      `db/trial.latency_downstream ${owner}`,
      `db/trial.latency_downstream_2 ${owner}`,
      `cache/trial.latency_downstream ${owner}`,
    ])
    expect(runs.get(id)).toMatchObject({
      stage: { name: 'a1', index: 1, of: 5, lane: 'a' },
      lanes: [
        { name: 'a1', index: 1, lane: 'a' },
        { name: 'b1', index: 3, lane: 'b' },
      ],
    })
    clock.advance(100)
    expect(faultsOf(registry)).toEqual([
      `db/trial.latency_downstream_2 ${owner}`,
      `cache/trial.latency_downstream ${owner}`,
    ])
    clock.advance(50)
    expect(faultsOf(registry)).toEqual([])
    expect(runs.get(id).stage?.name).toBe('a2')
    clock.advance(50)
    expect(runs.get(id)).toMatchObject({ stage: { name: 'after', index: 4 } })
    expect(runs.get(id).lanes).toBeUndefined()
    clock.advance(100)
    expect(
      events().flatMap((event) => ('stage' in event ? [`${event.mono - 1000} ${event.type} ${event.stage}`] : [])),
    ).toEqual([
      '0 stage_started calm',
      '100 stage_ended calm',
      '100 stage_started a1',
      '100 stage_started b1',
      '200 stage_ended a1',
      '200 stage_started a2',
      '250 stage_ended b1',
      '300 stage_ended a2',
      '300 stage_started after',
      '400 stage_ended after',
    ])
  })

  test('may not give two faults of one proxy the same name while they can meet', async () => {
    const { runs } = await useLanes()
    const named = slow({ name: 'mine' })
    const input = lanes({
      stages: [
        {
          name: 'both',
          parallel: [
            {
              name: 'a',
              stages: [
                { name: 'a1', duration: 1, faults: [named] },
                { name: 'a2', duration: 1, faults: [named] },
              ],
            },
            { name: 'b', stages: [{ name: 'b1', duration: 1, faults: [named] }] },
          ],
        },
      ],
    })
    await expect(runs.start(input)).rejects.toMatchObject({
      code: 'fault_exists',
      pointer: '/stages/0/parallel/1/stages/0/faults',
    })
  })

  test('are told apart by name, and say nothing that only a stage can say', () => {
    const stages = [{ name: 's', duration: 1, faults: [slow()] }]
    const both = {
      name: 's',
      duration: 5,
      jitter: 1,
      parallel: [
        { name: 'a', stages },
        { name: 'a', stages },
      ],
    }
    expect(refusal(() => readProfile(lanes({ stages: [both] as never })))).toEqual([
      '/stages/0/duration: duration cannot stand beside parallel; give it to the stages of the lanes',
      '/stages/0/jitter: jitter cannot stand beside parallel; give it to the stages of the lanes',
      '/stages/0/parallel/0/stages/0/name: name is "s", as is that of an earlier stage',
      '/stages/0/parallel/1/name: name is "a", as is that of an earlier lane',
      '/stages/0/parallel/1/stages/0/name: name is "s", as is that of an earlier stage',
    ])
    expect(refusal(() => readProfile(lanes({ stages: [{ name: 's' }] as never })))).toContainEqual(
      expect.stringContaining('/stages/0/duration: duration is missing'),
    )
  })
})

test('pulses side by side that would turn too often are refused', () => {
  const pulse = { on: 10, off: 10 }
  const lane = (i: number) => ({
    name: `l${i}`,
    stages: [{ name: `s${i}`, duration: 100, pulse, faults: [slow({ name: `f${i}` })] }],
  })
  const start = (count: number): unknown =>
    compile(
      readProfile(lanes({ stages: [{ name: 'both', parallel: Array.from({ length: count }, (_, i) => lane(i)) }] })),
      {
        run: 'r',
        seed: 's',
        proxies: ['db', 'cache'].map((name) => proxySpec('127.0.0.1:9', { name })),
        targets: {},
      },
    )
  expect(() => start(4)).not.toThrow()
  expect(() => start(5)).toThrow(/the pulses of both turn 500 times a second; at most 400/)
})

describe('a repeated stage', () => {
  test('is carried out so often in a row, counted by its repetitions, and tells its faults once', async () => {
    const { runs, clock, events, ended } = await useLanes()
    const { id } = await runs.start(
      profile({
        targets: TARGETS,
        stages: [
          { name: 'twice', duration: 100, repeat: 2, faults: [slow()] },
          {
            name: 'block',
            repeat: 2,
            parallel: [
              {
                name: 'a',
                stages: [
                  { name: 'x', duration: 10, repeat: 2 },
                  { name: 'y', duration: 10 },
                ],
              },
            ],
          },
        ],
      }),
    )
    const end = ended(id)
    clock.advance(260)
    const run = await end
    const starts = events('stage_started').map(
      (event) => 'stage' in event && `${event.mono - 1000} ${event.stage} ${event.repetition}`,
    )
    expect(starts).toEqual([
      '0 twice 1',
      '100 twice 2',
      '200 x 1',
      '210 x 2',
      '220 y 1',
      '230 x 3',
      '240 x 4',
      '250 y 2',
    ])
    expect(run.faults.map(({ stage, fault }) => [stage, fault])).toEqual([['twice', 'trial.latency_downstream']])
    expect(run.stages).toHaveLength(8)
  })

  test('is refused where it is repeated too often, before anything is made', () => {
    const stages = (repeat: number): ProfileInput['stages'] => [
      { name: 'b', repeat, parallel: [{ name: 'a', stages: [{ name: 'x', duration: 1, repeat, faults: [slow()] }] }] },
    ]
    const [db, cache] = ['db', 'cache'].map((name) => proxySpec('127.0.0.1:9', { name })) as [never, never]
    const plain = readProfile(lanes({ stages: stages(10_000) }))
    expect(() => compile(plain, { run: 'r', seed: 's', proxies: [db, cache], targets: {} })).toThrow(
      /with all repetitions it has 100000000 stages; at most 10000/,
    )
    expect(refusal(() => readProfile(lanes({ stages: stages(10_001) })))).toHaveLength(2)
  })
})
