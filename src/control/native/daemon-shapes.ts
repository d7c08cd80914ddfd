import type * as api from '../../contract/api.ts'
import { ERRORS } from '../../contract/errors.ts'
import type { Gap } from '../../contract/ports.ts'
import { NAMES, count, listOf, object, oneOf, problem, revision, seed, shape, text } from './shape-parts.ts'

/** What is answered about events and the daemon itself. */
export const DAEMON_SHAPES = {
  EventPage: shape<api.EventPage>(
    'Events of the journal.',
    {
      events: listOf({ ...object('An event.'), required: ['id', 'at', 'mono', 'type'] }),
      gap: shape<Gap>('Events that are no longer there.', { from: count('First.'), to: count('Last.') }, {}),
      next: text('The `since` to go on from.'),
    },
    { gap: true },
  ),
  ResetDone: shape<api.ResetDone>(
    'What a reset did.',
    {
      proxies: count('Proxies, all enabled now.'),
      faults_removed: count('Faults removed.'),
      runs_aborted: count('Runs ended.'),
      revision,
    },
    {},
  ),
  InfoView: shape<api.InfoView>(
    'About the daemon.',
    {
      version: text('Of faultline.'),
      toxiproxy_version: text('Of the Toxiproxy API.'),
      boot_id: text('Of this life of the daemon; event ids begin with it.'),
      started_at: text('ISO 8601.'),
      uptime_ms: count('Since it started.'),
      node: text('Version of Node.'),
      platform: text('Operating system.'),
      seed,
      revision,
      proxies: count('How many there are.'),
      runs_live: count('Runs going on.'),
      connections: shape<api.InfoView['connections']>(
        'Over all proxies.',
        { open: count('Open.'), limit: count('At most.') },
        {},
      ),
      held_bytes: shape<api.InfoView['held_bytes']>(
        'Over all connections.',
        { now: count('Held.'), limit: count('At most.') },
        {},
      ),
    },
    {},
  ),
  HealthView: shape<api.HealthView>(
    'Health.',
    { status: oneOf('In a word.', ['ok', 'not_ready']), waiting_for: NAMES },
    { waiting_for: true },
  ),
  VersionView: shape<{ readonly version: string }>('The Toxiproxy version.', { version: text('Without a v.') }, {}),
  ProblemView: shape<api.ProblemView>(
    'What is wrong (RFC 9457).',
    {
      type: text('A URN with the code.'),
      title: text('What the code means.'),
      status: count('HTTP status.'),
      code: oneOf('To tell errors apart by.', Object.keys(ERRORS)),
      detail: text('What was attempted, what was found and what is allowed.'),
      pointer: text('JSON pointer into the body, or ?name for a query parameter.'),
      remedy: text('What to do.'),
      problems: listOf(problem),
      request_id: text('Also in the log, and in x-request-id.'),
    },
    { pointer: true, problems: true },
  ),
} as const
