import { describe, expect, test } from 'vitest'
import type { PartitionCut } from '../../../src/contract/partition.ts'
import type { ProfileInput, StageInput } from '../../../src/contract/profile-wire.ts'
import { readProfile } from '../../../src/experiment/read-profile.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { faultsOf, refusal, useRuns } from '../use-runs.ts'
import type { Bench } from '../use-runs.ts'

const NOBODY = '127.0.0.1:9'

async function useServices(): Promise<Bench & { clock: ManualClock; cut(): string[] }> {
  const clock = new ManualClock()
  const bench = useRuns({ clock })
  for (const [from, to] of ['ab', 'ba', 'ac', 'ca', 'bc', 'cb'] as Iterable<[string, string]>) {
    await bench.registry.create(`${from}-${to}`, { upstream: NOBODY, from, to }, 'api')
  }
  const cut = (): string[] => [
    ...new Set(
      bench.registry
        .list()
        .filter(({ spec }) => spec.faults.some(({ enabled }) => enabled))
        .map(({ spec }) => spec.name),
    ),
  ]
  return { ...bench, clock, cut }
}

const stage = (name: string, partition: PartitionCut | undefined, more: Partial<StageInput> = {}): StageInput => ({
  name,
  duration: '1s',
  ...(partition === undefined ? {} : { partition }),
  ...more,
})

const trial = (...stages: ProfileInput['stages']): ProfileInput => ({ name: 'trial', stages })
const A_FROM_B: PartitionCut = { between: [['a'], ['b']], mode: 'reset' }

describe('a stage with a partition', () => {
  test('cuts while it lasts, under the run, and heals when it is over', async () => {
    const { runs, registry, clock, cut, events, ended } = await useServices()
    const { id } = await runs.start(trial(stage('calm', undefined), stage('cut', A_FROM_B), stage('after', undefined)))
    expect(cut()).toEqual([])
    clock.advance(1000)
    expect(cut()).toEqual(['a-b', 'b-a'])
    expect(faultsOf(registry)).toContain(`a-b/trial.partition.refuse of run:${id}`)
    clock.advance(1000)
    expect(cut()).toEqual([])
    const end = ended(id)
    clock.advance(1000)
    expect(await end).toMatchObject({ heal: { verified: true, left: [] } })
    expect(events().filter(({ type }) => type.startsWith('partition'))).toMatchObject([
      { type: 'partition_cut', partition: `run:${id}`, cut: 1, sides: [['a'], ['b']], links: 2, not_covered: 0 },
      { type: 'partition_healed', partition: `run:${id}` },
    ])
  })

  test('goes on in the next stage that has the same, with its counts and what it holds', async () => {
    const { runs, registry, clock } = await useServices()
    await runs.start(trial(stage('one', A_FROM_B), stage('two', A_FROM_B, { duration: '2s' })))
    const before = registry.get('a-b').spec.faults
    clock.advance(1000)
    expect(registry.get('a-b').spec.faults).toEqual(before)
    expect(registry.get('a-b').spec.faults[0]).toBe(before[0])
  })

  test('flaps with the pulse of its stage', async () => {
    const { runs, clock, cut } = await useServices()
    await runs.start(trial(stage('flapping', A_FROM_B, { pulse: { on: 300, off: 200 } })))
    const seen: boolean[] = []
    for (let at = 0; at < 1000; at += 100) {
      seen.push(cut().length > 0)
      clock.advance(100)
    }
    expect(seen).toEqual([true, true, true, false, false, true, true, true, false, false])
  })

  test('draws anew for each repetition, and the same from the same seed', async () => {
    const { runs, clock, cut, ended } = await useServices()
    const draw = async (seed: string): Promise<string[]> => {
      const drawn: string[] = []
      const { id } = await runs.start({ ...trial(stage('drawn', { split: 'isolate_one' }, { repeat: 20 })), seed })
      const end = ended(id)
      for (let i = 0; i < 20; i++) {
        drawn.push(cut().join())
        clock.advance(1000)
      }
      await end
      return drawn
    }
    const first = await draw('7')
    expect(new Set(first).size).toBe(3)
    expect(await draw('7')).toEqual(first)
    expect(await draw('8')).not.toEqual(first)
  })

  test('may stand in two lanes, which cut apart from each other', async () => {
    const { runs, clock, cut } = await useServices()
    const lane = (name: string, between: PartitionCut['between'], duration: string) => ({
      name,
      stages: [stage(`cut-${name}`, { between: between ?? [], mode: 'reset' }, { duration })],
    })
    await runs.start(
      trial({
        name: 'both',
        parallel: [
          lane('x', [['a'], ['b']], '1s'),
          lane('y', [['a', 'b'], ['c']], '2s'),
          lane('z', [['a'], ['b']], '3s'),
        ],
      }),
    )
    expect(cut()).toHaveLength(6)
    clock.advance(2000)
    expect(cut()).toEqual(['a-b', 'b-a'])
  })

  test('cuts proxies that are made for the run as well, and reaches no other run’s', async () => {
    const { runs, registry, cut } = await useServices()
    await registry.create('foreign', { upstream: NOBODY, from: 'a', to: 'b' }, 'run:other')
    await runs.start({
      ...trial(stage('cut', A_FROM_B)),
      targets: { extra: { upstream: NOBODY, from: 'a', to: 'b' } },
    })
    expect(cut()).toEqual(['a-b', 'b-a', 'extra'])
  })

  test('holds its proxies: another run there is refused, and the preview shows what is not covered', async () => {
    const { runs, registry } = await useServices()
    await registry.create('a-d', { upstream: NOBODY, from: 'a', to: 'd' }, 'api')
    const cutting = trial(stage('cut', { between: [['a'], ['d']] }))
    const { warnings, rows } = await runs.preview(cutting)
    expect(warnings).toContainEqual({
      code: 'link_not_covered',
      pointer: '/stages/0/partition',
      message: expect.stringContaining('d to a'),
    })
    expect(rows.some(({ effect }) => effect === 'partition a | d (blackhole), 1 proxy')).toBe(true)
    const { id } = await runs.start(cutting)
    expect((await refusal(() => runs.start({ ...cutting, name: 'second' }))).message).toContain(id)
    await registry.remove('a-d', 'api')
    await expect.poll(() => runs.get(id).status).toBe('aborted')
  })
})

