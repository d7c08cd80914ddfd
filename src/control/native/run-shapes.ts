import type * as api from '../../contract/api.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import { ROLLBACKS } from '../../contract/checks.ts'
import { PLAN_WARNINGS } from '../../contract/plan-wire.ts'
import type { ParameterView, ProfileView } from '../../contract/profile-wire.ts'
import type { PlanRow, PlanWarning, PreviewView } from '../../contract/plan-wire.ts'
import type { RunView, StageProgress, SweepPoint, SweepView } from '../../contract/run-wire.ts'
import { PHASE } from './check-shapes.ts'
import {
  NAMES,
  amount,
  count,
  flag,
  listOf,
  object,
  oneOf,
  orNull,
  problem,
  ref,
  seed,
  shape,
  text,
} from './shape-parts.ts'
import type { Item } from './shape-parts.ts'

const scalar = (description: string): JsonSchema => ({ type: ['string', 'number', 'boolean'], description })

const VALUES: JsonSchema = {
  type: 'object',
  description: 'Values of parameters, by their names.',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
}

const STAGE = {
  name: text('Name of the stage.'),
  duration_ms: amount('How long it lasts, at the longest.'),
  faults: count('How many faults it attaches.'),
  lane: text('The lane it is in.'),
}

const progress = (description: string): JsonSchema =>
  shape<StageProgress>(
    description,
    {
      name: text('Its name.'),
      index: count('Among all stages of the run, from 0.'),
      of: count('How many there are.'),
      elapsed_ms: amount('Since it began.'),
      duration_ms: amount('How long it lasts, at the longest.'),
      lane: text('The lane it is in.'),
      repetition: count('From 1, where it is repeated.'),
    },
    { lane: true, repetition: true },
  )

