import { closed } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import { phase } from '../../message-attributes.ts'
import type { Phase } from '../../message-attributes.ts'

export default exchangeFault<{ phase: Phase }>({
  kind: 'http_hold',
  summary: 'Hold single requests, or their answers, until they are released.',
  notes: [
    'A barrier for tests, as `hold` is for bytes: the request has come and the upstream has not heard of it, or it has answered and the caller has not heard.',
    'Release lets it go on, or meet another exchange fault where it was held: `release with http_abort`. A caller that ends its side or resets has left; its exchange is over.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({ phase: phase('What is held: the request, or the answer.', 'before_upstream') }),
  examples: [
    { title: 'Requests wait until the test says so', attributes: {} },
    { title: 'The work is done, the answer waits', attributes: { phase: 'after_upstream' } },
  ],
  request: ({ attributes }) => (attributes.phase === 'before_upstream' ? { do: 'detain' } : { do: 'go' }),
  response: ({ attributes }) => (attributes.phase === 'after_upstream' ? { do: 'detain' } : { do: 'go' }),
})
