import type * as api from '../../contract/api.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import { ERRORS } from '../../contract/errors.ts'
import { SKIP_REASONS } from '../../contract/model.ts'
import type { ConnectionInfo, Gap } from '../../contract/ports.ts'
import type { FaultView, ProfileView, ProxyView, RunView } from '../../contract/wire.ts'
import { SETTINGS } from '../../faults/fault-schema.ts'

/**
 * What the native API answers, for its OpenAPI document. The compiler holds each shape to the interface it describes;
 * a test holds real answers to the shapes. Not loaded at run time.
 */
type OptionalKey<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? K : never }[keyof T]
type Item<T> = T extends readonly (infer I)[] ? I : never

function shape<T>(description: string, properties: { readonly [K in keyof T]-?: JsonSchema }, optional: { readonly [K in OptionalKey<T>]: true }): JsonSchema {
  const required = Object.keys(properties).filter((name) => !(name in optional))
  return { type: 'object', description, additionalProperties: false, required, properties }
}

const text = (description: string): JsonSchema => ({ type: 'string', description })
const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description })
const amount = (description: string): JsonSchema => ({ type: 'number', minimum: 0, description })
const flag = (description: string): JsonSchema => ({ type: 'boolean', description })
const oneOf = (description: string, values: readonly string[]): JsonSchema => ({ type: 'string', enum: values, description })
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
const ref = (name: string): JsonSchema => ({ $ref: `${name}#` })
const object = (description: string): JsonSchema => ({ type: 'object', additionalProperties: true, description })
const mapOf = (values: JsonSchema, description: string): JsonSchema => ({ type: 'object', additionalProperties: values, description })

const STREAMS = ['upstream', 'downstream']
const NAMES = listOf({ type: 'string' })
const revision = count('Rises with every change of desired state.')
const touched = count('Open connections that the change concerned.')
const seed = text('What all chance follows from.')
const fidelity = oneOf('How near it comes to the real thing on this platform.', ['exact', 'emulated', 'unsupported'])
const owner = text('config, api, or run:<id>.')
const problem = shape<Item<NonNullable<api.ProblemView['problems']>>>('One thing that is wrong.', {
  pointer: text('JSON pointer into the body, or ?name for a query parameter.'),
  message: text('What was found, and what is allowed.'),
}, {})
const stage = shape<Item<RunView['stages']>>('A stage.', {
  name: text('Name of the stage.'),
  duration_ms: amount('How long it lasts.'),
  faults: count('How many faults it attaches.'),
}, {})

const faultProperties = {
  name: text('Unique on the proxy.'),
  kind: text('Its kind; see /v1/kinds.'),
  stream: oneOf('The direction it acts on.', STREAMS),
  toxicity: SETTINGS.toxicity,
  attributes: object('Complete, in base units.'),
  trigger: SETTINGS.trigger,
  match: SETTINGS.match,
  key: SETTINGS.key,
  applies_to: SETTINGS.applies_to,
  enabled: SETTINGS.enabled,
  dry_run: SETTINGS.dry_run,
  owner,
  active: flag('Enabled, and within its window now.'),
  fidelity,
  seen: count('How often it was asked: applied and skipped together.'),
  applied: count('How often it applied.'),
  skipped: { type: 'object', description: 'How often it did not, by reason.', additionalProperties: false, required: SKIP_REASONS,
    properties: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, count(`Skipped: ${reason}.`)])) },
  limited: count('Delays made longer by a limit on held bytes.'),
}
const faultOptional = { stream: true, trigger: true, match: true, key: true } as const

const proxyProperties = {
  name: text('Name of the proxy.'),
  listen: text('The address it is bound to.'),
  upstream: text('Where it forwards to.'),
  protocol: oneOf('What it understands of the traffic.', ['tcp']),
  from: text('The service that calls.'),
  to: text('The service that is called.'),
  enabled: flag('Whether it is to listen.'),
  state: oneOf('What its listener does.', ['listening', 'disabled', 'refused', 'stalled', 'listen_failed']),
  error: text('Why it does not listen.'),
  owner,
  revision,
  connections: shape<ProxyView['connections']>('Its connections.', {
    open: count('Open now.'), total: count('Since it was created or reset.'), limited: count('Refused by a limit.'),
  }, {}),
  bytes: shape<ProxyView['bytes']>('Bytes passed on.', { upstream: count('To the upstream.'), downstream: count('To clients.') }, {}),
  held_bytes: count('Bytes that faults hold now.'),
  faults: listOf(ref('FaultView')),
}
const proxyOptional = { from: true, to: true, error: true } as const

