import { describe, expect, test } from 'vitest'
import type { PartitionInput } from '../../../src/contract/partition.ts'
import { phaseOf } from '../../../src/experiment/partitions/flapping.ts'
import { Draws } from '../../../src/kernel/random.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { faultsOf, refused } from '../use-runs.ts'
import { useNet } from './use-partitions.ts'
import type { Net } from './use-partitions.ts'

const TWO: PartitionInput = { between: [['a'], ['b']] }

const states = ({ facts }: Net): string[] =>
  facts.flatMap((fact) =>
    fact.type === 'partition_cut'
      ? [`cut ${fact.cut}`]
      : fact.type === 'partition_healed'
        ? [`healed: ${fact.why}`]
        : [],
  )

describe('what it cuts', () => {
  test('is said with the connections that no proxy carries, each way on its own', async () => {
    const net = await useNet(['a', 'b'])
    await net.registry.create('a-c', { upstream: '127.0.0.1:9', from: 'a', to: 'c' }, 'api')
    const made = net.partitions.create({ between: [['a'], ['b', 'c']] })
    expect(made.links).toEqual([
      { proxy: 'a-b', from: 'a', to: 'b', cut: 'both' },
      { proxy: 'b-a', from: 'b', to: 'a', cut: 'both' },
      { proxy: 'a-c', from: 'a', to: 'c', cut: 'both' },
    ])
    expect(made.not_covered).toEqual([{ from: 'c', to: 'a' }])
    const { touched: _touched, dry_run: _dry, ...view } = made
    expect(net.partitions.list()).toEqual([view])
    expect(net.partitions.get(made.id)).toEqual(view)
  })

  test('are all proxies between two services, and follows those that come, go or are labelled anew', async () => {
    const net = await useNet(['a', 'b', 'c'])
    const { id } = net.partitions.create({ ...TWO, mode: 'reset' })
    const cut = (): string[] => net.partitions.get(id).links.map(({ proxy }) => proxy)
    const owned = (): string[] => [...new Set(faultsOf(net.registry).map((fault) => fault.split('/')[0] ?? ''))]
    await net.registry.create('second', { upstream: net.node('b').address, from: 'a', to: 'b' }, 'api')
    expect(cut()).toEqual(['a-b', 'b-a', 'second'])
    await net.registry.patch('a-c', { to: 'b' }, 'api')
    expect(cut()).toEqual(['a-b', 'b-a', 'a-c', 'second'].sort((x, y) => cut().indexOf(x) - cut().indexOf(y)))
    expect(owned().sort()).toEqual(['a-b', 'a-c', 'b-a', 'second'])
    await net.registry.patch('a-c', { to: 'c' }, 'api')
    await net.registry.remove('second', 'api')
    expect(owned().sort()).toEqual(['a-b', 'b-a'])
    await net.registry.remove('a-b', 'api')
    expect(net.partitions.get(id)).toMatchObject({ state: 'cut', not_covered: [{ from: 'a', to: 'b' }] })
    expect((await net.partitions.heal(id)).verified).toBe(true)
    expect(faultsOf(net.registry)).toEqual([])
  })

  test('is only told, where it is a dry run', async () => {
    const net = await useNet(['a', 'b'])
    expect(net.partitions.create(TWO, { dryRun: true })).toMatchObject({ dry_run: true, touched: 0 })
    expect(net.partitions.list()).toEqual([])
    expect(faultsOf(net.registry)).toEqual([])
    expect(states(net)).toEqual([])
  })

  test('is the partition’s own: nobody else takes its faults away, and putting a config leaves them', async () => {
    const net = await useNet(['a', 'b'])
    const { id } = net.partitions.create({ ...TWO, mode: 'reset' })
    const before = faultsOf(net.registry)
    expect(before).toContain(`a-b/${id}.refuse of partition:${id}`)
    expect(refused(() => net.registry.removeFault('a-b', `${id}.refuse`, 'api')).code).toBe('owned_by_run')
    await net.registry.putConfig(net.registry.config(), { dryRun: false })
    await net.registry.put('a-b', { upstream: net.node('b').address, from: 'a', to: 'b' }, 'api')
    expect(faultsOf(net.registry).toSorted()).toEqual(before.toSorted())
  })
})

