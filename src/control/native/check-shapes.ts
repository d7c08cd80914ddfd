import { CHECK_OUTCOMES, CHECK_PHASES, CHECK_ROLES } from '../../contract/checks.ts'
import type { CheckPlanView, CheckView } from '../../contract/checks.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import type { HealView } from '../../contract/run-wire.ts'
import { amount, count, flag, listOf, mapOf, oneOf, shape, text } from './shape-parts.ts'

const OUTCOME = oneOf('What it found.', CHECK_OUTCOMES)

const VALUES: JsonSchema = {
  type: 'object',
  description: 'What was measured, of what the expectations speak of.',
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
}

/** What a run tells of its checks and of its healing. */
export const CHECK_SHAPES = {
  CheckView: shape<CheckView>(
    'A check or a stop condition of a run.',
    {
      name: text('Its name.'),
      role: oneOf('What it is for.', CHECK_ROLES),
      kind: text('Its kind.'),
      looks_at: text('What it looks at, without secrets.'),
      expects: listOf(text('An expectation.')),
      phases: shape<CheckView['phases']>(
        'How it went in each phase.',
        { before: OUTCOME, during: OUTCOME, after: OUTCOME },
        { before: true, during: true, after: true },
      ),
      counts: shape<CheckView['counts']>(
        'How often it found what.',
        {
          passed: count('It held.'),
          failed: count('It did not.'),
          no_data: count('There was nothing to measure.'),
          met: count('The stop condition was met.'),
          not_met: count('It was not.'),
        },
        { passed: true, failed: true, no_data: true, met: true, not_met: true },
      ),
      last: shape<NonNullable<CheckView['last']>>(
        'The last look.',
        {
          at: text('ISO 8601.'),
          phase: oneOf('In which phase.', CHECK_PHASES),
          outcome: OUTCOME,
          values: VALUES,
          detail: text('Why it does not hold.'),
        },
        { detail: true },
      ),
      baseline: mapOf({ type: 'number' }, 'What was measured before.'),
      recovery_ms: amount('From the heal until it held again.'),
    },
    { last: true, baseline: true, recovery_ms: true },
  ),
  CheckPlan: shape<CheckPlanView>(
    'A check or a stop condition, as it is planned.',
    {
      name: text('Its name.'),
      role: oneOf('What it is for.', CHECK_ROLES),
      kind: text('Its kind.'),
      looks_at: text('What it looks at, without secrets.'),
      expects: listOf(text('An expectation.')),
      when: listOf(oneOf('A phase.', CHECK_PHASES)),
      every_ms: amount('How often it is looked at.'),
    },
    {},
  ),
  HealView: shape<HealView>(
    'How the healing was verified.',
    {
      verified: flag('Whether nothing of the run is left.'),
      ms: amount('How long it took until that was clear.'),
      left: listOf(text('Something that was left.')),
    },
    {},
  ),
} as const

export const PHASE = oneOf('While it runs: what it is at.', CHECK_PHASES)
