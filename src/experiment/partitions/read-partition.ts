import { FaultlineError } from '../../contract/errors.ts'
import type { Problem } from '../../contract/errors.ts'
import type { ProxySpec } from '../../contract/model.ts'
import type { CutLink, PartitionCut } from '../../contract/partition.ts'
import { serviceProblems, shapeProblems } from './judge-partition.ts'
import { MOST_NODES } from './partition-schema.ts'
import type { Partition } from './partition.ts'

/** Where somebody connects to somebody: what a partition can be made of. */
export type Route = Pick<ProxySpec, 'name' | 'from' | 'to'>

/**
 * A partition of sound shape, judged against the proxies there are.
 * @throws FaultlineError invalid_partition with every problem there is
 */
export function readPartition(input: PartitionCut, routes: readonly Route[], pointer = ''): Partition {
  const services = [...new Set(routes.flatMap(({ from, to }) => [from ?? [], to ?? []].flat()))].sort()
  const problems = [...shapeProblems(input, pointer), ...serviceProblems(input, services, pointer)]
  const { between = [], split, nodes = split === undefined ? between.flat() : services } = input
  if (nodes.length > MOST_NODES) {
    const message = `the partition has ${nodes.length} nodes; at most ${MOST_NODES} are allowed`
    problems.push({ pointer: `${pointer}/${split === undefined ? 'between' : 'nodes'}`, message })
  }
  if (problems.length > 0) throw invalidPartition(problems)
  const { node, direction = 'both', mode = 'blackhole' } = input
  return { split, sides: between, nodes, node, direction, mode }
}

export const invalidPartition = (problems: readonly Problem[]): FaultlineError =>
  new FaultlineError('invalid_partition', `cannot partition: ${problems.map(({ message }) => message).join('; ')}`, {
    problems,
  })

/** Why a partition would do nothing at all. */
export function nothingCut(links: readonly CutLink[]): string {
  const some = links.slice(0, MOST_NAMED).map(({ from, to }) => `${from} to ${to}`)
  const more = links.length > MOST_NAMED ? `, and ${links.length - MOST_NAMED} more` : ''
  return `no proxy carries any of the links that it would cut (${some.join(', ')}${more}); a proxy says whom it connects by from and to, both`
}

const MOST_NAMED = 5
