import { choice, closed } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { wholeListener } from '../../moments.ts'

export default connectionFault<{ mode: 'close_listener' | 'reset' | 'silent' }>({
  kind: 'refuse',
  summary: 'Refuse new connections, as a process that is not running would.',
  notes: [
    '`close_listener` really closes the port: a connect fails with ECONNREFUSED. faultline keeps the port for itself meanwhile. It cannot spare single clients; toxicity has to be 0 or 1.',
    '`reset` accepts and resets at once (ECONNRESET); here toxicity, match and trigger choose among the connections.',
    '`silent` accepts, says nothing and does not dial the upstream. When the fault goes, those that waited are reset: what they had asked may have been given up long ago.',
    'Connections that are open already go on.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    mode: choice(
      'Close the listening port, accept and reset, or accept and say nothing.',
      ['close_listener', 'reset', 'silent'],
      {
        default: 'close_listener',
      },
    ),
  }),
  examples: [
    { title: 'The process is down', attributes: { mode: 'close_listener' } },
    { title: 'Every connection is reset right after it was made', attributes: { mode: 'reset' } },
    { title: 'Connections are made, and nobody is there', attributes: { mode: 'silent' } },
  ],
  check({ mode }, { toxicity }) {
    const wrong = mode === 'close_listener' ? wholeListener('refuse with mode close_listener', toxicity) : undefined
    return wrong === undefined ? undefined : `${wrong}, or mode reset or silent`
  },
  listener: ({ mode }) => (mode === 'close_listener' ? 'refused' : 'open'),
  // With the listener closed too: a connection may have been in its queue.
  takesAll: () => true,
  accept: ({ attributes: { mode } }) => (mode === 'silent' ? { do: 'wait', until: Infinity } : { do: 'reset' }),
  detach: () => ({ do: 'reset' }),
})
