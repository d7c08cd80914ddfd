import { closed, ms } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { goAt, jittered } from '../../moments.ts'

export default connectionFault<{ delay: number; jitter: number }>({
  kind: 'slow_accept',
  summary: 'Leave a new connection lying for a time: nothing is read, the upstream is not dialled.',
  notes:
    'The client sees its connect succeed at once, because the kernel accepts for us; only the first answer is late. That is why its fidelity is `emulated`. What a client sent before it gave up still reaches the upstream then, since nothing is read meanwhile.',
  fidelity: 'emulated',
  attributes: closed({
    delay: ms('Time from accepting to dialling.', { default: 1000 }),
    jitter: ms('Most that one delay may differ from `delay`.', { default: 0 }),
  }),
  examples: [{ title: 'A server too busy to accept', attributes: { delay: '2s', jitter: '500ms' } }],
  accept: ({ attributes, random, askedAt }) => goAt(askedAt + jittered(attributes.delay, attributes.jitter, random)),
})
