import {
  LARGEST_INTEGER,
  bytes,
  choice,
  closed,
  flag,
  fraction,
  integer,
  list,
  ms,
  optional,
} from '../contract/attributes.ts'
import type { Attribute, JsonSchema } from '../contract/attributes.ts'
import type { Kind } from '../contract/kind.ts'
import { PROTOCOLS } from '../contract/model.ts'
import type { BodyMatch, JsonCondition, Key, Match, OneOf, Sighting, SimpleMatch, Trigger } from '../contract/model.ts'
import { catalogue } from './catalogue.ts'
import { REQUEST_FAULTS } from './request-faults.ts'

const text = (description: string, more: JsonSchema): Attribute<string> => ({ type: 'string', ...more, description })

const NAME = {
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
  'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
}

const glob = (description: string): Attribute<string> => text(description, { minLength: 1, maxLength: 1000 })

const globs = (description: string): Attribute<Readonly<Record<string, string>>> => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 50,
  additionalProperties: { type: 'string', minLength: 1, maxLength: 1000 },
  description,
})

const JSON_CONDITION: Attribute<JsonCondition> = {
  type: ['string', 'number', 'boolean', 'null', 'object'],
  maxLength: 200,
  additionalProperties: false,
  minProperties: 1,
  properties: { min: { type: 'number' }, max: { type: 'number' } },
  'x-allowed': 'a glob over the value as text, a number, true, false, null, or bounds such as { min: 100 }',
}

const BODY: Attribute<BodyMatch> = {
  ...closed({
    contains: optional(text('A text that is in it.', { minLength: 1, maxLength: 1000 })),
    regex: optional(
      text('A regular expression that finds something in it; it must be one that runs in linear time.', {
        minLength: 1,
        maxLength: 200,
      }),
    ),
    json: optional<NonNullable<BodyMatch['json']>>({
      type: 'object',
      minProperties: 1,
      maxProperties: 20,
      propertyNames: { minLength: 1, maxLength: 512 },
      additionalProperties: JSON_CONDITION,
      description:
        'Values by their path, `/items/0/price` or `items[0].price`, with `*` for every member: one of them must fit a glob, be this value, or lie within `min` and `max`.',
    }),
  }),
  minProperties: 1,
  description:
    'Conditions on the request body. Up to 64 KiB are held back before the fault is decided; what is larger, comes too slowly or cannot be decoded is skipped as body_not_available.',
}

/** Conditions on clients and heads of requests. */
const HEAD_MATCH = {
  client: optional(
    list(
      'Client addresses, each an IP address or a CIDR range.',
      text('Such as 127.0.0.1 or 10.0.0.0/8.', { minLength: 1, maxLength: 64 }),
      { min: 1, max: 100 },
    ),
  ),
  method: optional(
    list(
      'Request methods.',
      text('Such as GET; case matters.', {
        pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$",
        'x-allowed': 'a method such as GET or POST',
      }),
      { min: 1, max: 50 },
    ),
  ),
  path: optional(glob('A glob over the path, without the query: * within a segment, ** across segments.')),
  path_regex: optional(glob('A regular expression over the path; it must be one that runs in linear time.')),
  host: optional(glob('A glob over the Host field, without its port.')),
  query: optional(globs('Query parameters by name, each a glob over one of its values.')),
  headers: optional(globs('Header fields by name, each a glob over one of its values.')),
}

const SIMPLE_MATCH = { ...HEAD_MATCH, body: optional<BodyMatch>(BODY) }

const TRIGGER = {
  ...closed({
    first: optional(integer('Only the first so many.', { min: 1 })),
    nth: optional(integer('Only the one with this number.', { min: 1 })),
    every: optional(integer('Every n-th, for this n.', { min: 1 })),
    after: optional<Trigger['after']>({
      ...closed({
        count: optional(integer('Only those after the first so many.')),
        time: optional(ms('Only so long after the fault was attached.', { min: 1 })),
        bytes: optional(
          bytes(
            'Only behind so many bytes of what matches: of a stream in its direction, of connections in both, of exchanges their bodies.',
            { min: 1 },
          ),
        ),
        seen: optional<Sighting>({
          ...closed({
            proxy: text('Name of the proxy, in the same scope.', { minLength: 1, maxLength: 100 }),
            match: optional<NonNullable<Sighting['match']>>({
              ...closed(HEAD_MATCH),
              minProperties: 1,
              description: 'Which requests, or on a proxy with protocol tcp which connections. Default: all.',
            }),
            count: optional(integer('How many of them. Default: 1.', { min: 1 })),
          }),
          description:
            'Only after this was seen on a proxy: requests as their heads come in, or connections. What is seen counts from when the fault is attached; time, for and pulse begin then.',
        }),
      }),
      type: ['integer', 'object'],
      minimum: 0,
      maximum: LARGEST_INTEGER,
      minProperties: 1,
      description:
        'Only those after the first so many; as an object, also after so much time, so many bytes, or what was seen on another proxy.',
    }),
    times: optional(integer('At most so many that the fault applied to.', { min: 1 })),
    for: optional(ms('Only for so long after the fault was attached, or after `after.time`.', { min: 1 })),
    pulse: optional<Trigger['pulse']>({
      ...closed({
        on: ms('How long it acts.', { min: 1 }),
        off: ms('How long it then rests.', { min: 1 }),
      }),
      description: 'Acting and resting in turn, from attach or from the end of `after.time`.',
    }),
    per: optional(
      choice("What the counts are of: the fault, each connection, or each value of the fault's key.", [
        'fault',
        'connection',
        'key',
      ]),
    ),
  }),
  minProperties: 1,
  description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
} satisfies Attribute<Trigger>

