import { PROTOCOLS } from '../contract/model.ts'
import { ms } from '../contract/attributes.ts'
import type { JsonSchema } from '../contract/attributes.ts'
import { catalogue } from '../faults/catalogue.ts'
import { OF_EVERY_KIND, kindBranchSchema } from '../faults/fault-schema.ts'

/** The run's faults carry `<profile>.<fault>`, which together must fit into a name of 100. */
const LONGEST_PROFILE_NAME = 50
const LONGEST_FAULT_NAME = 49

const NAME = 'letters, digits, ".", "_" and "-", beginning with a letter or digit'

const name = (description: string, longest: number): JsonSchema => ({
  type: 'string',
  pattern: `^[A-Za-z0-9][A-Za-z0-9._-]{0,${longest - 1}}$`,
  'x-allowed': `a name: ${NAME}, at most ${longest} characters`,
  description,
})

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, maxLength: 2000, description })

const label = (description: string): JsonSchema => ({ type: 'string', minLength: 1, maxLength: 100, description })

export const STAGE_DURATION = ms('How long it lasts.', { min: 1 }) as JsonSchema

const SEED: JsonSchema = {
  type: ['string', 'integer'],
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  pattern: '^[\\x21-\\x7e]{1,64}$',
  'x-allowed': '1 to 64 printable characters without spaces, or a whole number',
  description: 'All chance in the run follows from it. Default: the seed of the daemon.',
}

const SELECTOR = {
  proxy: label('One proxy, by its name.'),
  from: label('All proxies with this label; or, beside upstream, the label of the new one.'),
  to: label('All proxies with this label; or, beside upstream, the label of the new one.'),
}

/** What may be said when a run is started, beside its profile. */
export const START_OPTIONS: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    seed: SEED,
    targets: {
      type: 'object',
      additionalProperties: {
        type: ['string', 'object'],
        minLength: 1,
        minProperties: 1,
        additionalProperties: false,
        properties: SELECTOR,
        'x-allowed': 'the name of a proxy, or labels such as { "to": "db" }',
      },
    },
    share: { type: 'boolean' },
  },
}

const TARGET: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    ...SELECTOR,
    upstream: {
      type: 'string',
      minLength: 1,
      maxLength: 300,
      description: 'Makes a proxy for the run, which forwards to this host:port.',
    },
    listen: {
      type: 'string',
      minLength: 1,
      maxLength: 300,
      default: '127.0.0.1:0',
      description: 'Where the proxy made for the run listens.',
    },
    protocol: {
      type: 'string',
      enum: PROTOCOLS,
      default: 'tcp',
      description: 'What the proxy made for the run speaks.',
    },
  },
  description:
    'What faults may be aimed at: { proxy: name }, { to: label }, { from: label }, or a whole proxy, made for the run.',
}

/**
 * The shape of a profile.
 * @param fault the schema of one fault of a stage, `target` included
 */
export function profileSchema(fault: JsonSchema): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'targets', 'stages'],
    properties: {
      name: name('By which it is started. A file is named after it.', LONGEST_PROFILE_NAME),
      description: text('What goes wrong in it, and what that shows.'),
      watch: text('What to look at while it runs.'),
      seed: SEED,
      targets: {
        type: 'object',
        minProperties: 1,
        maxProperties: 100,
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' },
        additionalProperties: TARGET,
        description: 'What its faults are aimed at, by a name of their own.',
      },
      stages: {
        type: 'array',
        minItems: 1,
        maxItems: 200,
        description: 'One after another. Only the faults of the present stage are attached.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['name', 'duration'],
          properties: {
            name: name('Unique in the profile.', 100),
            duration: STAGE_DURATION,
            faults: {
              type: 'array',
              maxItems: 100,
              items: fault,
              description: 'What is done to the traffic. None: it is left alone.',
            },
          },
        },
      },
    },
  }
}

const TARGET_NAME = label('A target of the profile.')

const FAULT_NAME = name(
  'Default: <kind>_<stream>. A fault of the same name, kind and stream in the next stage goes on.',
  LONGEST_FAULT_NAME,
)

/** Any fault of a stage, kind by kind: for editors. */
export function aimedFaultSchema(): JsonSchema {
  const branches = catalogue.list().map((kind) => {
    const branch = kindBranchSchema(kind)
    const properties = branch['properties'] as Readonly<Record<string, JsonSchema>>
    const required = branch['required'] as readonly string[]
    return {
      ...branch,
      required: ['target', ...required],
      properties: { ...properties, target: true },
    }
  })
  return {
    type: 'object',
    required: ['target', 'kind'],
    properties: { ...OF_EVERY_KIND, target: TARGET_NAME, name: FAULT_NAME },
    discriminator: { propertyName: 'kind' },
    oneOf: branches,
  }
}

/** A fault is judged by its kind when the rest of the profile is sound; here only where it is aimed. */
export const AIMED: JsonSchema = {
  type: 'object',
  required: ['target', 'kind'],
  properties: { target: TARGET_NAME, kind: label('The kind of fault.'), name: FAULT_NAME },
}
