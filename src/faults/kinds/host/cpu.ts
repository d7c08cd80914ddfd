import { closed, integer, optional } from '../../../contract/attributes.ts'
import { hostFault } from '../../../contract/host.ts'

export default hostFault<{ workers: number | undefined; load: number }>({
  kind: 'cpu',
  summary: 'Take processor time, so that those who share it get less.',
  notes: [
    'Each worker is a process of its own at normal priority. It works and rests in turn and goes by the processor time that it was really given, so that a load of 50 is half of a core on a busy machine too, as far as the machine has it to give.',
    'Where the control group has a quota, all workers together take at most the quota less 0.2 of a core: the rest is for the daemon, which would otherwise stand still with them. `asked` in the answer is what is left of the request then.',
  ].join('\n'),
  fidelity: { linux: 'exact', other: 'unsupported' },
  reaches: ['own_cgroup', 'machine'],
  quantity: () => 'cores',
  attributes: closed({
    workers: optional(integer('Processes that work. Default: one for each core.', { min: 1, max: 1024 })),
    load: integer('Percent of a core that each worker takes.', { min: 1, max: 100, default: 100 }),
  }),
  examples: [
    { title: 'Half of one core', attributes: { workers: 1, load: 50 } },
    { title: 'Everything there is', attributes: { load: 100 } },
  ],
  reach: (_, { cpuCores }) => (cpuCores === undefined ? 'machine' : 'own_cgroup'),
  effect: ({ workers, load }) => ({ take: 'cpu', workers, load }),
  undo: 'The workers are ended.',
})
