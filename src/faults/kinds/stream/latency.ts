import { closed, ms } from '../../../contract/attributes.ts'
import { streamFault } from '../../../contract/kind.ts'
import { releaseNow } from '../../release.ts'

export default streamFault({
  kind: 'latency',
  summary: 'Delay every chunk by a fixed time, give or take a jitter.',
  notes: [
    'Each chunk leaves at the time it came in + `latency` + a draw from -`jitter` to +`jitter`, never before it came in.',
    'The order is kept: a chunk that drew a short delay waits for the one before it. Throughput is not lowered.',
    'The end of the stream is not delayed by itself; it follows the bytes before it. A change of the attributes lets go of what is held, at once.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  toxiproxy: true,
  fidelity: 'exact',
  attributes: closed({
    latency: ms('Time added to each chunk.', { default: 0 }),
    jitter: ms('Most that one delay may differ from `latency`.', { default: 0 }),
  }),
  examples: [
    { title: 'A distant region', attributes: { latency: 120 } },
    { title: 'A busy mobile cell', attributes: { latency: '200ms', jitter: '80ms' } },
  ],
  chunk({ attributes: { latency, jitter }, random }, { bytes, at }) {
    const spread = jitter === 0 ? 0 : random.between(-jitter, jitter, 'jitter')
    return [{ do: 'send', bytes, at: at + Math.max(0, latency + spread) }]
  },
  onMove: 'keep',
  update: ({ now }, _before, held) => releaseNow(held, now),
})
