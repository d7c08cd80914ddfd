import { parseAddress } from '../../../contract/address.ts'
import { closed, integer, optional } from '../../../contract/attributes.ts'
import { hostFault } from '../../../contract/host.ts'
import { ADDRESS, PROCESS, WHICH } from '../../host-attributes.ts'
import type { Which } from '../../../contract/host.ts'

interface Attributes {
  readonly target: string | undefined
  readonly connections: number | undefined
  readonly process: string | undefined
  readonly limit_nofile: number | undefined
  readonly which: Which
}

function addressProblem(target: string): string | undefined {
  try {
    parseAddress(target, 'upstream')
    return undefined
  } catch (error) {
    return (error as Error).message.replace('upstream', 'target')
  }
}

export default hostFault<Attributes>({
  kind: 'descriptors',
  summary: 'Use up the descriptors of a server by idle connections, or lower the limit of a process.',
  notes: [
    'With `target` and `connections` a process of its own opens so many connections and keeps them, saying nothing; those that the target closes are opened again. The target must be one of `host_faults.allow.targets`.',
    'With `process` and `limit_nofile` the soft limit of open files of an allowed process is lowered by the `prlimit` program, and set back afterwards. What it has open stays open; the next open fails with EMFILE. It needs the rights for that process, and the program; without either it is refused.',
  ].join('\n'),
  fidelity: { linux: 'exact', other: 'unsupported' },
  reaches: ['target', 'process'],
  quantity: ({ target }) => (target === undefined ? 'descriptors' : 'connections'),
  attributes: closed({
    target: optional(ADDRESS),
    connections: optional(integer('Connections to open and keep.', { min: 1, max: 60_000 })),
    process: optional(PROCESS),
    limit_nofile: optional(
      integer('Most files that the process may have open from now on.', { min: 0, max: 1_000_000 }),
    ),
    which: WHICH,
  }),
  examples: [
    { title: 'A connection storm', attributes: { target: '127.0.0.1:5432', connections: 90 } },
    { title: 'No more files', attributes: { process: 'orders', limit_nofile: 32 } },
  ],
  check({ target, connections, process, limit_nofile }) {
    const held = target !== undefined && connections !== undefined
    const lowered = process !== undefined && limit_nofile !== undefined
    const given = [target, connections, process, limit_nofile].filter((one) => one !== undefined).length
    if (given !== 2 || held === lowered) return 'give either target and connections, or process and limit_nofile'
    return target === undefined ? undefined : addressProblem(target)
  },
  reach: ({ target, process }) => (target === undefined ? `process:${process ?? ''}` : `target:${target}`),
  effect: ({ target, connections, process, limit_nofile, which }) =>
    target === undefined
      ? { take: 'descriptor_limit', process: process ?? '', which, limit: limit_nofile ?? 0 }
      : { take: 'connections', target, count: connections ?? 0 },
  undo: 'The connections are closed; the limit is set back to what it was.',
})
