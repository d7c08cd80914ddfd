import type * as api from '../../contract/api.ts'
import { ERRORS } from '../../contract/errors.ts'
import type { Gap } from '../../contract/ports.ts'
import type { ProfileView, RunView } from '../../contract/wire.ts'
import { NAMES, amount, count, flag, listOf, object, oneOf, ref, revision, seed, shape, text } from './shape-parts.ts'
import type { Item } from './shape-parts.ts'

const problem = shape<Item<NonNullable<api.ProblemView['problems']>>>(
  'One thing that is wrong.',
  {
    pointer: text('JSON pointer into the body, or ?name for a query parameter.'),
    message: text('What was found, and what is allowed.'),
  },
  {},
)
const stage = shape<Item<RunView['stages']>>(
  'A stage.',
  {
    name: text('Name of the stage.'),
    duration_ms: amount('How long it lasts.'),
    faults: count('How many faults it attaches.'),
  },
  {},
)

/** What is answered about events, profiles, runs and the daemon itself. */
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
  ProfileView: shape<ProfileView>(
    'A profile.',
    {
      name: text('Its name.'),
      description: text('What it is for.'),
      watch: text('What to look at while it runs.'),
      source: oneOf('Where it comes from.', ['shipped', 'user']),
      seed,
      targets: NAMES,
      duration_ms: amount('All stages together.'),
      stages: listOf(stage),
      problems: listOf(problem),
    },
    { watch: true, seed: true, problems: true },
  ),
  ProfileList: shape<api.ProfileList>('Profiles.', { profiles: listOf(ref('ProfileView')) }, {}),
  RunView: shape<RunView>(
    'A run.',
    {
      id: text('Its id.'),
      profile: text('Name of its profile.'),
      seed,
      status: oneOf('How it stands.', ['running', 'completed', 'failed', 'stopped', 'aborted', 'inconclusive']),
      started_at: text('ISO 8601.'),
      ended_at: text('ISO 8601.'),
      stage: shape<NonNullable<RunView['stage']>>(
        'The stage it is in.',
        {
          name: text('Its name.'),
          index: count('From 0.'),
          of: count('How many there are.'),
          elapsed_ms: amount('Since it began.'),
          duration_ms: amount('How long it lasts.'),
        },
        {},
      ),
      stages: listOf(stage),
      healed: flag('Whether nothing of the run is left.'),
      detail: text('Why it ended as it did.'),
      faults: listOf(
        shape<Item<RunView['faults']>>(
          'What a fault of the run did.',
          {
            stage: text('Its stage.'),
            proxy: text('Its proxy.'),
            fault: text('Its name.'),
            kind: text('Its kind.'),
            seen: count('How often it was asked.'),
            applied: count('How often it applied.'),
            asked_ms_mean: amount('Mean delay asked for.'),
            achieved_ms_mean: amount('Mean delay achieved.'),
          },
          { asked_ms_mean: true, achieved_ms_mean: true },
        ),
      ),
    },
    { ended_at: true, stage: true, healed: true, detail: true },
  ),
  RunList: shape<api.RunList>('Runs.', { runs: listOf(ref('RunView')) }, {}),
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
