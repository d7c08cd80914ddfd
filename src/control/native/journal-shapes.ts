import type { JsonSchema } from '../../contract/attributes.ts'
import { CHECK_OUTCOMES, CHECK_PHASES } from '../../contract/checks.ts'
import type { EvidenceView, JournalView, TrafficView } from '../../contract/journal.ts'
import { count, listOf, oneOf, shape, text } from './shape-parts.ts'
import type { Item } from './shape-parts.ts'

const measure = (description: string): JsonSchema => ({ type: ['number', 'null'], description })
const EVENT = text('Id of the event.')

/** What is written down of a run. */
export const JOURNAL_SHAPES = {
  JournalView: shape<JournalView>(
    'How the record of a run stands.',
    {
      file: text('Where it is on the machine of the daemon. None: it is in memory only, and goes with the daemon.'),
      state: oneOf('How it stands.', ['open', 'complete', 'incomplete', 'interrupted']),
      events: count('Events in it.'),
      bytes: count('How large it is, all parts together.'),
      left_out: count('Observations that were only counted.'),
      detail: text('Why it is incomplete.'),
    },
    { file: true, bytes: true, detail: true },
  ),
  TrafficView: shape<TrafficView>(
    'What passed the proxies of a run while it went on.',
    {
      of: oneOf('What is counted.', ['exchanges', 'connections']),
      count: count('How many ended.'),
      success_ratio: measure('Share of those that succeeded.'),
      p50_ms: measure('Median time.'),
      p95_ms: measure('95th percentile.'),
      p99_ms: measure('99th percentile.'),
    },
    {},
  ),
  EvidenceView: shape<EvidenceView>(
    'Ids of the events that show what a report says.',
    {
      run: listOf(
        shape<Item<EvidenceView['run']>>('Of the run.', { what: text('Type of the event.'), event: EVENT }, {}),
      ),
      checks: listOf(
        shape<Item<EvidenceView['checks']>>(
          'The last look of an outcome.',
          {
            check: text('Name of the check.'),
            phase: oneOf('In which phase.', CHECK_PHASES),
            outcome: oneOf('What it found.', CHECK_OUTCOMES),
            event: EVENT,
            detail: text('Why it does not hold.'),
          },
          { detail: true },
        ),
      ),
      faults: listOf(
        shape<Item<EvidenceView['faults']>>(
          'The first time that a fault acted.',
          { proxy: text('Its proxy.'), fault: text('Its name.'), event: EVENT },
          {},
        ),
      ),
    },
    {},
  ),
} as const
