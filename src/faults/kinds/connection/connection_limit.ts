import { choice, closed, integer } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { GO } from '../../../contract/effects.ts'

export default connectionFault<{ limit: number; mode: 'reset_new' | 'queue' | 'reset_oldest' }>({
  kind: 'connection_limit',
  summary: 'Let only so many connections be open at the same time.',
  notes: [
    'All open connections of the proxy count, those that were there before included; none of them is closed when the fault is attached.',
    '`reset_new` resets what is too much; `queue` accepts it, but reads and dials nothing until another closes; `reset_oldest` lets it in and resets the connection that has been open longest. At limit 0, `reset_oldest` resets the new one.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    limit: integer('Connections that may be open at once.', { max: 1_000_000, default: 1 }),
    mode: choice('What becomes of one too many.', ['reset_new', 'queue', 'reset_oldest'], { default: 'reset_new' }),
  }),
  examples: [
    { title: 'A database with ten connections', attributes: { limit: 10 } },
    { title: 'A pool that makes callers wait', attributes: { limit: 5, mode: 'queue' } },
    { title: 'A load balancer that drops the oldest', attributes: { limit: 100, mode: 'reset_oldest' } },
  ],
  accept({ attributes: { limit, mode }, connection }) {
    if (connection.open < limit) return GO
    if (mode === 'queue') return { do: 'wait', until: Infinity }
    return { do: mode === 'reset_oldest' && limit > 0 ? 'evict' : 'reset' }
  },
})
