import { bytes, choice, closed, flag, integer, list, ms, optional } from '../contract/attributes.ts'
import type { Attribute, AttributesSchema, JsonSchema } from '../contract/attributes.ts'

/**
 * Every setting, once. From this come config/default.yaml, its JSON Schema, the FAULTLINE_* names, the flags of
 * `serve`, the table in docs/config.md, and the validation of them all.
 */

const text = (description: string, options: { default?: string; secret?: true } = {}): Attribute<string> => ({
  type: 'string',
  minLength: 1,
  ...(options.default === undefined ? {} : { default: options.default }),
  ...(options.secret === undefined ? {} : { 'x-secret': true }),
  description,
})

/** Not fixed: worked out at start, by the rule that is given in words. */
const computed = <T>(rule: string, attribute: Attribute<T>): Attribute<T | undefined> =>
  optional({ ...attribute, 'x-computed': rule })

/** Settings that belong together. Leaving the group out leaves each at its default. */
const group = <A>(description: string, schema: AttributesSchema<A>): Attribute<A> => ({
  ...schema,
  default: {},
  description,
})

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export const SEED_PATTERN = '^[\\x21-\\x7e]{1,64}$'

export const SETTINGS = closed({
  host: text('Address the control API listens on. Anything but loopback needs a token, or insecure.', {
    default: '127.0.0.1',
  }),
  port: integer('Port of the control API. 0 takes a free one; the ready line says which.', {
    default: 8474,
    max: 65_535,
  }),
  token: optional(
    text('Bearer token that calls to the control API must carry. Not set: none is asked for.', { secret: true }),
  ),
  insecure: flag('Allows binding elsewhere than loopback without a token.', { default: false }),
  toxiproxy_api: choice(
    "Toxiproxy's API at the root: open to all (its clients cannot send a token), only with the token, or off.",
    ['open', 'token', 'off'],
    { default: 'open' },
  ),
  allowed_hosts: optional(
    list(
      'Host names by which the control API may be called. Not set: on loopback only loopback names, elsewhere any.',
      text('A host name, without its port.'),
      { max: 100 },
    ),
  ),
  allowed_upstreams: optional(
    list(
      'Upstreams that proxies may forward to, as host:port patterns where * stands for anything. Not set: all.',
      text('A pattern such as db.test:5432, *.test:* or unix:/run/*.'),
      { max: 1000 },
    ),
  ),
  seed: computed('drawn at random', {
    type: ['string', 'integer'],
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    pattern: SEED_PATTERN,
    'x-allowed': '1 to 64 printable characters without spaces, quoted where they are a number above 9007199254740991',
    description: 'All chance follows from it: the same seed gives the same decisions. Printed at start.',
  } as Attribute<string>),
  log_level: choice('How much is logged. LOG_LEVEL is understood too, with the words of Toxiproxy.', LOG_LEVELS, {
    default: 'info',
  }),
  profiles: optional(text('Folder of your own chaos profiles, beside those that are shipped.')),
  runtime_metrics: flag("Metrics of the process itself (memory, garbage collection) beside faultline's own.", {
    default: false,
  }),
  watch: flag('Applies the proxies of the config file again whenever it changes.', { default: false }),
  limits: group(
    'What the daemon may take at most.',
    closed({
      connections: computed(
        '(descriptor limit - 256) / 2',
        integer('Open connections over all proxies; one more is reset and counted.', { min: 1, max: 10_000_000 }),
      ),
      connections_per_proxy: computed(
        'as limits.connections',
        integer('Open connections of one proxy.', { min: 1, max: 10_000_000 }),
      ),
      held_bytes_per_link: bytes(
        'Bytes that faults may hold in one direction of a connection; above it the source is not read.',
        {
          default: 32 * 1024 ** 2,
          min: 1,
        },
      ),
      held_bytes_total: computed(
        'the lesser of 512MiB and a quarter of memory',
        bytes('Bytes that faults may hold over all connections.', { min: 1 }),
      ),
      dial: ms('Time to look up and connect to an upstream.', { default: 10_000, min: 1 }),
      proxies: integer('Proxies.', { default: 10_000, min: 1, max: 100_000 }),
      faults_per_proxy: integer('Faults on one proxy.', { default: 1_000, min: 1, max: 100_000 }),
      body: bytes('Size of a request to the control API.', { default: 16 * 1024 ** 2, min: 1024, max: 1024 ** 3 }),
      requests: integer('Requests a second to the control API, with bursts of as many; 0 sets no limit.', {
        default: 10_000,
        max: 1_000_000,
      }),
      event_readers: integer('Open event streams.', { default: 100, min: 1, max: 10_000 }),
    }),
  ),
  journal: group(
    'The live record of what happened.',
    closed({
      events: integer('Events kept; the oldest go first.', { default: 65_536, min: 16, max: 10_000_000 }),
      bytes: bytes('Size of the events kept.', { default: 32 * 1024 ** 2, min: 4096, max: 8 * 1024 ** 3 }),
      rate: integer('Events about single exchanges kept in a second; more are counted only.', {
        default: 5000,
        max: 1_000_000,
      }),
      exchanges: integer('Exchanges kept with their heads, for GET /v1/exchanges; 0 keeps none.', {
        default: 1000,
        max: 1_000_000,
      }),
      redact: optional(
        list(
          'Header fields whose values are never shown, besides authorization, proxy-authorization, cookie and set-cookie.',
          text('Name of a field.'),
          { max: 100 },
        ),
      ),
    }),
  ),
})

type Typed<S> = S extends AttributesSchema<infer A> ? A : never

/** Settings in effect: complete but for those worked out at start. */
export type Settings = Readonly<Typed<typeof SETTINGS>>

/** One setting that holds a value (a group does not), with its names on every surface. */
export interface Setting {
  /** limits.held_bytes_total */
  readonly path: string
  /** FAULTLINE_LIMITS_HELD_BYTES_TOTAL */
  readonly env: string
  /** limits-held-bytes-total, without the dashes before it */
  readonly flag: string
  readonly schema: JsonSchema
}

export const isGroup = (schema: JsonSchema): boolean => schema['type'] === 'object'

/** The settings of a group by their names. */
export const settingsIn = (group: JsonSchema): readonly (readonly [string, JsonSchema])[] =>
  Object.entries(group['properties'] as Readonly<Record<string, JsonSchema>>)

function* flatten(schema: JsonSchema, prefix: string): Generator<Setting> {
  for (const [name, child] of settingsIn(schema)) {
    const path = prefix + name
    if (isGroup(child)) yield* flatten(child, `${path}.`)
    else {
      const words = path.replaceAll('.', '_')
      yield { path, env: `FAULTLINE_${words.toUpperCase()}`, flag: words.replaceAll('_', '-'), schema: child }
    }
  }
}

export const SETTING_LIST: readonly Setting[] = [...flatten(SETTINGS, '')]
