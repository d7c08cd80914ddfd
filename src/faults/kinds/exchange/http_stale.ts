import { bytes as size, choice, closed, integer, ms } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { RequestHead, ResponseContext, ResponseHead } from '../../../contract/exchange.ts'
import { keep, newShelf, take } from '../../answer-shelf.ts'
import type { Shelf } from '../../answer-shelf.ts'
import { isEventStream, valueOf, withoutFraming } from '../../message.ts'

interface Attributes {
  readonly mode: 'frozen' | 'behind'
  readonly age: number
  readonly entries: number
  readonly memory: number
}

/** What makes one request the same as another, besides method, host and target: who asks, and for which form. */
const SAME = ['host', 'authorization', 'cookie', 'accept', 'accept-encoding', 'accept-language', 'range']

export default exchangeFault<Attributes, Shelf>({
  kind: 'http_stale',
  summary: 'Serve an earlier answer to the same request again.',
  notes: [
    'Requests are the same when method, target, `Host`, `Authorization`, `Cookie`, `Accept`, `Accept-Encoding`, `Accept-Language` and `Range` are. Only answers to GET and HEAD with a status from 200 to 299 are kept, no event streams, and only those that this fault acted on, up to `limits.body_for_faults` each.',
    '`frozen`: the first answer is kept and served for `age`, and the upstream is not asked again until then. `behind`: the upstream is asked, and the answer before this one is served, if it is not older than `age`.',
    'The oldest are forgotten when there are more than `entries`, or more than `memory` bytes of them.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    mode: choice('Serve the first answer again and again, or always the one before.', ['frozen', 'behind'], {
      default: 'frozen',
    }),
    age: ms('How old an answer may be that is served.', { min: 1, default: 60_000 }),
    entries: integer('Answers kept at most.', { min: 1, max: 10_000, default: 1000 }),
    memory: size('Bytes of answers kept at most.', { min: 1024, max: 67_108_864, default: 8_388_608 }),
  }),
  examples: [
    { title: 'A cache that does not notice the change', attributes: { age: '30s' } },
    { title: 'A read replica that lags one write behind', attributes: { mode: 'behind' } },
  ],
  state: newShelf,
  wants: (_attributes, head) => ({ response: head === undefined || keepable(head) }),
  request({ attributes: { mode, age }, state, request, now }) {
    if (mode !== 'frozen' || !safe(request)) return { do: 'go' }
    const reply = take(state, keyOf(request), now - age)
    return reply === undefined ? { do: 'go' } : { do: 'answer', ...reply }
  },
  response(context) {
    const { attributes, state, request, response, responseBody, now } = context
    if (!safe(request) || !keepable(response) || responseBody === undefined) return { do: 'go' }
    const key = keyOf(request)
    const before = take(state, key, now - attributes.age)
    // Of two that were under way at once the first is the frozen one.
    if (attributes.mode === 'frozen' && before !== undefined) return { do: 'answer', ...before }
    keep(state, { key, at: now, reply: replyOf(context) }, attributes)
    return before === undefined ? { do: 'go' } : { do: 'answer', ...before }
  },
})

const safe = ({ method }: RequestHead): boolean => method === 'GET' || method === 'HEAD'

/** A stream of events may never end, so it cannot be kept whole. */
const keepable = ({ status, headers }: ResponseHead): boolean =>
  status >= 200 && status <= 299 && !isEventStream(headers)

const keyOf = ({ method, target, headers }: RequestHead): string =>
  JSON.stringify([method, target, ...SAME.map((name) => valueOf(headers, name) ?? null)])

function replyOf({ response, responseBody }: ResponseContext<Attributes, Shelf>): Parameters<typeof keep>[1]['reply'] {
  const { status, reason, headers } = response
  return {
    status,
    reason,
    headers: withoutFraming(headers),
    ...(responseBody === undefined ? {} : { body: responseBody }),
  }
}
