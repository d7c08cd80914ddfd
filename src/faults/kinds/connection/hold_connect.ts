import { choice, closed } from '../../../contract/attributes.ts'
import { GO } from '../../../contract/effects.ts'
import { connectionFault } from '../../../contract/kind.ts'

export default connectionFault<{ at: 'accept' | 'dial' }>({
  kind: 'hold_connect',
  summary: 'Hold new connections until they are released.',
  notes: [
    'A barrier for tests, as `hold` is for bytes. Held at `accept`, a connection does not count as let in; at `dial`, it does, and the upstream is not called yet.',
    'What the client sends meanwhile is read and kept, up to the limit of held bytes of a link, so its leaving is seen: `half_closed` after a FIN, gone after a reset. Above the limit it is `blind`.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    at: choice('Where it is held.', ['accept', 'dial'], { default: 'dial' }),
  }),
  examples: [
    { title: 'A pool that waits for its connections', attributes: {} },
    { title: 'Nobody is let in yet', attributes: { at: 'accept' } },
  ],
  accept: ({ attributes }) => (attributes.at === 'accept' ? { do: 'detain' } : GO),
  dial: ({ attributes }) => (attributes.at === 'dial' ? { do: 'detain' } : GO),
})
