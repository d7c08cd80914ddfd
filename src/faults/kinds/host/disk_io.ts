import { bytes, closed, optional } from '../../../contract/attributes.ts'
import { hostFault } from '../../../contract/host.ts'
import { FOLDER } from '../../host-attributes.ts'

export default hostFault<{ folder: string; rate: number | undefined; block: number; size: number }>({
  kind: 'disk_io',
  summary: 'Write to a disk without end, each block with an fsync.',
  notes:
    'One file of bounded size is written over and over, each block followed by `fsync`, so that the writes reach the disk and not only its cache. The folder must be allowed as for disk_fill, and the rate stays below `host_faults.allow.disk_rate`.',
  fidelity: { linux: 'exact', other: 'unsupported' },
  reaches: ['filesystem'],
  quantity: () => 'bytes_per_second',
  attributes: closed({
    folder: FOLDER,
    rate: optional(bytes('Bytes a second. Default: as much as is allowed.', { min: 512 })),
    block: bytes('Bytes of each write.', { default: 64 * 1024, min: 512, max: 16 * 1024 ** 2 }),
    size: bytes('Size of the file that is written over and over.', {
      default: 64 * 1024 ** 2,
      min: 4096,
      max: 16 * 1024 ** 3,
    }),
  }),
  examples: [{ title: 'A backup that runs beside', attributes: { folder: '/var/lib/orders', rate: '8MiB' } }],
  check: ({ block, size }) => (block > size ? 'block must not be larger than size' : undefined),
  reach: () => 'filesystem',
  effect: ({ folder, rate, block, size }) => ({ take: 'disk_writes', folder, rate, block, size }),
  undo: 'The writer is ended and its file removed.',
})