/** What is answered about profiles and runs. */
export const RUN_SHAPES = {
  ProfileView: shape<ProfileView>(
    'A profile.',
    {
      name: text('Its name.'),
      description: text('What it is for.'),
      watch: text('What to look at while it runs.'),
      source: oneOf('Where it comes from.', ['shipped', 'user']),
      seed,
      targets: NAMES,
      parameters: listOf(
        shape<ParameterView>(
          'A parameter.',
          {
            name: text('Its name.'),
            default: scalar('Its value where none is set.'),
            description: text('What it decides.'),
          },
          { description: true },
        ),
      ),
      matrix: {
        type: 'object',
        description: 'Values to go through, by parameter.',
        additionalProperties: listOf(scalar('A value.')),
      },
      duration_ms: amount('All stages together.'),
      stages: listOf(
        shape<Item<ProfileView['stages']>>(
          'A stage.',
          { ...STAGE, repeat: count('How often in all.') },
          { lane: true, repeat: true },
        ),
      ),
      problems: listOf(problem),
    },
    { watch: true, seed: true, parameters: true, matrix: true, problems: true },
  ),
  ProfileList: shape<api.ProfileList>('Profiles.', { profiles: listOf(ref('ProfileView')) }, {}),
  RunView: shape<RunView>(
    'A run.',
    {
      id: text('Its id.'),
      profile: text('Name of its profile.'),
      seed,
      parameters: VALUES,
      status: oneOf('How it stands.', ['running', 'completed', 'failed', 'stopped', 'aborted', 'inconclusive']),
      phase: PHASE,
      dry_run: { const: true, description: 'Everything is decided and counted, and nothing done.' },
      started_at: text('ISO 8601.'),
      max_duration_ms: amount('It ends then, whatever it is doing, counted from its start.'),
      expires_at: text('ISO 8601; it ends then unless it is renewed. Only where it was started with a ttl.'),
      ended_at: text('ISO 8601.'),
      stage: progress('The stage it is in; of the first lane that has not ended, where there are several.'),
      lanes: listOf(progress('The present stage of a lane, while there are lanes side by side.')),
      stages: listOf(
        shape<Item<RunView['stages']>>(
          'A stage.',
          { ...STAGE, repetition: count('From 1, where it is repeated.') },
          { lane: true, repetition: true },
        ),
      ),
      healed: flag('Whether nothing of the run is left.'),
      heal: ref('HealView'),
      rollback: oneOf('When its faults go, where it ends by itself.', ROLLBACKS),
      kept: { const: true, description: 'Its faults were left; deleting the run takes them away.' },
      detail: text('Why it ended as it did.'),
      checks: listOf(ref('CheckView')),
      journal: ref('JournalView'),
      traffic: ref('TrafficView'),
      evidence: ref('EvidenceView'),
      faults: listOf(
        shape<Item<RunView['faults']>>(
          'What a fault of the run did.',
          {
            stage: text('Its stage.'),
            proxy: text('Its proxy.'),
            fault: text('Its name.'),
            kind: text('Its kind.'),
            seen: orNull(count('How often it was asked; null where its plane does not tell.')),
            applied: orNull(count('How often it applied; likewise.')),
            would_apply: count('In a dry run: how often it would have applied.'),
            asked_ms_mean: amount('Mean delay asked for.'),
            achieved_ms_mean: amount('Mean delay achieved.'),
          },
          { would_apply: true, asked_ms_mean: true, achieved_ms_mean: true },
        ),
      ),
    },
    {
      parameters: true,
      phase: true,
      dry_run: true,
      expires_at: true,
      ended_at: true,
      stage: true,
      lanes: true,
      healed: true,
      heal: true,
      kept: true,
      detail: true,
      journal: true,
      traffic: true,
      evidence: true,
    },
  ),
  SweepView: shape<SweepView>(
    'A sweep.',
    {
      id: text('Its id.'),
      profile: text('Name of its profile.'),
      status: oneOf('How it stands.', ['running', 'completed', 'failed', 'stopped', 'aborted', 'inconclusive']),
      started_at: text('ISO 8601.'),
      ended_at: text('ISO 8601.'),
      points: listOf(
        shape<SweepPoint>(
          'One combination.',
          {
            parameters: VALUES,
            status: oneOf('How its run stands.', [
              'pending',
              'running',
              'completed',
              'failed',
              'stopped',
              'aborted',
              'inconclusive',
            ]),
            run: text('Id of its run.'),
            seen: orNull(count('How often its faults were asked; null where their plane does not tell.')),
            applied: orNull(count('How often they applied; likewise.')),
            detail: text('Why it ended as it did.'),
          },
          { run: true, seen: true, applied: true, detail: true },
        ),
      ),
      breaks_at: count('The first point whose run failed, or was stopped by a condition of its profile, from 0.'),
    },
    { ended_at: true, breaks_at: true },
  ),
  SweepList: shape<api.SweepList>('Sweeps.', { sweeps: listOf(ref('SweepView')) }, {}),
  PreviewView: shape<PreviewView>(
    'What a run would do.',
    {
      profile: text('Name of the profile.'),
      seed,
      parameters: VALUES,
      duration_ms: amount('At the longest.'),
      proxies: NAMES,
      made: listOf({ type: 'string', description: 'A proxy made for the run.' }),
      checks: listOf(ref('CheckPlan')),
      rollback: oneOf('When its faults go, where it ends by itself.', ROLLBACKS),
      stages: count('Repetitions included.'),
      rows: listOf(
        shape<PlanRow>(
          'One thing that it would do.',
          {
            at_ms: amount('Since its begin, at the latest.'),
            what: oneOf('What it is.', [
              'stage_begins',
              'stage_ends',
              'fault_attached',
              'fault_changed',
              'fault_rests',
              'fault_acts',
              'fault_removed',
              'effect_begins',
              'effect_ends',
              'run_ends',
            ]),
            stage: text('Name of the stage.'),
            lane: text('Its lane.'),
            repetition: count('From 1, where it is repeated.'),
            duration_ms: amount('How long the stage lasts, at the longest.'),
            waits_for: text('What ends the stage before that.'),
            proxy: text('Where the fault is.'),
            fault: text('Its name.'),
            kind: text('Its kind.'),
            stream: oneOf('Its direction.', ['upstream', 'downstream']),
            toxicity: amount('From 0 to 1.'),
            attributes: object('Complete, in base units.'),
            effect: text('What is done beside faults.'),
          },
          {
            stage: true,
            lane: true,
            repetition: true,
            duration_ms: true,
            waits_for: true,
            proxy: true,
            fault: true,
            kind: true,
            stream: true,
            toxicity: true,
            attributes: true,
            effect: true,
          },
        ),
      ),
      complete: flag('Whether the rows go to the end.'),
      warnings: listOf(
        shape<PlanWarning>(
          'Something doubtful.',
          {
            code: oneOf('To tell warnings apart by.', PLAN_WARNINGS),
            pointer: text('JSON pointer into the profile.'),
            message: text('What it is.'),
          },
          {},
        ),
      ),
      points: listOf(VALUES),
    },
    { parameters: true, points: true },
  ),
  RunList: shape<api.RunList>('Runs.', { runs: listOf(ref('RunView')) }, {}),
} as const
