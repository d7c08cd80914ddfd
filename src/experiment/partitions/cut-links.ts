import type { CutLink } from '../../contract/partition.ts'
import type { Draws } from '../../kernel/random.ts'
import type { Partition } from './partition.ts'

export interface Cutting {
  /** Who is parted from whom; none where each node has a view of its own. */
  readonly sides: readonly (readonly string[])[]
  /** Every link that is cut, once, each way on its own. */
  readonly links: readonly CutLink[]
}

/**
 * From nodes to the links that are cut: the same draws and the same cut, the same links.
 * @param cut which cut of the partition it is, from 1; what is drawn is drawn anew for each
 */
export function cutLinks(partition: Partition, draws: Draws, cut = 1): Cutting {
  if (partition.split === 'majorities_ring') return { sides: [], links: ring(partition.nodes) }
  const sides = sidesOf(partition, draws, cut)
  return { sides, links: between(sides, partition.direction === 'both') }
}

/** Everything from an earlier side to a later one, and back. */
function between(sides: readonly (readonly string[])[], back: boolean): CutLink[] {
  const links: CutLink[] = []
  for (const [i, side] of sides.entries()) {
    for (const from of side) {
      for (const to of sides.slice(i + 1).flat()) {
        links.push({ from, to })
        if (back) links.push({ from: to, to: from })
      }
    }
  }
  return links
}

function sidesOf({ split, sides, nodes, node }: Partition, draws: Draws, cut: number): readonly (readonly string[])[] {
  switch (split) {
    case undefined:
      return sides
    case 'halves':
      return halves(nodes)
    case 'random_halves':
      return halves(shuffled(nodes, draws, cut))
    case 'isolate_one': {
      const one = node ?? nodes[Math.floor(draws.unit('isolate_one', cut) * nodes.length)]
      return [nodes.filter((other) => other === one), nodes.filter((other) => other !== one)]
    }
    case 'bridge': {
      const one = node ?? nodes[Math.floor(nodes.length / 2)]
      return halves(nodes.filter((other) => other !== one))
    }
    case 'majorities_ring':
      return []
  }
}

/** The first is the smaller one where they cannot be equal. */
function halves(nodes: readonly string[]): readonly (readonly string[])[] {
  const middle = Math.floor(nodes.length / 2)
  return [nodes.slice(0, middle), nodes.slice(middle)]
}

/** Fisher and Yates' shuffle. */
function shuffled(nodes: readonly string[], draws: Draws, cut: number): readonly string[] {
  const all = [...nodes]
  const branch = draws.fork('shuffle').fork(cut)
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(branch.unit('swap', i) * (i + 1))
    ;[all[i], all[j]] = [all[j] as string, all[i] as string]
  }
  return all
}

/**
 * Each node reaches a majority round itself on a ring, and no two the same one. Three stand too near for that: the
 * first and the last lose each other, which leaves three different majorities as well.
 */
function ring(nodes: readonly string[]): CutLink[] {
  const count = nodes.length
  const reach = count === 3 ? 1 : Math.ceil(Math.floor(count / 2) / 2)
  return nodes.flatMap((from, i) =>
    nodes.flatMap((to, j) => {
      const apart = Math.abs(i - j)
      const steps = count === 3 ? apart : Math.min(apart, count - apart)
      return steps > reach ? [{ from, to }] : []
    }),
  )
}