const simple = (description: string): Attribute<SimpleMatch> => ({
  ...closed(SIMPLE_MATCH),
  minProperties: 1,
  description,
})

const MATCH = {
  ...closed({
    ...SIMPLE_MATCH,
    all: optional(list('Further conditions that must all hold.', simple('Conditions.'), { min: 1, max: 20 })),
    any: optional(list('Conditions of which one must hold.', simple('Conditions.'), { min: 1, max: 20 })),
    not: optional(simple('Conditions that must not all hold.')),
    exclude: optional(
      list('Paths that are left alone, such as health checks, as globs.', glob('Such as /healthz.'), {
        min: 1,
        max: 100,
      }),
    ),
  }),
  minProperties: 1,
  description: 'Which connections or exchanges the fault looks at.',
} satisfies Attribute<Match>

const KEY = {
  ...closed({
    client: optional(choice('The address of the client, without its port.', ['address'])),
    header: optional(text("The value of a request's header field, by its name.", { minLength: 1, maxLength: 256 })),
  }),
  minProperties: 1,
  maxProperties: 1,
  description: 'Makes the draw follow a value instead of the order of arrival.',
} satisfies Attribute<Key>

export const STREAM = choice(
  'Direction: upstream is client to server, downstream is server to client.',
  ['upstream', 'downstream'],
  {
    default: 'downstream',
  },
)

/** What a fault may carry besides its kind, stream and attributes. One list for input, patch and docs. */
export const SETTINGS = {
  toxicity: fraction('Chance that the fault applies to a connection, 0 to 1.', { default: 1 }),
  trigger: optional<Trigger>(TRIGGER),
  match: optional<Match>(MATCH),
  key: optional<Key>(KEY),
  applies_to: choice(
    'Which connections: those opened after the fault was attached, those open before, or both.',
    ['new', 'existing', 'both'],
    {
      default: 'both',
    },
  ),
  enabled: flag('A fault that is not enabled stays attached and does nothing.', { default: true }),
  dry_run: flag('Decide and count, but do nothing.', { default: false }),
  one_of: optional<OneOf>({
    ...closed({
      group: text('Name of the group.', NAME),
      weight: fraction('Share of the units that this fault of the group acts on; those of a group sum to at most 1.'),
    }),
    description:
      'Of all faults of the proxy in the same group at most one acts on a connection or exchange, by one draw. Stands in the place of toxicity, which must then be 1.',
  }),
}

export const FAULT_NAME = text(
  'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
  NAME,
)

/** One kind of fault as people write it. */
export function kindInputSchema(kind: Kind): JsonSchema {
  return {
    type: 'object',
    title: kind.kind,
    description: kind.summary,
    additionalProperties: false,
    required: kind.attributes.required.length > 0 ? ['kind', 'attributes'] : ['kind'],
    properties: {
      name: FAULT_NAME,
      kind: { type: 'string', const: kind.kind },
      ...(kind.layer === 'stream' ? { stream: STREAM } : {}),
      attributes: kind.attributes,
      ...SETTINGS,
    },
  }
}

/** What faults of every kind take: judged once, and not again in the branch of each kind. */
export const OF_EVERY_KIND: Readonly<Record<string, JsonSchema>> = { name: FAULT_NAME, ...SETTINGS }

/** One kind as a branch of any fault: it knows the names of what every fault takes, and leaves the judging to the trunk. */
export function kindBranchSchema(kind: Kind): JsonSchema {
  const whole = kindInputSchema(kind)
  const names = Object.keys(OF_EVERY_KIND).map((name) => [name, true])
  return { ...whole, properties: { ...(whole['properties'] as JsonSchema), ...Object.fromEntries(names) } }
}

/** Any fault: the branch is chosen by `kind`, so an error names the field and not a dozen failed branches. */
export function faultInputSchema(): JsonSchema {
  return {
    type: 'object',
    properties: OF_EVERY_KIND,
    discriminator: { propertyName: 'kind' },
    oneOf: catalogue.list().map(kindBranchSchema),
  }
}

/** A proxy with its faults. */
export function proxyInputSchema(): JsonSchema {
  const address = { minLength: 1, maxLength: 300 }
  return {
    type: 'object',
    description: 'A listener, the upstream it forwards to, and the faults between them.',
    additionalProperties: false,
    required: ['upstream'],
    properties: {
      listen: text('host:port, [ipv6]:port or unix:/path. Port 0 takes a free one.', {
        ...address,
        default: '127.0.0.1:0',
      }),
      upstream: text('host:port, [ipv6]:port or unix:/path.', address),
      protocol: choice('What the proxy understands of the traffic.', PROTOCOLS, { default: 'tcp' }),
      evidence_header: flag(
        'Names the faults that acted on an exchange in its response, as x-faultline-fault. Only for protocol http.',
        { default: false },
      ),
      request_faults: REQUEST_FAULTS,
      from: text('The service that calls.', NAME),
      to: text('The service that is called.', NAME),
      enabled: flag('A proxy that is not enabled does not listen.', { default: true }),
      faults: {
        type: 'array',
        maxItems: 1000,
        items: faultInputSchema(),
        default: [],
        description: 'In the order they act.',
      },
    },
  }
}