describe('refused before anything is cut', () => {
  test.each<[string, PartitionInput, string, string]>([
    [
      'a service that nobody names',
      { between: [['orders'], ['paymnets']] },
      '/between/1/0',
      'did you mean "payments"?',
    ],
    ['overlapping sides', { between: [['orders', 'ledger'], ['ledger']] }, '/between/1/0', 'on side 1 and on side 2'],
    ['a service twice on a side', { between: [['orders', 'orders'], ['ledger']] }, '/between/0/1', 'twice on one side'],
    ['one side', { between: [['orders']] }, '/between', 'a list of 2'],
    ['an empty side', { between: [['orders'], []] }, '/between/1', 'a list of 1'],
    ['neither sides nor a split', {}, '/between', 'between is missing'],
    ['both', { between: [['orders'], ['ledger']], split: 'halves' }, '/split', 'one of the two'],
    ['an unknown split', { split: 'havles' as never }, '/split', 'did you mean halves?'],
    ['an unknown node', { split: 'halves', nodes: ['orders', 'x'] }, '/nodes/1', 'known are ledger, orders, payments'],
    ['a node that is none of the nodes', { split: 'bridge', node: 'order' }, '/node', 'did you mean "orders"?'],
    ['too few nodes', { split: 'bridge', nodes: ['orders', 'ledger'] }, '/nodes', 'needs 3 nodes'],
    ['a node twice', { split: 'halves', nodes: ['orders', 'orders'] }, '/nodes/1', 'there twice'],
    [
      'nodes beside sides',
      { between: [['orders'], ['ledger']], nodes: ['orders', 'ledger'] },
      '/nodes',
      'goes with split',
    ],
    ['a node where none has a place', { split: 'halves', node: 'orders' }, '/node', 'isolate_one and bridge'],
    [
      'a reset one way',
      { between: [['orders'], ['payments']], mode: 'reset', direction: 'one_way' },
      '/mode',
      'blackhole or stall',
    ],
    [
      'three sides one way',
      { between: [['orders'], ['payments'], ['ledger']], direction: 'one_way' },
      '/direction',
      'two sides',
    ],
    ['a ring one way', { split: 'majorities_ring', direction: 'one_way' }, '/direction', 'no sides'],
    ['links that no proxy carries', { between: [['payments'], ['ledger']] }, '', 'no proxy carries any of the links'],
    [
      'jitter above a phase',
      { between: [['orders'], ['payments']], flapping: { on: '1s', off: '50ms', jitter: 50 } },
      '/flapping/jitter',
      'less than',
    ],
    ['a time that is none', { between: [['orders'], ['payments']], for: '5 apples' }, '/for', 'for'],
    [
      'an unknown field',
      { between: [['orders'], ['payments']], moed: 'stall' } as never,
      '/moed',
      'did you mean mode?',
    ],
  ])('%s', async (_what, input, pointer, words) => {
    const net = await useNet([])
    const upstream = '127.0.0.1:9'
    for (const to of ['payments', 'ledger']) await net.registry.create(to, { upstream, from: 'orders', to }, 'api')
    const error = refused(() => net.partitions.create(input))
    expect([error.code, error.status]).toEqual(['invalid_partition', 422])
    expect(error.problems.map((problem) => problem.pointer)).toContain(pointer)
    expect(error.message).toContain(words)
    expect(faultsOf(net.registry)).toEqual([])
    expect(net.partitions.list()).toEqual([])
  })

  test('all mistakes at once', async () => {
    const net = await useNet(['a', 'b'])
    const error = refused(() =>
      net.partitions.create({
        between: [
          ['a', 'x'],
          ['a', 'y'],
        ],
        mode: 'reset',
        direction: 'one_way',
      }),
    )
    expect(error.problems.map(({ pointer }) => pointer).sort()).toEqual([
      '/between/0/1',
      '/between/1/0',
      '/between/1/1',
      '/mode',
    ])
  })

  test('what would go beyond a limit, with nothing cut', async () => {
    const net = await useNet(['a', 'b'])
    for (let i = 0; i < 100; i++) net.registry.addFault('b-a', { kind: 'noop', name: `n${i}` }, 'api')
    expect(refused(() => net.partitions.create(TWO)).code).toBe('limit_reached')
    expect(faultsOf(net.registry).filter((fault) => fault.includes('partition'))).toEqual([])
    for (let i = 0; i < 100; i++) net.registry.removeFault('b-a', `n${i}`, 'api')
    for (let i = 0; i < 33; i++) net.partitions.create({ ...TWO, mode: 'stall' })
    expect(refused(() => net.partitions.create(TWO)).code).toBe('limit_reached')
  })
})

