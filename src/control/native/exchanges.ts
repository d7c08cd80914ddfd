import { choice, closed, integer } from '../../contract/attributes.ts'
import type { ExchangeList } from '../../contract/api.ts'
import { EXCHANGE_ORIGINS } from '../../contract/exchange-counts.ts'
import type { ExchangeFilter } from '../../contract/ports.ts'
import { harOf } from './har.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { text } from './parameters.ts'
import { shape } from './shape-ref.ts'

interface ExchangeQuery extends ExchangeFilter {
  readonly limit: number
  readonly format: 'json' | 'har'
}

export const exchangeOperations: readonly AnyOperation[] = [
  operation<ExchangeQuery>({
    method: 'GET',
    path: '/v1/exchanges',
    id: 'listExchanges',
    tag: 'exchanges',
    summary: 'HTTP exchanges of late, latest first: who answered, when, and what faults did.',
    notes:
      'As many as the setting journal.exchanges are kept. Values of authorization, proxy-authorization, cookie, set-cookie and of the fields in journal.redact are hidden, and those of query parameters such as token, password or signature and of the ones in journal.redact_query. ' +
      'As HAR they open in the network tab of a browser; bodies are not kept.',
    query: closed({
      proxy: text('Those of this proxy.'),
      connection: text('Those on the connection of this id.'),
      method: text('Those with this method.'),
      path: text('Those whose path fits this glob: * within a segment, ** across segments.'),
      status: text('Those answered with this status (503) or class (5xx), or with none.'),
      origin: {
        ...choice('Those answered, or left without answer, by this side.', EXCHANGE_ORIGINS),
        'x-optional': true,
      },
      fault: text('Those that this fault acted on.'),
      limit: integer('Most that are listed; `total` counts them all.', { default: 100, min: 1, max: 1_000_000 }),
      format: choice('As JSON, or as HAR 1.2.', ['json', 'har'], { default: 'json' }),
    }),
    answers: {
      200: { is: 'The exchanges.', schema: { anyOf: [shape('ExchangeList'), shape('Har')] } },
    },
    errors: ['proxy_not_found'],
    handle({ deps: { exchanges, registry, info }, query: { limit, format, ...filter } }): object {
      // A misspelt proxy is an error, not an empty list.
      if (filter.proxy !== undefined) registry.get(filter.proxy)
      const found: ExchangeList = exchanges.recent(filter, limit)
      return format === 'har' ? harOf(found.exchanges, info.version) : found
    },
  }),
]
