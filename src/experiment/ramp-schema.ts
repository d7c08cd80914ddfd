import { choice, closed, integer, ms, optional } from '../contract/attributes.ts'
import type { JsonSchema } from '../contract/attributes.ts'
import { RAMP_SHAPES } from './timeline/ramp.ts'

/** A step lasts at least so long. */
export const LEAST_STEP_MS = 50

const end = (description: string): JsonSchema => ({
  type: ['number', 'string'],
  minLength: 1,
  maxLength: 100,
  'x-allowed': 'a number, or a text such as "250ms" or "64KiB" where the field takes one',
  description,
})

/** What stands in the place of a number: `{ ramp: { from, to, ... } }`. */
export const RAMP: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['ramp'],
  description: 'A number that moves while the stage lasts.',
  properties: {
    ramp: {
      ...closed({
        from: end('What it begins with.'),
        to: end('What it ends with.'),
        over: optional(ms('How long it takes; default: as long as the stage.', { min: LEAST_STEP_MS })),
        shape: choice(
          'linear: evenly. exponential: by equal factors. steps: in equal steps. sine: from one end to the other and back.',
          RAMP_SHAPES,
          { default: 'linear' },
        ),
        steps: optional(integer('Of shape steps: how many values, both ends included.', { min: 2, max: 1000 })),
        period: optional(
          ms('Of shape sine: how long from one end to the other and back; default: `over`.', {
            min: 2 * LEAST_STEP_MS,
          }),
        ),
        every: ms('How often it moves, but for steps.', { min: LEAST_STEP_MS, max: 60_000, default: 100 }),
      }),
    },
  },
}
