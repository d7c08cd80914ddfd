import { closed } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import { phase } from '../../message-attributes.ts'
import type { Phase } from '../../message-attributes.ts'

const FOREVER = { do: 'wait', until: Infinity } as const

export default exchangeFault<{ phase: Phase }>({
  kind: 'hang',
  summary: 'Never answer, and hold the connection.',
  notes:
    'The caller waits until its own timeout. When the fault is removed, what still waits goes on: the request to the upstream, or the answer to the caller.',
  fidelity: 'exact',
  attributes: closed({ phase: phase('Where it hangs.', 'before_upstream') }),
  examples: [
    { title: 'A handler that is stuck', attributes: {} },
    { title: 'The work is done, the answer never comes', attributes: { phase: 'after_upstream' } },
  ],
  takesAll: (attributes) => attributes.phase === 'before_upstream',
  request: ({ attributes }) => (attributes.phase === 'before_upstream' ? FOREVER : { do: 'go' }),
  response: ({ attributes }) => (attributes.phase === 'after_upstream' ? FOREVER : { do: 'go' }),
})
