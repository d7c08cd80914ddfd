import type { JsonSchema } from '../../contract/attributes.ts'
import type * as api from '../../contract/api.ts'
import { HOLD_STATES } from '../../contract/events.ts'
import type { HeldList, HeldView, Released } from '../../contract/hold.ts'
import { SKIP_REASONS } from '../../contract/model.ts'
import { SCOPE_CLOCKS, SCOPE_ENDS } from '../../contract/scope-wire.ts'
import type {
  AdvanceView,
  EndedScope,
  FaultProof,
  ScopeSummary,
  ScopeView,
  VerifyView,
  WaitView,
} from '../../contract/scope-wire.ts'
import { NAMES, amount, count, flag, listOf, mapOf, oneOf, ref, seed, shape, text } from './shape-parts.ts'
import type { Item } from './shape-parts.ts'

const summary = {
  id: text('Its id.'),
  seed,
  labels: mapOf(text('A value.'), 'As they were given.'),
  owner: text('Who it is for.'),
  created_at: text('ISO 8601.'),
  proxies: count('Its proxies.'),
  faults: count('Faults on them.'),
  unfired: listOf(
    shape<Item<ScopeSummary['unfired']>>(
      'A fault that has acted on nothing.',
      { proxy: text('Its proxy.'), fault: text('Its name.') },
      {},
    ),
  ),
}

const time = {
  now_ms: amount('Where a manual clock stands: since the scope was created.'),
  next_in_ms: amount('Until anything is due by a manual clock; not told where nothing is.'),
}

const proof = {
  proxy: text('Its proxy.'),
  fault: text('Its name.'),
  kind: text('Its kind.'),
  attached: flag('Whether it is there now.'),
  seen: count('How often it was asked.'),
  applied: count('How often it acted.'),
  skipped: shape<FaultProof['skipped']>(
    'How often it did not act, by why.',
    Object.fromEntries(SKIP_REASONS.map((reason) => [reason, count('Times.')])) as {
      readonly [reason in keyof FaultProof['skipped']]-?: JsonSchema
    },
    {},
  ),
  evidence: { ...NAMES, description: 'Ids of the connections and exchanges on which it acted last; at most 10.' },
}

/** What is answered about scopes, and what happened in them. */
export const SCOPE_SHAPES = {
  HeldList: shape<HeldList>(
    'What waits at a fault.',
    {
      held: listOf(
        shape<HeldView>(
          'Something that waits.',
          {
            id: text('Of the connection or exchange.'),
            connection: text('That the exchange came on.'),
            ordinal: count('Of the connection or exchange on its proxy.'),
            client: text('Address of the client.'),
            state: oneOf('half_closed: the client ended its side; blind: its leaving would not be seen.', [
              ...HOLD_STATES,
              'blind',
            ]),
            held_ms: amount('For how long.'),
            bytes: count('Bytes that wait with it.'),
          },
          { connection: true },
        ),
      ),
      overflowed: count('Those that it had no room for; they went on.'),
    },
    {},
  ),
  Released: shape<Released>(
    'What was let go.',
    { released: count('How many.'), held: count('Those that wait still.') },
    {},
  ),
  WaitView: shape<WaitView>(
    'How a wait ended.',
    {
      met: flag('Whether it came to be.'),
      found: count('What was found.'),
      waited_ms: amount('How long it took.'),
      detail: text('In a sentence.'),
    },
    {},
  ),
  VerifyView: shape<VerifyView>(
    'Whether a fault did what it was to do.',
    { holds: flag('Whether it did.'), detail: text('In a sentence.'), ...proof },
    {},
  ),
  ProofList: shape<api.ProofList>(
    'Faults, and what each did.',
    { faults: listOf(shape<FaultProof>('What a fault did.', proof, {})) },
    {},
  ),
  ScopeView: shape<ScopeView>(
    'An open scope.',
    {
      ...summary,
      clock: oneOf('What its faults and runs go by.', SCOPE_CLOCKS),
      ...time,
      ttl_ms: amount('How long it lives without renewal.'),
      streams: count('Open streams that hold it.'),
      expires_at: text('When it ends unless renewed, ISO 8601; not told while a stream holds it.'),
      process: shape<NonNullable<ScopeView['process']>>(
        'The process it ends with.',
        { pid: count('Its number.'), started: count('When it started, in clock ticks since boot.') },
        {},
      ),
      runs_live: count('Runs being carried out.'),
      connections_open: count('Connections through its proxies.'),
    },
    { owner: true, expires_at: true, process: true, now_ms: true, next_in_ms: true },
  ),
  AdvanceView: shape<AdvanceView>(
    'How the time of a scope was moved.',
    { moved_ms: amount('So far.'), timers: count('How many were due on the way.'), ...time },
    { next_in_ms: true },
  ),
  ScopeList: shape<api.ScopeList>('Open scopes.', { scopes: listOf(ref('ScopeView')) }, {}),
  EndedScope: shape<EndedScope>(
    'A scope that ended, as it was at that moment.',
    {
      ...summary,
      ended_at: text('ISO 8601.'),
      reason: oneOf('Why, in a word.', SCOPE_ENDS),
      detail: text('Why, in a sentence.'),
    },
    { owner: true },
  ),
} as const
