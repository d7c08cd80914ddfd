import { choice, closed, ms } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { closeAt, jittered } from '../../moments.ts'

export default connectionFault<{ age: number; jitter: number; how: 'fin' | 'rst' }>({
  kind: 'max_age',
  realTime: true,
  summary: 'Close a connection that has reached an age, busy or not.',
  notes:
    'Age counts from when the client was accepted, in real time. A connection that is older when the fault is attached is closed at once.',
  fidelity: 'exact',
  attributes: closed({
    age: ms('Age at which it is closed.', { min: 1, default: 60_000 }),
    jitter: ms('Most that one age may differ from `age`.', { default: 0 }),
    how: choice('Close with FIN, or reset.', ['fin', 'rst'], { default: 'fin' }),
  }),
  examples: [
    { title: 'Connections are recycled every minute', attributes: { age: '1m', jitter: '10s' } },
    { title: 'Cut in the middle of a transfer', attributes: { age: '2s', how: 'rst' } },
  ],
  wake: ({ attributes: { age, jitter, how }, connection, random, now }) =>
    closeAt(connection.acceptedAt + jittered(age, jitter, random), now, how),
})
