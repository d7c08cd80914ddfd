import { PROTOCOLS } from '../contract/model.ts'
import { closed, flag, integer, ms } from '../contract/attributes.ts'
import type { JsonSchema } from '../contract/attributes.ts'
import { catalogue } from '../faults/catalogue.ts'
import { OF_EVERY_KIND, kindBranchSchema } from '../faults/fault-schema.ts'
import { ROLLBACK, STEADY_STATE, STOP_WHEN } from './checks/check-schema.ts'
import { MATRIX, PARAMETERS, SET_PARAMETERS } from './parameters.ts'
import { RAMP } from './ramp-schema.ts'
import { WAIT_FOR } from './wait-schema.ts'
import { HOST_FAULT, hostStage } from './host/host-stage.ts'
import { STAGE_PARTITION } from './partitions/partition-schema.ts'
import { SEED } from './seed-schema.ts'

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

/** Stages of a run, repeated ones as often as they are repeated. */
export const MOST_STAGES = 10_000

/** Where a stage's times stand, with their units. */
export const STAGE_TIMES = {
  duration: ms('How long it lasts.', { min: 1 }) as JsonSchema,
  jitter: ms('Most that its end, and each edge of its pulse, is off, either way; drawn from the seed.', {
    min: 1,
  }) as JsonSchema,
  pulse: {
    ...closed({
      on: ms('How long its faults act.', { min: 10 }),
      off: ms('How long they then rest.', { min: 10 }),
    }),
    description: 'Its faults act and rest in turn, beginning with acting. They stay attached, and keep their counts.',
  } as JsonSchema,
}

export const MAX_DURATION = ms('A run ends then, whatever it is doing. Default: the setting runs.max_duration.', {
  min: 1,
}) as JsonSchema

const REPEAT: JsonSchema = integer('How often in a row.', { min: 1, max: MOST_STAGES, default: 1 })

const SELECTOR = {
  proxy: label('One proxy, by its name.'),
  from: label('All proxies with this label; or, beside upstream, the label of the new one.'),
  to: label('All proxies with this label; or, beside upstream, the label of the new one.'),
  plane: label('The Toxiproxy server that it lives on, by its name in the settings. Alone: all proxies there.'),
  allow_unseeded: flag('Toxicities between 0 and 1 will do on that plane, though no seed decides them.', {
    default: false,
  }),
}

/** How long the owner of a run may be silent. */
export const RUN_TTL = ms(
  'The run ends unless it is renewed within this time, again and again. Default: it need not be.',
  {
    min: 1000,
    max: 3_600_000,
  },
) as JsonSchema

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
    parameters: SET_PARAMETERS,
    share: { type: 'boolean' },
    dry_run: { type: 'boolean' },
    ttl: RUN_TTL,
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
    'What faults may be aimed at: { proxy: name }, { to: label }, { from: label }, { plane: name, proxy: name }, or a whole proxy, made for the run.',
}

/**
 * The shape of a profile.
 * @param fault the schema of one fault of a stage, `target` included
 * @param hostFault that of one fault on the machine
 */
export function profileSchema(fault: JsonSchema, hostFault = HOST_FAULT): JsonSchema {
  const stage = stageSchema(fault, hostFault)
  return {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'stages'],
    properties: {
      name: name('By which it is started. A file is named after it.', LONGEST_PROFILE_NAME),
      description: text('What goes wrong in it, and what that shows.'),
      watch: text('What to look at while it runs.'),
      seed: SEED,
      max_duration: MAX_DURATION,
      parameters: PARAMETERS,
      matrix: MATRIX,
      targets: {
        type: 'object',
        maxProperties: 100,
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' },
        additionalProperties: TARGET,
        description: 'What its faults are aimed at, by a name of their own. A profile of partitions alone needs none.',
      },
      rollback: ROLLBACK,
      steady_state: STEADY_STATE,
      stop_when: STOP_WHEN,
      stages: {
        type: 'array',
        minItems: 1,
        maxItems: MOST_STAGES,
        description: 'One after another. Only the faults of the present stage are attached.',
        items: {
          ...stage,
          required: ['name'],
          properties: { ...(stage['properties'] as JsonSchema), parallel: lanes(stage) },
        },
      },
    },
  }
}

function stageSchema(fault: JsonSchema, hostFault: JsonSchema): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'duration'],
    properties: {
      name: name('Unique in the profile.', 100),
      ...STAGE_TIMES,
      repeat: REPEAT,
      wait_for: WAIT_FOR,
      partition: STAGE_PARTITION,
      host: hostStage(hostFault),
      faults: {
        type: 'array',
        maxItems: 100,
        items: fault,
        description: 'What is done to the traffic. None: it is left alone.',
      },
    },
  }
}

const lanes = (stage: JsonSchema): JsonSchema => ({
  type: 'array',
  minItems: 1,
  maxItems: 50,
  description: 'Lanes of stages, side by side, in the place of a duration and faults. It ends when all have ended.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'stages'],
    properties: {
      name: name('Unique among the lanes.', 100),
      stages: {
        type: 'array',
        minItems: 1,
        maxItems: MOST_STAGES,
        items: stage,
        description: 'One after another, within the lane.',
      },
    },
  },
})

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
      properties: { ...properties, attributes: rampable(properties['attributes'] ?? {}), target: true },
    }
  })
  return {
    type: 'object',
    required: ['target', 'kind'],
    properties: {
      ...OF_EVERY_KIND,
      toxicity: orRamp(OF_EVERY_KIND['toxicity'] ?? {}),
      target: TARGET_NAME,
      name: FAULT_NAME,
    },
    discriminator: { propertyName: 'kind' },
    oneOf: branches,
  }
}

/** In the place of every number a ramp may stand. */
const orRamp = (number: JsonSchema): JsonSchema => ({ anyOf: [number, { $ref: '#/definitions/ramp' }] })

function rampable(attributes: JsonSchema): JsonSchema {
  const properties = Object.entries(attributes['properties'] as Readonly<Record<string, JsonSchema>>)
  return {
    ...attributes,
    properties: Object.fromEntries(
      properties.map(([field, one]) => {
        const types = [one['type']].flat()
        return [field, types.includes('integer') || types.includes('number') ? orRamp(one) : one]
      }),
    ),
  }
}

/** What the editors' schemas point at. */
export const EDITOR_DEFINITIONS: Readonly<Record<string, JsonSchema>> = { ramp: RAMP }

/** A fault is judged by its kind when the rest of the profile is sound; here only where it is aimed. */
export const AIMED: JsonSchema = {
  type: 'object',
  required: ['target', 'kind'],
  properties: { target: TARGET_NAME, kind: label('The kind of fault.'), name: FAULT_NAME },
}
