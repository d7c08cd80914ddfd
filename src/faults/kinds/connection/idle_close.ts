import { choice, closed, ms } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { closeAt } from '../../moments.ts'

export default connectionFault<{ idle: number; how: 'fin' | 'rst' }>({
  kind: 'idle_close',
  summary: 'Close a connection on which no byte has passed for a time, in either direction.',
  notes:
    'What load balancers and firewalls do to pooled connections. A connection that was idle for longer when the fault is attached is closed at once.',
  fidelity: 'exact',
  attributes: closed({
    idle: ms('Time without a byte.', { min: 1, default: 60_000 }),
    how: choice('Close with FIN, or reset.', ['fin', 'rst'], { default: 'fin' }),
  }),
  examples: [
    { title: 'A load balancer with a short idle limit', attributes: { idle: '5s' } },
    { title: 'A firewall that forgets and resets', attributes: { idle: '30s', how: 'rst' } },
  ],
  wake: ({ attributes: { idle, how }, connection, now }) => closeAt(connection.lastByteAt + idle, now, how),
})
