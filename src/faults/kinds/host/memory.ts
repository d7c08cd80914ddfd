import { bytes, closed, integer, optional } from '../../../contract/attributes.ts'
import { hostFault } from '../../../contract/host.ts'

/** Less than this the process that eats takes by being there. */
const LEAST = 64 * 1024 ** 2

export default hostFault<{ size: number | undefined; percent: number | undefined; rate: number | undefined }>({
  kind: 'memory',
  summary: 'Take memory and keep it, so that those who share it run short.',
  notes: [
    'A process of its own takes it, writes to every page, and goes on until its own resident size is what was asked; it counts as a whole. Its `oom_score_adj` is 1000: where memory ends, the kernel takes it first, and the fault then ends as `failed`.',
    '`percent` is of all the memory that the control group may have, or else of the machine. It never takes so much that less than `host_faults.allow.memory_reserve` would be left.',
  ].join('\n'),
  fidelity: { linux: 'exact', other: 'unsupported' },
  reaches: ['own_cgroup', 'machine'],
  quantity: () => 'bytes',
  attributes: closed({
    size: optional(bytes('Memory to take.', { min: LEAST })),
    percent: optional(integer('Memory to take, as a percentage of what there is.', { min: 1, max: 95 })),
    rate: optional(bytes('Bytes a second that it grows by. Default: at once.', { min: 1024 ** 2 })),
  }),
  examples: [
    { title: 'A neighbour that needs room', attributes: { size: '256MiB' } },
    { title: 'A leak', attributes: { size: '200MiB', rate: '10MiB' } },
  ],
  check: ({ size, percent }) =>
    (size === undefined) === (percent === undefined) ? 'give either size or percent' : undefined,
  reach: (_, { memory }) => (memory === undefined ? 'machine' : 'own_cgroup'),
  effect: ({ size, percent, rate }) => ({
    take: 'memory',
    size: size === undefined ? { percent: percent ?? 0 } : { bytes: size },
    rate,
  }),
  undo: 'The process that holds it is ended.',
})
