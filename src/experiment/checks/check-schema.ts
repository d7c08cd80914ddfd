import { integer, ms } from '../../contract/attributes.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import { CHECK_PHASES, ROLLBACKS } from '../../contract/checks.ts'
import { CHECK_KINDS } from './check-kinds.ts'

const MOST_CHECKS = 50
/** Kinds that ask somebody cost more than a look at numbers. */
export const LEAST_EVERY_MS = 100

const NAME: JsonSchema = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
  'x-allowed': 'a name: letters, digits, ".", "_" and "-", beginning with a letter or digit, at most 100 characters',
  description: 'Unique among the checks and stop conditions of the profile.',
}

const sentences = (description: string): JsonSchema => ({
  type: ['string', 'array'],
  minLength: 1,
  maxLength: 1000,
  minItems: 1,
  maxItems: 20,
  items: { type: 'string', minLength: 1, maxLength: 1000 },
  'x-allowed': 'an expectation such as "status == 200", or a list of them',
  description,
})

/** Fields with units, which reading converts. */
export const CHECK_TIMES = {
  every: ms('How often it is looked at. Default: 100ms for faulted, 5s for command and prometheus, else 1s.', {
    min: LEAST_EVERY_MS,
    max: 3_600_000,
  }) as JsonSchema,
  timeout: ms('Longest that one look may take. Default: as every, at most 5s.', { min: 1, max: 60_000 }) as JsonSchema,
}

export const STEADY_TIMES = {
  ...CHECK_TIMES,
  recover_within: ms('How long after the heal it may take until it holds again.', {
    default: 30_000,
    max: 3_600_000,
  }) as JsonSchema,
}

/** One kind, with what it takes. */
const kindFields = (onlyStops: boolean): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    CHECK_KINDS.filter((kind) => onlyStops || kind.onlyStops !== true).map(({ kind, summary, attributes }) => [
      kind,
      { ...attributes, description: summary },
    ]),
  )

const FAILURES: JsonSchema = integer('So many in a row, and it counts.', { min: 1, max: 1000, default: 1 })

const PHASES: JsonSchema = {
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { type: 'string', enum: CHECK_PHASES },
  default: CHECK_PHASES,
  description: 'Before anything is injected, during the stages, after the heal.',
}

/** What the system should do, whatever is done to it. */
export const STEADY_STATE: JsonSchema = {
  type: 'array',
  maxItems: MOST_CHECKS,
  description:
    'What must hold before, during and after. Where it fails before, nothing is injected; during, the run ends.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: NAME,
      ...kindFields(false),
      expect: sentences('What must hold of it, all of it. Default: as its kind says.'),
      when: PHASES,
      ...STEADY_TIMES,
      failures: FAILURES,
      successes: integer('So many in a row after the heal, and it has recovered.', { min: 1, max: 1000, default: 3 }),
    },
  },
}

export const STOP_WHEN: JsonSchema = {
  type: 'array',
  maxItems: MOST_CHECKS,
  description: 'What ends the run as stopped, and heals, as soon as one of them is met.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'if'],
    properties: {
      name: NAME,
      ...kindFields(true),
      if: sentences('The run is stopped when all of it holds.'),
      ...CHECK_TIMES,
      failures: { ...FAILURES, description: 'So many looks in a row must find it met.' },
    },
  },
}

export const ROLLBACK: JsonSchema = {
  type: 'string',
  enum: ROLLBACKS,
  default: 'always',
  description:
    'Whether the faults go when the run ends by itself: always; only if a check failed; or never, until it is deleted.',
}