describe('time', () => {
  test('heals it by itself, when for is given', async () => {
    const clock = new ManualClock()
    const net = await useNet(['a', 'b'], clock)
    const { id } = net.partitions.create({ ...TWO, for: '10s' })
    clock.advance(9999)
    expect(net.partitions.get(id).state).toBe('cut')
    clock.advance(1)
    expect(faultsOf(net.registry)).toEqual([])
    expect(refused(() => net.partitions.get(id)).code).toBe('partition_not_found')
    await expect.poll(() => states(net)).toEqual(['cut 1', 'healed: its time is over'])
    expect(clock.pending).toBe(0)
  })

  test('makes it flap, each phase from the moment planned, until it is healed', async () => {
    const clock = new ManualClock()
    const net = await useNet(['a', 'b'], clock)
    const { id } = net.partitions.create({ ...TWO, flapping: { on: '300ms', off: '200ms' } })
    const seen: [number, string][] = []
    for (let at = 0; at < 1500; at += 100) {
      seen.push([at, net.partitions.get(id).state])
      expect(faultsOf(net.registry).length > 0).toBe(net.partitions.get(id).state === 'cut')
      clock.advance(100)
    }
    expect(seen.filter(([, state]) => state === 'healed').map(([at]) => at)).toEqual([300, 400, 800, 900, 1300, 1400])
    expect(net.partitions.get(id).cuts).toBe(4)
    await net.partitions.heal(id)
    expect(faultsOf(net.registry)).toEqual([])
    clock.advance(10_000)
    expect(faultsOf(net.registry)).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('draws anew for each cut, and the same from the same seed', async () => {
    const clock = new ManualClock()
    const net = await useNet(['a', 'b', 'c'], clock)
    const draw = async (seed: string): Promise<string[]> => {
      const { id } = net.partitions.create({
        split: 'isolate_one',
        mode: 'reset',
        seed,
        flapping: { on: 100, off: 100, jitter: 50 },
      })
      const alone: string[] = []
      const draws = Draws.root(seed).fork('partition')
      for (let phase = 1; phase <= 20; phase++) {
        const { state, sides } = net.partitions.get(id)
        expect(state).toBe(phase % 2 === 1 ? 'cut' : 'healed')
        if (state === 'cut') alone.push(sides[0]?.[0] ?? '')
        clock.advance(phaseOf({ on: 100, off: 100, jitter: 50 }, phase, draws))
      }
      await net.partitions.heal(id)
      return alone
    }
    const first = await draw('7')
    expect(new Set(first)).toEqual(new Set(['a', 'b', 'c']))
    expect(await draw('7')).toEqual(first)
    expect(await draw('8')).not.toEqual(first)
  })

  test('phases are at most a jitter off, either way', () => {
    const draws = Draws.root('any')
    const lengths = Array.from({ length: 1000 }, (_, i) => phaseOf({ on: 1000, off: 500, jitter: 100 }, i + 1, draws))
    for (const [i, length] of lengths.entries())
      expect(Math.abs(length - (i % 2 === 0 ? 1000 : 500))).toBeLessThanOrEqual(100)
    expect(Math.max(...lengths)).toBeGreaterThan(1090)
    expect(Math.min(...lengths)).toBeLessThan(410)
  })
})

test('healing one that is gone names the nearest, and healing twice at once heals once', async () => {
  const net = await useNet(['a', 'b'])
  const { id } = net.partitions.create(TWO)
  expect(refused(() => net.partitions.get(`${id.slice(0, -1)}!`)).message).toContain(`did you mean ${id}?`)
  const healing = net.partitions.heal(id)
  expect(refused(() => net.partitions.heal(id)).code).toBe('partition_not_found')
  await healing
  expect(states(net)).toEqual(['cut 1', 'healed: asked for'])
})
