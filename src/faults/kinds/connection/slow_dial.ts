import { closed, ms } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { goAt, jittered } from '../../moments.ts'

export default connectionFault<{ delay: number; jitter: number }>({
  kind: 'slow_dial',
  summary: 'Dial the upstream late, as when its SYN was lost or its name is slow to look up.',
  notes: 'Counts from when the upstream was to be dialled. The dial time limit begins after it.',
  fidelity: 'exact',
  attributes: closed({
    delay: ms('Time before the dial.', { default: 1000 }),
    jitter: ms('Most that one delay may differ from `delay`.', { default: 0 }),
  }),
  examples: [{ title: 'One lost SYN', attributes: { delay: '1s' } }],
  dial: ({ attributes, random, askedAt }) => goAt(askedAt + jittered(attributes.delay, attributes.jitter, random)),
})
