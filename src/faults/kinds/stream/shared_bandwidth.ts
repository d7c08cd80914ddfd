import { choice, closed, integer } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'
import type { StreamContext } from '../../../contract/kind.ts'
import { backpressure, pace, repace, take, takeBack } from '../../pacing.ts'
import type { Pace } from '../../pacing.ts'

interface Attributes {
  readonly rate: number
  readonly share: 'proxy' | 'client'
}

/** One bucket for many links. Whoever first sees other attributes than `paced` takes them on, for all. */
interface Bucket {
  paced: Attributes
  readonly pace: Pace
}

function current({ attributes, state, now }: StreamContext<Attributes, Bucket>): Pace {
  if (state.paced !== attributes) {
    repace(state.pace, attributes.rate, now)
    state.paced = attributes
  }
  return state.pace
}

export default streamFault<Attributes, Bucket>({
  kind: 'shared_bandwidth',
  summary: 'Let only so many kilobytes through in a second, over all connections together.',
  notes: [
    'Like `bandwidth`, but all connections of the proxy, or of one client address, pay from one bucket. Chunks are served in the order they came in.',
    'A change of `share` counts for connections that are opened later. Bytes that a reset threw away were paid for all the same.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  fidelity: 'exact',
  attributes: closed({
    rate: integer('Kilobytes (1,000 bytes) per second. 0 blocks.', { default: 0 }),
    share: choice(
      'Who shares one bucket: all connections of the proxy, or those of one client address.',
      ['proxy', 'client'],
      {
        default: 'proxy',
      },
    ),
  }),
  examples: [
    { title: 'An uplink that all callers share', attributes: { rate: 1000 } },
    { title: 'A quota for each caller', attributes: { rate: 250, share: 'client' } },
  ],
  share: ({ share }) => share,
  state: (attributes) => ({ paced: attributes, pace: pace(attributes.rate) }),
  chunk(context, { bytes, at }) {
    const effects: Effect[] = []
    const bucket = current(context)
    take(bucket, bytes, at, effects)
    backpressure(bucket, context.now, context.heldBytes + bytes.length, effects)
    return effects
  },
  wake: () => [{ do: 'resume' }],
  update(context, _before, held) {
    const effects: Effect[] = []
    const bucket = current(context)
    backpressure(bucket, context.now, takeBack(bucket, held, context.now, effects), effects)
    return effects
  },
})
