import { choice, closed } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { wholeListener } from '../../moments.ts'

export default connectionFault<{ mode: 'close_listener' | 'reset' }>({
  kind: 'refuse',
  summary: 'Refuse new connections, as a process that is not running would.',
  notes: [
    '`close_listener` really closes the port: a connect fails with ECONNREFUSED. faultline keeps the port for itself meanwhile. It cannot spare single clients; toxicity has to be 0 or 1.',
    '`reset` accepts and resets at once (ECONNRESET); here toxicity, match and trigger choose among the connections.',
    'Connections that are open already go on.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    mode: choice('Close the listening port, or accept and reset.', ['close_listener', 'reset'], {
      default: 'close_listener',
    }),
  }),
  examples: [
    { title: 'The process is down', attributes: { mode: 'close_listener' } },
    { title: 'Every connection is reset right after it was made', attributes: { mode: 'reset' } },
  ],
  check({ mode }, { toxicity }) {
    const wrong = mode === 'close_listener' ? wholeListener('refuse with mode close_listener', toxicity) : undefined
    return wrong === undefined ? undefined : `${wrong}, or mode reset`
  },
  listener: ({ mode }) => (mode === 'close_listener' ? 'refused' : 'open'),
  // With the listener closed too: a connection may have been in its queue.
  accept: () => ({ do: 'reset' }),
})
