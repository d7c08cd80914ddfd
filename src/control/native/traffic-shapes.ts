import type * as api from '../../contract/api.ts'
import { PROTOCOLS, SKIP_REASONS } from '../../contract/model.ts'
import { LANES } from '../../contract/ports.ts'
import type { ConnectionInfo } from '../../contract/ports.ts'
import type { FaultView, ProxyView } from '../../contract/wire.ts'
import { SETTINGS } from '../../faults/fault-schema.ts'
import { REQUEST_FAULTS } from '../../faults/request-faults.ts'
import {
  NAMES,
  amount,
  count,
  fidelity,
  flag,
  listOf,
  mapOf,
  object,
  oneOf,
  orNull,
  ref,
  revision,
  shape,
  text,
} from './shape-parts.ts'
import type { Item } from './shape-parts.ts'

const STREAMS = ['upstream', 'downstream']
const touched = count('Open connections that the change concerned.')
const owner = text('config, api, or run:<id>.')
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
  one_of: SETTINGS.one_of,
  owner,
  active: orNull(flag('Enabled, and within its window now; on a Toxiproxy server: there when it was read last.')),
  fidelity: orNull(fidelity),
  seen: orNull(count('How often it was asked: applied and skipped together.')),
  applied: orNull(count('How often it applied.')),
  skipped: {
    type: ['object', 'null'],
    description: 'How often it did not, by reason.',
    additionalProperties: false,
    required: SKIP_REASONS,
    properties: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, count(`Skipped: ${reason}.`)])),
  },
  limited: orNull(count('Delays made longer by a limit on held bytes.')),
  evidence: orNull({
    ...NAMES,
    description: 'Ids of the connections and exchanges on which it acted last; at most 10.',
  }),
}
const faultOptional = { stream: true, trigger: true, match: true, key: true, one_of: true } as const

const proxyProperties = {
  name: text('Name of the proxy. On another plane: the name of the plane, a colon, and its name there.'),
  plane: text('The Toxiproxy server that it lives on, where it does. Such a one tells no counts: they are null.'),
  listen: text('The address it is bound to.'),
  upstream: text('Where it forwards to.'),
  protocol: oneOf('What it understands of the traffic.', PROTOCOLS),
  evidence_header: flag('Whether responses name the faults that acted.'),
  request_faults: { ...REQUEST_FAULTS, required: ['kinds', 'toxicity', 'max_active'] },
  from: text('The service that calls.'),
  to: text('The service that is called.'),
  enabled: flag('Whether it is to listen.'),
  state: oneOf('What its listener does.', [
    'listening',
    'disabled',
    'refused',
    'stalled',
    'listen_failed',
    'unreachable',
  ]),
  error: text('Why it does not listen.'),
  owner,
  revision,
  connections: shape<ProxyView['connections']>(
    'Its connections.',
    {
      open: orNull(count('Open now.')),
      total: orNull(count('Since it was created or reset.')),
      limited: orNull(count('Refused by a limit.')),
    },
    {},
  ),
  bytes: shape<ProxyView['bytes']>(
    'Bytes passed on.',
    { upstream: orNull(count('To the upstream.')), downstream: orNull(count('To clients.')) },
    {},
  ),
  held_bytes: orNull(count('Bytes that faults hold now.')),
  shared: shape<NonNullable<ProxyView['shared']>>(
    'It stands for the listener of this name in the default scope.',
    { clients: NAMES },
    {},
  ),
  scope_marks: shape<NonNullable<ProxyView['scope_marks']>>(
    'Requests by the scope that their heads name; only where scopes share the listener.',
    {
      known: count('Of an open scope.'),
      unknown: count('Of none that is open.'),
      disagreeing: count('Of several at once.'),
    },
    {},
  ),
  faults: listOf(ref('FaultView')),
}
const proxyOptional = {
  plane: true,
  request_faults: true,
  shared: true,
  scope_marks: true,
  from: true,
  to: true,
  error: true,
} as const

/** What is answered about proxies, faults, kinds and connections. */
export const TRAFFIC_SHAPES = {
  FaultView: shape<FaultView>('A fault and what it did.', faultProperties, faultOptional),
  FaultChanged: shape<api.FaultChanged>(
    'A fault after a change.',
    { ...faultProperties, touched: orNull(touched) },
    faultOptional,
  ),
  FaultList: shape<api.FaultList>('Faults.', { faults: listOf(ref('FaultView')) }, {}),
  ProxyView: shape<ProxyView>('A proxy with its faults.', proxyProperties, proxyOptional),
  ProxyChanged: shape<api.ProxyChanged>('A proxy after a change.', { ...proxyProperties, touched }, proxyOptional),
  ProxyList: shape<api.ProxyList>('Proxies.', { proxies: listOf(ref('ProxyView')), revision }, {}),
  Removed: shape<api.Removed>('What was removed.', { removed: text('Its name.'), touched: orNull(touched) }, {}),
  ConfigView: shape<api.ConfigView>(
    'Desired state.',
    { proxies: mapOf(object('As PUT takes it.'), 'Proxies by name.'), revision },
    {},
  ),
  ConfigChanged: shape<api.ConfigChanged>(
    'What a config changed, or would.',
    {
      dry_run: flag('Whether nothing was done.'),
      created: NAMES,
      updated: listOf(
        shape<Item<api.ConfigChanged['updated']>>(
          'A proxy that differs.',
          { name: text('Its name.'), changes: NAMES },
          {},
        ),
      ),
      removed: NAMES,
      unchanged: NAMES,
      revision,
    },
    {},
  ),
  KindView: shape<api.KindView>(
    'A kind of fault.',
    {
      kind: text('Its name.'),
      layer: oneOf('What it acts on.', ['connection', 'exchange', 'stream', 'host']),
      summary: text('What it does, in a sentence.'),
      notes: text('More, as Markdown.'),
      has_stream: flag('Takes a stream.'),
      bytes: oneOf('What it does to bytes.', ['kept', 'changed', 'lost']),
      on_detach: oneOf('What removing it does to connections on which it lost bytes.', ['release', 'close']),
      reach: {
        ...listOf(oneOf('A reach.', ['own_cgroup', 'machine', 'filesystem', 'process', 'target'])),
        description: 'What may be short because of it; host kinds only.',
      },
      undo: text('How what it took is given back; host kinds only.'),
      fidelity,
      attributes: object('JSON Schema; x-unit names the base unit where a text such as "250ms" may be written too.'),
      examples: listOf(
        shape<Item<api.KindView['examples']>>(
          'An example.',
          { title: text('What it stands for.'), attributes: object('Its attributes.') },
          {},
        ),
      ),
    },
    { notes: true, bytes: true, on_detach: true, reach: true, undo: true },
  ),
  KindList: shape<api.KindList>('The catalogue.', { kinds: listOf(ref('KindView')) }, {}),
  ConnectionInfo: shape<ConnectionInfo>(
    'An open connection.',
    {
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
      paused_ms: shape<ConnectionInfo['paused_ms']>(
        'How long each source was left unread.',
        { upstream: amount('The client.'), downstream: amount('The upstream.') },
        {},
      ),
      lane: oneOf('What looks at its bytes; only where the protocol is http.', LANES),
      faults: NAMES,
    },
    { lane: true },
  ),
  ConnectionList: shape<api.ConnectionList>(
    'Open connections.',
    { connections: listOf(ref('ConnectionInfo')), total: count('How many there are.') },
    {},
  ),
  ConnectionsKilled: shape<api.ConnectionsKilled>(
    'What was closed.',
    { closed: count('How many.'), how: oneOf('How.', ['fin', 'rst']) },
    {},
  ),
} as const
