import type { HaltDone, HaltView } from '../../contract/halt.ts'
import { DIRECTIONS, PARTITION_MODES, SPLITS } from '../../contract/partition.ts'
import type {
  CutLink,
  CutProxy,
  PartitionHealed,
  PartitionList,
  PartitionMade,
  PartitionView,
} from '../../contract/partition.ts'
import { NAMES, count, flag, listOf, oneOf, ref, seed, shape, text } from './shape-parts.ts'

const partition = {
  id: text('Its id.'),
  owner: text('Who owns its faults: partition:<id>.'),
  state: oneOf('Whether it cuts now; healed is the rest between two cuts of one that flaps.', ['cut', 'healed']),
  mode: oneOf('What becomes of the traffic.', PARTITION_MODES),
  direction: oneOf('Which way it is cut.', DIRECTIONS),
  split: oneOf('How its sides are made up.', SPLITS),
  sides: { ...listOf(NAMES), description: 'Who is parted from whom; none where each node has a view of its own.' },
  seed,
  cuts: count('Which cut it is, from 1.'),
  created_at: text('ISO 8601.'),
  heals_at: text('ISO 8601; when it heals by itself.'),
  links: listOf(
    shape<CutProxy>(
      'A proxy that carries a link that is cut.',
      {
        proxy: text('Its name.'),
        from: text('Who connects.'),
        to: text('To whom.'),
        cut: oneOf('The bytes that are cut.', ['both', 'upstream', 'downstream']),
      },
      {},
    ),
  ),
  not_covered: listOf(
    shape<CutLink>(
      'Connections that no proxy carries: if there are any, they go on.',
      { from: text('Who would connect.'), to: text('To whom.') },
      {},
    ),
  ),
}
const optional = { split: true, heals_at: true } as const

const halt = {
  halted: flag('Whether no fault is let in.'),
  since: text('ISO 8601.'),
  reason: text('As it was given.'),
}

const left = { ...NAMES, description: 'What is left, in words.' }

/** What is answered about partitions and the halt. */
export const SAFETY_SHAPES = {
  PartitionView: shape<PartitionView>('A partition.', partition, optional),
  PartitionMade: shape<PartitionMade>(
    'A partition that was made, or would be.',
    {
      ...partition,
      touched: count('Open connections that are cut.'),
      dry_run: flag('Whether nothing was done.'),
    },
    optional,
  ),
  PartitionList: shape<PartitionList>('Partitions.', { partitions: listOf(ref('PartitionView')) }, {}),
  PartitionHealed: shape<PartitionHealed>(
    'A partition that was healed.',
    {
      healed: text('Its id.'),
      verified: flag('Whether nothing is left and the listeners it closed are back.'),
      left,
    },
    {},
  ),
  HaltView: shape<HaltView>('Whether faultline is halted.', halt, { since: true, reason: true }),
  HaltDone: shape<HaltDone>(
    'What a halt ended.',
    {
      ...halt,
      runs_ended: count('Runs.'),
      partitions_healed: count('Partitions.'),
      faults_removed: count('Faults of every owner.'),
      host_faults_ended: count('Faults on the machine, those of runs included.'),
      verified: flag('Whether nothing is left and the listeners that were closed are back.'),
      left,
    },
    { since: true, reason: true },
  ),
} as const
