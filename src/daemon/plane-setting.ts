import { closed, flag, ms } from '../contract/attributes.ts'
import type { Attribute, AttributesSchema } from '../contract/attributes.ts'

/** A Toxiproxy server that is driven. */
export const PLANE = closed({
  name: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$',
    'x-allowed': 'a name of 1 to 40 letters, digits, ".", "_" and "-" that begins with a letter or digit',
    description: 'By which profiles name it. Unique.',
  } as Attribute<string>,
  toxiproxy: {
    type: 'string',
    pattern: '^https?://[^\\s/?#@]+/?$',
    'x-allowed': 'a URL such as http://edge:8474, without a path or a password',
    description: 'Where its API is.',
  } as Attribute<string>,
  mark: {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{1,40}$',
    'x-allowed': '1 to 40 letters, digits, "_" and "-"',
    default: 'faultline',
    description:
      'The names of our toxics begin with it and a dot. Those that nobody here wants are taken off; two daemons on one server need two marks.',
  } as Attribute<string>,
  timeout: ms('How long one call to it may take.', { default: 1000, min: 10, max: 60_000 }),
  every: ms('How often it is looked at while nothing is to be done.', { default: 1000, min: 10, max: 60_000 }),
  allow_unseeded: flag('Takes toxicities between 0 and 1, though the server draws without our seed.', {
    default: false,
  }),
})

export type PlaneSetting = typeof PLANE extends AttributesSchema<infer A> ? A : never
