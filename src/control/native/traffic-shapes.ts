import type * as api from '../../contract/api.ts'
import { PROTOCOLS, SKIP_REASONS } from '../../contract/model.ts'
import { EXCHANGE_ORIGINS } from '../../contract/exchange-counts.ts'
import { IDLE_REASONS } from '../../contract/explain.ts'
import type { Explanation } from '../../contract/explain.ts'
import { LANES } from '../../contract/ports.ts'
import type { ConnectionInfo } from '../../contract/ports.ts'
import type { ExchangeView, FaultView, ProxyView } from '../../contract/wire.ts'
import { SETTINGS } from '../../faults/fault-schema.ts'
import type { Har } from './har.ts'
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
  active: flag('Enabled, and within its window now.'),
  fidelity,
  seen: count('How often it was asked: applied and skipped together.'),
  applied: count('How often it applied.'),
  skipped: {
    type: 'object',
    description: 'How often it did not, by reason.',
    additionalProperties: false,
    required: SKIP_REASONS,
    properties: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, count(`Skipped: ${reason}.`)])),
  },
  limited: count('Delays made longer by a limit on held bytes.'),
}
const HEADERS = listOf({ ...listOf({ type: 'string' }), description: 'Name and value.', minItems: 2, maxItems: 2 })
const faultOptional = { stream: true, trigger: true, match: true, key: true, one_of: true } as const

const proxyProperties = {
  name: text('Name of the proxy.'),
  listen: text('The address it is bound to.'),
  upstream: text('Where it forwards to.'),
  protocol: oneOf('What it understands of the traffic.', PROTOCOLS),
  evidence_header: flag('Whether responses name the faults that acted.'),
  from: text('The service that calls.'),
  to: text('The service that is called.'),
  enabled: flag('Whether it is to listen.'),
  state: oneOf('What its listener does.', ['listening', 'disabled', 'refused', 'stalled', 'listen_failed']),
  error: text('Why it does not listen.'),
  owner,
  revision,
  connections: shape<ProxyView['connections']>(
    'Its connections.',
    {
      open: count('Open now.'),
      total: count('Since it was created or reset.'),
      limited: count('Refused by a limit.'),
    },
    {},
  ),
  bytes: shape<ProxyView['bytes']>(
    'Bytes passed on.',
    { upstream: count('To the upstream.'), downstream: count('To clients.') },
    {},
  ),
  held_bytes: count('Bytes that faults hold now.'),
  faults: listOf(ref('FaultView')),
}
const proxyOptional = { from: true, to: true, error: true } as const

/** What is answered about proxies, faults, kinds and connections. */
export const TRAFFIC_SHAPES = {
  FaultView: shape<FaultView>('A fault and what it did.', faultProperties, faultOptional),
  FaultChanged: shape<api.FaultChanged>('A fault after a change.', { ...faultProperties, touched }, faultOptional),
  FaultList: shape<api.FaultList>('Faults.', { faults: listOf(ref('FaultView')) }, {}),
  ProxyView: shape<ProxyView>('A proxy with its faults.', proxyProperties, proxyOptional),
  ProxyChanged: shape<api.ProxyChanged>('A proxy after a change.', { ...proxyProperties, touched }, proxyOptional),
  ProxyList: shape<api.ProxyList>('Proxies.', { proxies: listOf(ref('ProxyView')), revision }, {}),
  Removed: shape<api.Removed>('What was removed.', { removed: text('Its name.'), touched }, {}),
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
      layer: oneOf('What it acts on.', ['connection', 'exchange', 'stream']),
      summary: text('What it does, in a sentence.'),
      notes: text('More, as Markdown.'),
      has_stream: flag('Takes a stream.'),
      bytes: oneOf('What it does to bytes.', ['kept', 'changed', 'lost']),
      on_detach: oneOf('What removing it does to connections on which it lost bytes.', ['release', 'close']),
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
    { notes: true, bytes: true, on_detach: true },
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
  ExchangeView: shape<ExchangeView>(
    'An exchange: a request and what became of it.',
    {
      at: text('When its head came, ISO 8601.'),
      proxy: text('Its proxy.'),
      exchange: text('x and its number on that proxy.'),
      connection: text('Id of its connection.'),
      ordinal: count('Number of the connection on that proxy.'),
      client: text('Address of the client, without the port.'),
      lane: oneOf('Where it was seen: the wire lane looks, the exchange lane acts.', ['wire', 'exchange']),
      method: text('As in the request.'),
      target: text('Path and query, as in the request.'),
      status: count('What the caller was answered.'),
      origin: oneOf('Who answered, or is the reason that nobody did or not in full.', EXCHANGE_ORIGINS),
      complete: flag('The caller was given a whole answer.'),
      sent_ms: amount('From its head to: going upstream.'),
      first_ms: amount("From its head to: the head of the upstream's answer."),
      total_ms: amount('From its head to: the end.'),
      injected_ms: amount('How long faults made its heads wait.'),
      request_bytes: count('Of the body.'),
      response_bytes: count('Of the body.'),
      faults: NAMES,
      request_headers: HEADERS,
      response_headers: HEADERS,
    },
    { status: true, sent_ms: true, first_ms: true, response_headers: true },
  ),
  ExchangeList: shape<api.ExchangeList>(
    'Exchanges, latest first.',
    { exchanges: listOf(ref('ExchangeView')), total: count('How many fit.') },
    {},
  ),
  Explanation: shape<Explanation>(
    'What faults would do with a request.',
    {
      proxy: text('The proxy.'),
      ordinal: count('Number that the next exchange gets.'),
      faults: listOf(
        shape<Item<Explanation['faults']>>(
          'What a fault would do.',
          {
            fault: text('Its name.'),
            kind: text('Its kind.'),
            layer: oneOf('What it acts on.', ['connection', 'exchange', 'stream']),
            acts: flag('Whether it would act.'),
            reason: oneOf('Why it would not.', IDLE_REASONS),
            why: text('The reason in words.'),
            condition: text('The first condition of its match that does not hold.'),
            count: count('Which one this is of those that match.'),
            draw: amount('From 0 to below 1; it acts below the toxicity.'),
          },
          { reason: true, condition: true, count: true, draw: true },
        ),
      ),
    },
    {},
  ),
  Har: shape<Har>(
    'HAR 1.2, without bodies.',
    { log: { ...object('The log.'), required: ['version', 'creator', 'entries'] } },
    {},
  ),
  ConnectionsKilled: shape<api.ConnectionsKilled>(
    'What was closed.',
    { closed: count('How many.'), how: oneOf('How.', ['fin', 'rst']) },
    {},
  ),
} as const
