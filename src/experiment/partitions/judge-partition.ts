import type { Problem } from '../../contract/errors.ts'
import type { PartitionCut, Split } from '../../contract/partition.ts'
import { nearest } from '../../kernel/nearest.ts'

const LEAST_NODES: Readonly<Record<Split, number>> = {
  halves: 2,
  random_halves: 2,
  isolate_one: 2,
  bridge: 3,
  majorities_ring: 3,
}

/** What no schema can say of a partition, whatever services there are. */
export function shapeProblems(cut: PartitionCut, pointer: string): Problem[] {
  const { between, split, nodes, node, direction, mode } = cut
  const problems: Problem[] = []
  const wrong = (at: string, message: string): void => void problems.push({ pointer: `${pointer}${at}`, message })
  if (between !== undefined && split !== undefined)
    wrong('/split', `split is ${split} beside between; a partition has one of the two`)
  if (between === undefined && split === undefined)
    wrong('/between', 'between is missing: it names the sides, unless split makes them')
  if (between !== undefined) {
    for (const field of ['nodes', 'node'] as const) {
      if (cut[field] !== undefined) wrong(`/${field}`, `${field} goes with split; between names everybody itself`)
    }
    problems.push(...overlaps(between, pointer))
  }
  if (nodes !== undefined) problems.push(...repeated(nodes, `${pointer}/nodes`))
  if (node !== undefined && split !== undefined && split !== 'isolate_one' && split !== 'bridge')
    wrong('/node', `node goes with isolate_one and bridge; ${split} has no place for one`)
  if (node !== undefined && nodes !== undefined && !nodes.includes(node))
    wrong('/node', `node is ${JSON.stringify(node)}, which is none of nodes${meant(node, nodes)}`)
  if (split !== undefined && nodes !== undefined && nodes.length < LEAST_NODES[split])
    wrong('/nodes', `${split} needs ${LEAST_NODES[split]} nodes at least; nodes has ${nodes.length}`)
  if (direction !== 'one_way') return problems
  if (mode === 'reset' || mode === 'refuse')
    wrong(
      '/mode',
      `mode is ${mode}, which cannot go one way: a connection that is reset is gone for both sides; one_way takes blackhole or stall`,
    )
  if (split === 'majorities_ring')
    wrong('/direction', 'direction is one_way, but majorities_ring has no sides, of which one could be the first')
  if (between !== undefined && between.length > 2)
    wrong('/direction', `direction is one_way, which needs two sides; between has ${between.length}`)
  return problems
}

/** @param services those that proxies name. Whoever is not among them stands nowhere that could be cut */
export function serviceProblems(
  { between, split, nodes, node }: PartitionCut,
  services: readonly string[],
  pointer: string,
): Problem[] {
  const known = new Set(services)
  const unknown = (service: string, at: string): Problem[] =>
    known.has(service)
      ? []
      : [
          {
            pointer: `${pointer}${at}`,
            message: `no proxy names a service ${JSON.stringify(service)} in from or to${meant(service, services)}`,
          },
        ]
  const problems = [
    ...(between ?? []).flatMap((side, i) => side.flatMap((service, j) => unknown(service, `/between/${i}/${j}`))),
    ...(nodes ?? []).flatMap((service, i) => unknown(service, `/nodes/${i}`)),
    ...(node === undefined || nodes !== undefined ? [] : unknown(node, '/node')),
  ]
  if (split !== undefined && nodes === undefined && services.length < LEAST_NODES[split]) {
    const have = services.length === 0 ? 'none' : services.join(', ')
    problems.push({
      pointer: `${pointer}/split`,
      message: `${split} needs ${LEAST_NODES[split]} nodes at least; the services that proxies name in from and to are ${have}`,
    })
  }
  return problems
}

function overlaps(sides: readonly (readonly string[])[], pointer: string): Problem[] {
  const seen = new Map<string, number>()
  return sides.flatMap((side, i) =>
    side.flatMap((service, j) => {
      const before = seen.get(service)
      seen.set(service, i)
      if (before === undefined) return []
      const where = before === i ? 'twice on one side' : `on side ${before + 1} and on side ${i + 1}`
      return [
        {
          pointer: `${pointer}/between/${i}/${j}`,
          message: `${JSON.stringify(service)} stands ${where}; nobody can be parted from itself`,
        },
      ]
    }),
  )
}

const repeated = (nodes: readonly string[], pointer: string): Problem[] =>
  nodes.flatMap((node, i) =>
    nodes.indexOf(node) === i
      ? []
      : [{ pointer: `${pointer}/${i}`, message: `${JSON.stringify(node)} is there twice` }],
  )

function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`
  return known.length === 0 || known.length > MOST_NAMED ? '' : `; known are ${known.join(', ')}`
}

const MOST_NAMED = 20
