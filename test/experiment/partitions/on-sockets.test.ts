import { describe, expect, test } from 'vitest'
import { SPLITS } from '../../../src/contract/partition.ts'
import type { PartitionInput } from '../../../src/contract/partition.ts'
import { A_MOMENT, useNet } from './use-partitions.ts'
import type { Net } from './use-partitions.ts'

const patience = (expected: string): number | undefined => (expected === 'silence' ? A_MOMENT : undefined)

const TWO: PartitionInput = { between: [['a'], ['b']] }

/** Every link between every two nodes carries what is asked on a new connection. */
async function expectWhole({ nodes, ask }: Net): Promise<void> {
  const names = nodes.map(({ name }) => name)
  for (const from of names) {
    const others = names.filter((to) => to !== from)
    // Until it answers: a listener that comes back takes a turn, and silence would never end.
    for (const to of others) await expect.poll(() => ask(from, to, 1000), { timeout: 8000 }).toBe('new')
  }
}

describe('an open connection', () => {
  test.each([
    ['blackhole', 'silence', 'end'],
    ['stall', 'silence', 'lives'],
    ['reset', 'ECONNRESET', 'ECONNRESET'],
    ['refuse', 'ECONNRESET', 'ECONNRESET'],
  ] as const)('is cut at once by %s (%s), and when it is healed: %s', async (mode, during, after) => {
    const net = await useNet(['a', 'b'])
    const links = [await net.open('a', 'b'), await net.open('b', 'a')]
    for (const link of links) expect(await link.ask('before')).toBe('before')
    const before = net.nodes.map(({ saw }) => saw.bytes)
    const made = net.partitions.create({ ...TWO, mode })
    expect(made).toMatchObject({ touched: 2, dry_run: false, state: 'cut', not_covered: [] })
    for (const link of links) expect(await link.ask('during', patience(during))).toBe(during)
    expect(net.nodes.map(({ saw }) => saw.bytes)).toEqual(before)

    expect(await net.partitions.heal(made.id)).toEqual({ healed: made.id, verified: true, left: [] })
    if (after === 'lives') for (const link of links) expect(await link.ask('after')).toBe('after')
    else for (const link of links) expect(await link.ask('after')).toBe(after)
    await expectWhole(net)
  })

  test('that was stalled brings what was sent meanwhile, once', async () => {
    const net = await useNet(['a', 'b'])
    const link = await net.open('a', 'b')
    await link.ask('before')
    const { id } = net.partitions.create({ ...TWO, mode: 'stall' })
    expect(await link.ask('during', A_MOMENT)).toBe('silence')
    await net.partitions.heal(id)
    await expect.poll(() => net.node('b').saw.bytes).toBe('beforeduring'.length)
  })
})

describe('a new connection', () => {
  test.each([
    ['blackhole', 'silence'],
    ['stall', 'silence'],
    ['reset', 'ECONNRESET'],
    ['refuse', 'ECONNREFUSED'],
  ] as const)('finds %s: %s, and the other node hears nothing of it', async (mode, during) => {
    const net = await useNet(['a', 'b'])
    const { id } = net.partitions.create({ ...TWO, mode })
    expect(await net.ask('a', 'b', patience(during))).toBe(during)
    expect(await net.ask('b', 'a', patience(during))).toBe(during)
    expect(net.nodes.map(({ saw }) => saw)).toEqual([
      { connections: 0, bytes: 0 },
      { connections: 0, bytes: 0 },
    ])
    await net.partitions.heal(id)
    await expectWhole(net)
  })

  test('that waited in a black hole is reset when it heals: what it asked is never done late', async () => {
    const net = await useNet(['a', 'b'])
    const { id } = net.partitions.create(TWO)
    const link = await net.open('a', 'b')
    expect(await link.ask('pay', A_MOMENT)).toBe('silence')
    await net.partitions.heal(id)
    expect(await link.ask('late')).toBe('ECONNRESET')
    expect(net.node('b').saw).toEqual({ connections: 0, bytes: 0 })
  })

  test('that waited in a stall is made when it heals, and nothing is lost', async () => {
    const net = await useNet(['a', 'b'])
    const { id } = net.partitions.create({ ...TWO, mode: 'stall' })
    const link = await net.open('a', 'b')
    expect(await link.ask('pay', A_MOMENT)).toBe('silence')
    await net.partitions.heal(id)
    await expect.poll(() => net.node('b').saw).toEqual({ connections: 1, bytes: 3 })
  })
})

describe('one way', () => {
  test.each(['blackhole', 'stall'] as const)(
    '%s loses what the first side sends, on either side’s connections',
    async (mode) => {
      const net = await useNet(['a', 'b'])
      const [there, back] = [await net.open('a', 'b'), await net.open('b', 'a')]
      for (const link of [there, back]) await link.ask('before')
      const bytes = net.node('b').saw.bytes
      const { id, links } = net.partitions.create({ ...TWO, mode, direction: 'one_way' })
      expect(links.map(({ proxy, cut }) => [proxy, cut])).toEqual([
        ['a-b', 'upstream'],
        ['b-a', 'downstream'],
      ])
      expect(await there.ask('x', A_MOMENT)).toBe('silence')
      expect(net.node('b').saw.bytes).toBe(bytes)
      // Its answer is what is lost: b's question arrives.
      const asked = net.node('a').saw.bytes
      expect(await back.ask('question', A_MOMENT)).toBe('silence')
      expect(net.node('a').saw.bytes).toBe(asked + 'question'.length)
      await net.partitions.heal(id)
      await expectWhole(net)
    },
  )
})

test.each(SPLITS)(
  '%s among three nodes cuts the links it names and no other, and after it every link carries traffic',
  async (split) => {
    const net = await useNet(['a', 'b', 'c'])
    const { id, links } = net.partitions.create({ split, mode: 'reset' })
    const cut = new Set(links.map(({ proxy }) => proxy))
    for (const { spec } of net.registry.list()) {
      const answer = await net.ask(spec.from ?? '', spec.to ?? '')
      expect([spec.name, answer]).toEqual([spec.name, cut.has(spec.name) ? 'ECONNRESET' : 'new'])
    }
    expect(cut.size).toBeGreaterThan(0)
    expect((await net.partitions.heal(id)).verified).toBe(true)
    await expectWhole(net)
  },
)

test('two partitions over the same link are healed apart: the link is whole when both are', async () => {
  const net = await useNet(['a', 'b', 'c'])
  const first = net.partitions.create({ ...TWO, mode: 'reset' })
  const second = net.partitions.create({ between: [['a'], ['b', 'c']], mode: 'reset' })
  await net.partitions.heal(first.id)
  expect(await net.ask('a', 'b')).toBe('ECONNRESET')
  await net.partitions.heal(second.id)
  await expectWhole(net)
})