export const SHAPES = {
  FaultView: shape<FaultView>('A fault and what it did.', faultProperties, faultOptional),
  FaultChanged: shape<api.FaultChanged>('A fault after a change.', { ...faultProperties, touched }, faultOptional),
  FaultList: shape<api.FaultList>('Faults.', { faults: listOf(ref('FaultView')) }, {}),
  ProxyView: shape<ProxyView>('A proxy with its faults.', proxyProperties, proxyOptional),
  ProxyChanged: shape<api.ProxyChanged>('A proxy after a change.', { ...proxyProperties, touched }, proxyOptional),
  ProxyList: shape<api.ProxyList>('Proxies.', { proxies: listOf(ref('ProxyView')), revision }, {}),
  Removed: shape<api.Removed>('What was removed.', { removed: text('Its name.'), touched }, {}),
  ConfigView: shape<api.ConfigView>('Desired state.', { proxies: mapOf(object('As PUT takes it.'), 'Proxies by name.'), revision }, {}),
  ConfigChanged: shape<api.ConfigChanged>('What a config changed, or would.', {
    dry_run: flag('Whether nothing was done.'),
    created: NAMES,
    updated: listOf(shape<Item<api.ConfigChanged['updated']>>('A proxy that differs.', { name: text('Its name.'), changes: NAMES }, {})),
    removed: NAMES,
    unchanged: NAMES,
    revision,
  }, {}),
  KindView: shape<api.KindView>('A kind of fault.', {
    kind: text('Its name.'),
    layer: oneOf('What it acts on.', ['connection', 'stream']),
    summary: text('What it does, in a sentence.'),
    notes: text('More, as Markdown.'),
    has_stream: flag('Takes a stream.'),
    bytes: oneOf('What it does to bytes.', ['kept', 'changed', 'lost']),
    on_detach: oneOf('What removing it does to connections on which it lost bytes.', ['release', 'close']),
    fidelity,
    attributes: object('JSON Schema; x-unit names the base unit where a text such as "250ms" may be written too.'),
    examples: listOf(shape<Item<api.KindView['examples']>>('An example.', { title: text('What it stands for.'), attributes: object('Its attributes.') }, {})),
  }, { notes: true, bytes: true, on_detach: true }),
  KindList: shape<api.KindList>('The catalogue.', { kinds: listOf(ref('KindView')) }, {}),
  ConnectionInfo: shape<ConnectionInfo>('An open connection.', {
    id: text('Unique in this life of the daemon.'),
    proxy: text('Its proxy.'),
    ordinal: count('Its number on that proxy, from 1.'),
    client: text('Address of the client.'),
    upstream: text('Address of the upstream.'),
    state: oneOf('How far it is.', ['accepting', 'dialling', 'open', 'closing']),
    age_ms: amount('Since it was accepted.'),
    idle_ms: amount('Since a byte last passed.'),
    bytes_upstream: count('Bytes passed to the upstream.'),
    bytes_downstream: count('Bytes passed to the client.'),
    held_bytes: count('Bytes that faults hold.'),
    paused_ms: shape<ConnectionInfo['paused_ms']>('How long each source was left unread.', { upstream: amount('The client.'), downstream: amount('The upstream.') }, {}),
    faults: NAMES,
  }, {}),
  ConnectionList: shape<api.ConnectionList>('Open connections.', { connections: listOf(ref('ConnectionInfo')), total: count('How many there are.') }, {}),
  ConnectionsKilled: shape<api.ConnectionsKilled>('What was closed.', { closed: count('How many.'), how: oneOf('How.', ['fin', 'rst']) }, {}),
  EventPage: shape<api.EventPage>('Events of the journal.', {
    events: listOf({ ...object('An event.'), required: ['id', 'at', 'mono', 'type'] }),
    gap: shape<Gap>('Events that are no longer there.', { from: count('First.'), to: count('Last.') }, {}),
    next: text('The `since` to go on from.'),
  }, { gap: true }),
  ProfileView: shape<ProfileView>('A profile.', {
    name: text('Its name.'),
    description: text('What it is for.'),
    watch: text('What to look at while it runs.'),
    source: oneOf('Where it comes from.', ['shipped', 'user']),
    seed,
    targets: NAMES,
    duration_ms: amount('All stages together.'),
    stages: listOf(stage),
    problems: listOf(problem),
  }, { watch: true, seed: true, problems: true }),
  ProfileList: shape<api.ProfileList>('Profiles.', { profiles: listOf(ref('ProfileView')) }, {}),
  RunView: shape<RunView>('A run.', {
    id: text('Its id.'),
    profile: text('Name of its profile.'),
    seed,
    status: oneOf('How it stands.', ['running', 'completed', 'failed', 'stopped', 'aborted', 'inconclusive']),
    started_at: text('ISO 8601.'),
    ended_at: text('ISO 8601.'),
    stage: shape<NonNullable<RunView['stage']>>('The stage it is in.', {
      name: text('Its name.'), index: count('From 0.'), of: count('How many there are.'), elapsed_ms: amount('Since it began.'), duration_ms: amount('How long it lasts.'),
    }, {}),
    stages: listOf(stage),
    healed: flag('Whether nothing of the run is left.'),
    detail: text('Why it ended as it did.'),
    faults: listOf(shape<Item<RunView['faults']>>('What a fault of the run did.', {
      stage: text('Its stage.'), proxy: text('Its proxy.'), fault: text('Its name.'), kind: text('Its kind.'), seen: count('How often it was asked.'),
      applied: count('How often it applied.'), asked_ms_mean: amount('Mean delay asked for.'), achieved_ms_mean: amount('Mean delay achieved.'),
    }, { asked_ms_mean: true, achieved_ms_mean: true })),
  }, { ended_at: true, stage: true, healed: true, detail: true }),
  RunList: shape<api.RunList>('Runs.', { runs: listOf(ref('RunView')) }, {}),
  ResetDone: shape<api.ResetDone>('What a reset did.', {
    proxies: count('Proxies, all enabled now.'), faults_removed: count('Faults removed.'), runs_aborted: count('Runs ended.'), revision,
  }, {}),
  InfoView: shape<api.InfoView>('About the daemon.', {
    version: text('Of faultline.'),
    toxiproxy_version: text('Of the Toxiproxy API.'),
    boot_id: text('Of this life of the daemon; event ids begin with it.'),
    started_at: text('ISO 8601.'),
    uptime_ms: count('Since it started.'),
    node: text('Version of Node.'),
    platform: text('Operating system.'),
    seed,
    revision,
    proxies: count('How many there are.'),
    runs_live: count('Runs going on.'),
    connections: shape<api.InfoView['connections']>('Over all proxies.', { open: count('Open.'), limit: count('At most.') }, {}),
    held_bytes: shape<api.InfoView['held_bytes']>('Over all connections.', { now: count('Held.'), limit: count('At most.') }, {}),
  }, {}),
  HealthView: shape<api.HealthView>('Health.', { status: oneOf('In a word.', ['ok', 'not_ready']), waiting_for: NAMES }, { waiting_for: true }),
  VersionView: shape<{ readonly version: string }>('The Toxiproxy version.', { version: text('Without a v.') }, {}),
  ProblemView: shape<api.ProblemView>('What is wrong (RFC 9457).', {
    type: text('A URN with the code.'),
    title: text('What the code means.'),
    status: count('HTTP status.'),
    code: oneOf('To tell errors apart by.', Object.keys(ERRORS)),
    detail: text('What was attempted, what was found and what is allowed.'),
    pointer: text('JSON pointer into the body, or ?name for a query parameter.'),
    remedy: text('What to do.'),
    problems: listOf(problem),
    request_id: text('Also in the log, and in x-request-id.'),
  }, { pointer: true, problems: true }),
} as const

export type ShapeName = keyof typeof SHAPES
