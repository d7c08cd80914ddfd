import { closed, integer, list, optional } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { RequestAnswer } from '../../../contract/exchange.ts'
import { field, headerList, phase, refuseFraming, text } from '../../message-attributes.ts'
import type { Field, Phase } from '../../message-attributes.ts'

interface Attributes {
  readonly status: number
  readonly body: string | undefined
  readonly headers: readonly Field[]
  readonly phase: Phase
}

export default exchangeFault<Attributes>({
  kind: 'http_abort',
  summary: 'Answer with a status of our own instead of the upstream’s.',
  notes: [
    'Without a `body` a line of text says where the answer comes from. A body without a `content-type` among the `headers` is `application/json` when it is JSON, else `text/plain`; lengths are set for you.',
    'With `after_upstream` the work was done and only the answer differs: the test for retries that are not idempotent.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    status: integer('Status of the answer.', { min: 200, max: 599, default: 503 }),
    body: optional(text('Body of the answer, as text.', 65_536)),
    headers: list('Header fields of the answer.', field, { max: 50, default: [] as readonly Field[] }),
    phase: phase('When it answers.', 'before_upstream'),
  }),
  examples: [
    { title: 'The service is overloaded', attributes: { status: 503, headers: [{ name: 'retry-after', value: '5' }] } },
    { title: 'An error in the shape of the API', attributes: { status: 402, body: '{"error":"card_declined"}' } },
    { title: 'The work was done, the answer says otherwise', attributes: { status: 500, phase: 'after_upstream' } },
  ],
  check({ status, body, headers }) {
    if (bodiless(status) && body !== undefined && body !== '')
      return `body cannot be sent with status ${status}, which never has one; leave it out or choose another status`
    return refuseFraming(
      'headers',
      headers.map(({ name }) => name),
    )
  },
  takesAll: ({ phase: when }) => when === 'before_upstream',
  request: ({ attributes }) => (attributes.phase === 'before_upstream' ? abort(attributes) : { do: 'go' }),
  response: ({ attributes }) => (attributes.phase === 'after_upstream' ? abort(attributes) : { do: 'go' }),
})

/** RFC 9110, 15.3.5, 15.3.6 and 15.4.5. */
const bodiless = (status: number): boolean => status === 204 || status === 205 || status === 304

function abort({ status, body, headers }: Attributes): RequestAnswer & { do: 'answer' } {
  if (bodiless(status)) return { do: 'answer', status, headers: headerList(headers) }
  const told = body ?? `${status}: answered by faultline (http_abort), not by the upstream\n`
  const typed = headers.some(({ name }) => name.toLowerCase() === 'content-type')
  const type = typed || told === '' ? [] : [['content-type', typeOf(told)] as const]
  return { do: 'answer', status, headers: [...type, ...headerList(headers)], body: Buffer.from(told) }
}

function typeOf(body: string): string {
  try {
    if (/^\s*[[{]/.test(body)) JSON.parse(body)
    return /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain; charset=utf-8'
  } catch {
    return 'text/plain; charset=utf-8'
  }
}