describe('refused before the run begins', () => {
  test.each<[string, PartitionCut, string, string]>([
    ['a service that nobody names', { between: [['a'], ['bb']] }, '/stages/0/partition/between/1/0', 'no proxy names'],
    ['links that no proxy carries', { between: [['a'], ['z']] }, '/stages/0/partition', 'no proxy carries'],
  ])('%s', async (_what, partition, pointer, words) => {
    const { runs, registry } = await useServices()
    await registry.create('z-only', { upstream: NOBODY, from: 'z', to: 'y' }, 'api')
    const error = await refusal(() => runs.start(trial(stage('cut', partition))))
    expect([error.code, error.problems[0]?.pointer]).toEqual(['invalid_partition', pointer])
    expect(error.message).toContain(words)
    expect(runs.list()).toEqual([])
    expect(faultsOf(registry)).toEqual([])
    expect((await runs.preview(trial(stage('cut', partition)))).warnings).toContainEqual(
      expect.objectContaining({ code: 'target_not_found', pointer }),
    )
  })

  test('more than could be carried out, before it takes the memory', async () => {
    const { runs } = await useServices()
    const error = await refusal(() =>
      runs.start(trial(stage('cut', { split: 'random_halves' }, { duration: 10, repeat: 9000 }))),
    )
    expect(error.code).toBe('limit_reached')
  })
})

test('a profile whose partition is wrong in itself is told of it with all the rest', () => {
  const read = (): unknown =>
    readProfile(
      trial(stage('cut', { between: [['a', 'b'], ['b']], mode: 'refuse', direction: 'one_way' }), {
        name: 'x',
      } as never),
    )
  expect(read).toThrow(
    expect.objectContaining({
      code: 'invalid_profile',
      problems: expect.arrayContaining([
        expect.objectContaining({ pointer: '/stages/0/partition/between/1/0' }),
        expect.objectContaining({ pointer: '/stages/0/partition/mode' }),
        expect.objectContaining({ pointer: '/stages/1/duration' }),
      ]),
    }),
  )
})
