import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DIRECTIONS, SPLITS } from '../../../src/contract/partition.ts'
import type { CutLink, Split } from '../../../src/contract/partition.ts'
import { cutLinks } from '../../../src/experiment/partitions/cut-links.ts'
import type { Cutting } from '../../../src/experiment/partitions/cut-links.ts'
import type { Partition } from '../../../src/experiment/partitions/partition.ts'
import { Draws } from '../../../src/kernel/random.ts'

const named = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i + 1}`)
const counts = (least: number) => fc.integer({ min: least, max: 9 })

const cutOf = (split: Split, nodes: readonly string[], seed: string, more: Partial<Partition> = {}, cut = 1): Cutting =>
  cutLinks(
    { split, sides: [], nodes, node: undefined, direction: 'both', mode: 'blackhole', ...more },
    Draws.root(seed),
    cut,
  )

const key = ({ from, to }: CutLink): string => `${from} ${to}`

/** Whom each node reaches and is reached by, itself included. */
function viewsOf(nodes: readonly string[], { links }: Cutting): string[][] {
  const cut = new Set(links.map(key))
  return nodes.map((one) =>
    nodes.filter((other) => !cut.has(key({ from: one, to: other })) && !cut.has(key({ from: other, to: one }))),
  )
}

/** Groups that can talk to each other over any number of steps. */
function groupsOf(nodes: readonly string[], cutting: Cutting): string[][] {
  const views = new Map(nodes.map((node, i) => [node, viewsOf(nodes, cutting)[i] as string[]]))
  const left = new Set(nodes)
  const groups: string[][] = []
  for (const start of nodes) {
    if (!left.has(start)) continue
    const group: string[] = []
    const next = [start]
    for (let node = next.pop(); node !== undefined; node = next.pop()) {
      if (!left.delete(node)) continue
      group.push(node)
      next.push(...(views.get(node) ?? []))
    }
    groups.push(group.sort())
  }
  return groups
}

const seeds = fc.string({ minLength: 1, maxLength: 8 })

describe.each(SPLITS)('%s', (split) => {
  const least = split === 'bridge' || split === 'majorities_ring' ? 3 : 2

  test('cuts no node from itself and no link twice, names only its nodes, and cuts something', () => {
    fc.assert(
      fc.property(counts(least), seeds, (count, seed) => {
        const nodes = named(count)
        const { links } = cutOf(split, nodes, seed)
        expect(links.length).toBeGreaterThan(0)
        expect(new Set(links.map(key)).size).toBe(links.length)
        for (const { from, to } of links) {
          expect(from).not.toBe(to)
          expect(nodes).toContain(from)
          expect(nodes).toContain(to)
        }
      }),
    )
  })

  test('cuts a link both ways or, one way, never back', () => {
    fc.assert(
      fc.property(counts(least), seeds, fc.constantFrom(...DIRECTIONS), (count, seed, direction) => {
        fc.pre(split !== 'majorities_ring' || direction === 'both')
        const { links } = cutOf(split, named(count), seed, { direction })
        const all = new Set(links.map(key))
        for (const { from, to } of links) expect(all.has(key({ from: to, to: from }))).toBe(direction === 'both')
      }),
    )
  })

  test('cuts the same from the same seed, and one way half of what both ways cut', () => {
    fc.assert(
      fc.property(counts(least), seeds, fc.integer({ min: 1, max: 50 }), (count, seed, cut) => {
        const both = cutOf(split, named(count), seed, {}, cut)
        expect(cutOf(split, named(count), seed, {}, cut)).toEqual(both)
        if (split === 'majorities_ring') return
        const one = cutOf(split, named(count), seed, { direction: 'one_way' }, cut)
        expect(one.links.length * 2).toBe(both.links.length)
        for (const { from, to } of one.links) {
          expect(both.sides[0]).toContain(from)
          expect(both.sides[1]).toContain(to)
        }
      }),
    )
  })
})

describe.each(['halves', 'random_halves'] as const)('%s', (split) => {
  test('leaves two groups that differ by one node at most, each whole in itself', () => {
    fc.assert(
      fc.property(counts(2), seeds, (count, seed) => {
        const nodes = named(count)
        const cutting = cutOf(split, nodes, seed)
        const groups = groupsOf(nodes, cutting)
        expect(groups.map(({ length }) => length).sort()).toEqual([Math.floor(count / 2), Math.ceil(count / 2)])
        for (const view of viewsOf(nodes, cutting)) expect(groups).toContainEqual(view.toSorted())
        expect(groups.flat().sort()).toEqual(nodes.toSorted())
      }),
    )
  })
})

test('halves leaves the first nodes to the first half', () => {
  expect(cutOf('halves', named(5), 'any').sides).toEqual([
    ['n1', 'n2'],
    ['n3', 'n4', 'n5'],
  ])
})

test('random_halves draws other halves for other seeds and for other cuts, each node as often as any', () => {
  const nodes = named(5)
  const first = Array.from({ length: 2000 }, (_, i) => cutOf('random_halves', nodes, 'seed', {}, i + 1).sides[0] ?? [])
  for (const node of nodes) {
    const share = first.filter((side) => side.includes(node)).length / first.length
    // 0.4 expected; five standard deviations of 2,000 throws are 0.055.
    expect(Math.abs(share - 0.4)).toBeLessThan(0.055)
  }
  expect(new Set(first.map((side) => side.toSorted().join())).size).toBe(10)
  expect(cutOf('random_halves', nodes, 'other')).not.toEqual(cutOf('random_halves', nodes, 'seed'))
})

test('isolate_one leaves one node alone and the others whole, the one that was named or one that is drawn', () => {
  fc.assert(
    fc.property(counts(2), seeds, fc.option(fc.nat(8), { nil: undefined }), (count, seed, at) => {
      const nodes = named(count)
      const node = at === undefined ? undefined : nodes[at % count]
      const cutting = cutOf('isolate_one', nodes, seed, { node })
      const alone = viewsOf(nodes, cutting).filter(({ length }) => length === 1)
      expect(
        groupsOf(nodes, cutting)
          .map(({ length }) => length)
          .sort(),
      ).toEqual(count === 2 ? [1, 1] : [1, count - 1])
      if (node !== undefined) expect(alone).toContainEqual([node])
    }),
  )
  const drawn = Array.from({ length: 50 }, (_, cut) => cutOf('isolate_one', named(5), 'seed', {}, cut).sides[0])
  expect(new Set(drawn.flat()).size).toBe(5)
})

test('bridge leaves two halves that meet in one node only, which reaches everybody', () => {
  fc.assert(
    fc.property(counts(3), fc.option(fc.nat(8), { nil: undefined }), (count, at) => {
      const nodes = named(count)
      const node = at === undefined ? undefined : nodes[at % count]
      const cutting = cutOf('bridge', nodes, 'seed', { node })
      const views = viewsOf(nodes, cutting)
      const whole = nodes.filter((_, i) => views[i]?.length === count)
      expect(whole).toEqual([node ?? nodes[Math.floor(count / 2)]])
      expect(groupsOf(nodes, cutting)).toHaveLength(1)
      const rest = nodes.filter((one) => one !== whole[0])
      expect(
        groupsOf(rest, cutting)
          .map(({ length }) => length)
          .sort(),
      ).toEqual([Math.floor(rest.length / 2), Math.ceil(rest.length / 2)])
    }),
  )
})

test('majorities_ring lets every node see a majority, and no two nodes the same one', () => {
  fc.assert(
    fc.property(counts(3), (count) => {
      const nodes = named(count)
      const views = viewsOf(nodes, cutOf('majorities_ring', nodes, 'any')).map((view) => view.toSorted().join())
      for (const view of views) expect(view.split(',').length).toBeGreaterThan(count / 2)
      expect(new Set(views).size).toBe(count)
    }),
  )
})

test('sides that are named are parted, each from each, and nobody on the same side is', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }), (sizes) => {
      let next = 0
      const sides = sizes.map((size) => Array.from({ length: size }, () => `s${next++}`))
      const nodes = sides.flat()
      const cutting = cutOf('halves', nodes, 'any', { split: undefined, sides })
      expect(groupsOf(nodes, cutting)).toEqual(sides.map((side) => side.toSorted()))
      expect(cutting.sides).toEqual(sides)
    }),
  )
})
