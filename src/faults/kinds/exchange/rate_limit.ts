import { choice, closed, flag, integer, ms, optional } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { ExchangeContext, HeaderList } from '../../../contract/exchange.ts'
import { valueOf } from '../../message.ts'
import { fieldName } from '../../message-attributes.ts'
import { look, newQuotas, spend } from '../../quota.ts'
import type { Quotas, Standing } from '../../quota.ts'

interface Attributes {
  readonly limit: number
  readonly window: number
  readonly algorithm: 'fixed_window' | 'token_bucket'
  readonly status: number
  readonly key: 'proxy' | 'client' | 'header'
  readonly header: string | undefined
  readonly retry_after: boolean
  readonly fields: 'ratelimit' | 'x_ratelimit' | 'none'
  readonly max_keys: number
}

const PREFIX = { ratelimit: 'ratelimit', x_ratelimit: 'x-ratelimit', none: '' } as const

export default exchangeFault<Attributes, Quotas>({
  kind: 'rate_limit',
  summary: 'Let only so many requests through in a time, and answer 429 to the others.',
  notes: [
    '`fixed_window`: `limit` requests in each `window`, which begins with the first request of a key. `token_bucket`: a bucket of `limit` tokens that fills evenly in one `window`; a request takes one.',
    'Answers, those of the upstream included, carry `RateLimit-Limit`, `-Remaining` and `-Reset` (seconds until all of it is there again); what is refused also `Retry-After`, in whole seconds, one at the least.',
    'Only requests that the fault applies to are counted. Requests without the header share one count. Above `max_keys` the key that was seen longest ago is forgotten, and begins anew.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    limit: integer('Requests let through in one window. 0: none.', { max: 1_000_000_000, default: 10 }),
    window: ms('Length of the window.', { min: 1, default: 1000 }),
    algorithm: choice('How they are counted.', ['fixed_window', 'token_bucket'], { default: 'fixed_window' }),
    status: integer('Status of a refusal.', { min: 400, max: 599, default: 429 }),
    key: choice('Who shares a count: all, a client address, or a value of the header.', ['proxy', 'client', 'header'], {
      default: 'proxy',
    }),
    header: optional(fieldName('The header field by which is counted (key header).')),
    retry_after: flag('Say when to come again.', { default: true }),
    fields: choice('Names of the fields that tell the quota.', ['ratelimit', 'x_ratelimit', 'none'], {
      default: 'ratelimit',
    }),
    max_keys: integer('Keys remembered at most.', { min: 1, max: 100_000, default: 10_000 }),
  }),
  examples: [
    { title: 'A partner that takes ten requests a second', attributes: { limit: 10, window: '1s' } },
    {
      title: 'A quota for each API key',
      attributes: { limit: 100, window: '1m', algorithm: 'token_bucket', key: 'header', header: 'x-api-key' },
    },
    {
      title: 'A limit that does not say when to come again',
      attributes: { limit: 2, window: '10s', key: 'client', retry_after: false, fields: 'none' },
    },
  ],
  check({ key, header }) {
    if (key === 'header' && header === undefined) return 'key header needs header, such as {"header": "x-api-key"}'
    if (key !== 'header' && header !== undefined)
      return `header means nothing with key ${key}; leave it out or use key header`
    return undefined
  },
  state: newQuotas,
  request(context) {
    const { attributes, state, now } = context
    const standing = spend(state, keyOf(context), attributes, now)
    if (standing.granted) return { do: 'go' }
    const body = `${attributes.status}: refused by faultline (rate_limit)\n`
    const retry: HeaderList = attributes.retry_after ? [['retry-after', seconds(standing.retry)]] : []
    const headers: HeaderList = [['content-type', 'text/plain; charset=utf-8'], ...retry, ...told(attributes, standing)]
    return { do: 'answer', status: attributes.status, headers, body: Buffer.from(body) }
  },
  response(context) {
    const { attributes, state, now } = context
    if (attributes.fields === 'none') return { do: 'go' }
    return { do: 'change', headers: { set: told(attributes, look(state, keyOf(context), attributes, now)) } }
  },
})

function keyOf({ attributes: { key, header = '' }, exchange, request }: ExchangeContext<Attributes, Quotas>): string {
  if (key === 'client') return exchange.client
  return key === 'header' ? (valueOf(request.headers, header.toLowerCase()) ?? '') : ''
}

const seconds = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1000)))

function told({ fields, limit }: Attributes, { remaining, reset }: Standing): HeaderList {
  const prefix = PREFIX[fields]
  if (prefix === '') return []
  return [
    [`${prefix}-limit`, String(limit)],
    [`${prefix}-remaining`, String(remaining)],
    [`${prefix}-reset`, String(Math.ceil(reset / 1000))],
  ]
}
