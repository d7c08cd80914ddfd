import type * as api from '../../contract/api.ts'
import { SKIP_REASONS } from '../../contract/model.ts'
import { EXCHANGE_ORIGINS } from '../../contract/exchange-counts.ts'
import { IDLE_REASONS } from '../../contract/explain.ts'
import type { Explanation } from '../../contract/explain.ts'
import type { UnableFault } from '../../contract/events.ts'
import type { ExchangeView } from '../../contract/wire.ts'
import { NO_KIND, WISH_REFUSALS } from '../../contract/wishes.ts'
import type { RefusedWish } from '../../contract/wishes.ts'
import type { Har } from './har.ts'
import { NAMES, amount, count, flag, listOf, object, oneOf, ref, shape, text } from './shape-parts.ts'
import type { Item } from './shape-parts.ts'

const HEADERS = listOf({ ...listOf({ type: 'string' }), description: 'Name and value.', minItems: 2, maxItems: 2 })

/** What is answered about HTTP exchanges. */
export const EXCHANGE_SHAPES = {
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
      unable_faults: listOf(
        shape<UnableFault>(
          'A fault that was to act and could not.',
          { fault: text('Its name.'), reason: oneOf('As it is counted.', SKIP_REASONS), detail: text('Why.') },
          {},
        ),
      ),
      refused_faults: listOf(
        shape<RefusedWish>(
          'A fault that the request asked for and was not given.',
          {
            kind: text(`Its kind; ${NO_KIND} where that is not known.`),
            reason: oneOf('Why not.', [...WISH_REFUSALS, 'limit', 'too_late']),
            detail: text('What was asked for, and what is allowed.'),
          },
          {},
        ),
      ),
      request_headers: HEADERS,
      response_headers: HEADERS,
    },
    { status: true, sent_ms: true, first_ms: true, unable_faults: true, refused_faults: true, response_headers: true },
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
            ends: flag('It ends the exchange before the upstream is asked.'),
          },
          { reason: true, condition: true, count: true, draw: true, ends: true },
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
} as const
