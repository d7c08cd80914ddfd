import { closed } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { Cut } from '../../../contract/exchange.ts'
import { cut } from '../../message-attributes.ts'

export default exchangeFault<{ then: Cut }>({
  kind: 'http_lost_response',
  summary: 'Let the upstream do the work and answer in full, and tell the caller nothing.',
  notes: [
    'The caller cannot know whether its request was carried out. If it tries again, it is done twice, unless the upstream knows the request again: this fault finds missing idempotency keys.',
    'The answer is read to its end before the connection is cut, so an upstream that never ends its answer leaves the caller waiting.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({ then: cut('What the caller sees.', 'fin') }),
  examples: [
    { title: 'The acknowledgement is lost', attributes: {} },
    { title: 'The caller waits until its own timeout', attributes: { then: 'stall' } },
  ],
  response: ({ attributes }) => ({ do: 'swallow', then: attributes.then }),
})
