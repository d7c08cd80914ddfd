import { bytes, choice, closed, flag, integer, list, ms, optional } from '../contract/attributes.ts'
import type { Attribute, AttributesSchema, JsonSchema } from '../contract/attributes.ts'
import { PLANE } from './plane-setting.ts'
import type { PlaneSetting } from './plane-setting.ts'

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
  allowed_targets: optional(
    list(
      'Proxies that may be given faults, by names in which * stands for anything. Not set: all.',
      text('A name such as test-* or orders-db.'),
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
  data_dir: optional(
    text(
      'Folder for what must outlive the daemon: journals of runs, records of host faults. It is made when it is not there.',
    ),
  ),
  planes: list(
    'Toxiproxy servers whose proxies may be given faults, each { name, toxiproxy: URL of its API }; in a flag as JSON. They appear here as <name>:<their name there>.',
    { ...PLANE, 'x-allowed': 'a map such as { name: edge, toxiproxy: http://edge:8474 }' } as Attribute<PlaneSetting>,
    { max: 20, default: [] },
  ),
  runtime_metrics: flag("Metrics of the process itself (memory, garbage collection) beside faultline's own.", {
    default: false,
  }),
  watch: flag('Applies the proxies of the config file again whenever it changes.', { default: false }),
  limits: group(
    'What the daemon may take at most.',
    closed({
      connections: computed(
        '(descriptor limit - 256 - limits.event_readers) / 2',
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
      scopes: integer('Scopes of tests open at a time.', { default: 1_000, min: 1, max: 100_000 }),
      event_readers: computed(
        'the lesser of 1000 and an eighth of the descriptor limit',
        integer('Open event streams, those that hold scopes among them.', { min: 1, max: 10_000 }),
      ),
    }),
  ),
  host_faults: group(
    'Faults on the machine itself: processor, memory, disks, processes. They need data_dir as well.',
    closed({
      enabled: flag('Allows them at all.', { default: false }),
      allow: group(
        'The most that they may take, all together unless it says otherwise.',
        closed({
          duration: ms('Longest that one may last.', { default: 600_000, min: 1 }),
          faults: integer('How many at a time.', { default: 8, min: 1, max: 1000 }),
          cpu_workers: integer('Processes that take processor time.', { default: 4, max: 1024 }),
          cpu_load: integer('Percent of a core that each of them may take.', { default: 100, min: 1, max: 100 }),
          memory: bytes('Memory.', { default: 256 * 1024 ** 2 }),
          memory_reserve: bytes('Memory that stays available whatever is asked.', { default: 256 * 1024 ** 2 }),
          disk: bytes('Disk space.', { default: 1024 ** 3 }),
          disk_reserve: bytes('Space of a filesystem that stays free whatever is asked.', { default: 1024 ** 3 }),
          disk_rate: bytes('Bytes a second that are written to disks.', { default: 64 * 1024 ** 2 }),
          connections: integer('Connections that descriptors holds.', { default: 1000, max: 60_000 }),
          folders: list(
            'Folders that may be filled and written to, and those within them. None: no folder.',
            text('An absolute path.'),
            {
              max: 100,
              default: [],
            },
          ),
          targets: list(
            'Addresses that connections may be held to, as host:port patterns where * stands for anything. None: no address.',
            text('A pattern such as db.test:5432 or 127.0.0.1:*.'),
            { max: 1000, default: [] },
          ),
          processes: list(
            'Processes that may be touched: the name of a program, or name=text for those with the text on their command line. None: no process.',
            text('postgres, or orders=/srv/orders/server.js.'),
            { max: 1000, default: [] },
          ),
        }),
      ),
      services: group(
        'Which services stand within the reach of host faults: a fault that names a service outside its reach is refused.',
        closed({
          own_cgroup: list('Services in the control group of the daemon.', text('Name of a service.'), {
            max: 1000,
            default: [],
          }),
          machine: list('Services on the same machine.', text('Name of a service.'), { max: 1000, default: [] }),
          filesystem: list('Services that use the filesystems of the folders allowed.', text('Name of a service.'), {
            max: 1000,
            default: [],
          }),
        }),
      ),
    }),
  ),
  runs: group(
    'What ends a run by itself.',
    closed({
      max_duration: ms('Longest time of a run whose profile does not say (max_duration).', {
        default: 3_600_000,
        min: 1,
      }),
      longest: ms('Longest time of a run, whatever its profile says.', { default: 86_400_000, min: 1 }),
    }),
  ),
  checks: group(
    'What the checks of profiles may do.',
    closed({
      commands: list(
        'Command lines that checks may carry out, matched word by word: * is any text without a slash, ** at the end any further words. None: no command.',
        text('A command line such as pg_isready ** or /opt/checks/*.'),
        { max: 1000, default: [] },
      ),
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
      runs: integer('Journals of ended runs that are kept in data_dir; the oldest go first.', {
        default: 100,
        min: 1,
        max: 1000,
      }),
      run_bytes: bytes('Size of the journal of one run in data_dir. Exchanges may take three quarters of it.', {
        default: 256 * 1024 ** 2,
        min: 64 * 1024,
        max: 64 * 1024 ** 3,
      }),
      redact: optional(
        list(
          'Header fields whose values are never shown, besides authorization, proxy-authorization, cookie and set-cookie.',
          text('Name of a field.'),
          { max: 100 },
        ),
      ),
      redact_query: optional(
        list(
          'Query parameters whose values are never shown, besides those whose names end in token, password, secret, api_key, signature and the like. Case and punctuation of names do not matter.',
          text('Name of a parameter.'),
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
