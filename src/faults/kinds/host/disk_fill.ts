import { bytes, closed, integer, optional } from '../../../contract/attributes.ts'
import { hostFault } from '../../../contract/host.ts'
import { FOLDER } from '../../host-attributes.ts'

export default hostFault<{ folder: string; size: number | undefined; percent: number | undefined }>({
  kind: 'disk_fill',
  summary: 'Fill a filesystem with one file, until it is as full as asked.',
  notes: [
    'The blocks are real: by the `fallocate` program where it is there and the filesystem can, else by writing. `statfs` tells before and after what is free; a file with holes would be no fault.',
    'The folder must be one of `host_faults.allow.folders`, or within one. At least `host_faults.allow.disk_reserve` of the filesystem stays free whatever is asked.',
  ].join('\n'),
  fidelity: { linux: 'exact', other: 'unsupported' },
  reaches: ['filesystem'],
  quantity: () => 'bytes',
  attributes: closed({
    folder: FOLDER,
    size: optional(bytes('Size of the file.', { min: 4096 })),
    percent: optional(integer('Fill until so much of the filesystem is used, as a percentage.', { min: 1, max: 99 })),
  }),
  examples: [
    { title: 'A gigabyte of logs that nobody rotates', attributes: { folder: '/var/lib/orders', size: '1GiB' } },
    { title: 'Nearly full', attributes: { folder: '/var/lib/orders', percent: 95 } },
  ],
  check: ({ size, percent }) =>
    (size === undefined) === (percent === undefined) ? 'give either size or percent' : undefined,
  reach: () => 'filesystem',
  effect: ({ folder, size, percent }) => ({
    take: 'disk_space',
    folder,
    size: size === undefined ? { percent: percent ?? 0 } : { bytes: size },
  }),
  undo: 'The file is removed.',
})
