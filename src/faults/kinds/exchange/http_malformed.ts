import { bytes as size, choice, closed } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { Cut, ResponseHead } from '../../../contract/exchange.ts'
import { malform, MALFORMATIONS, needsBody } from '../../malformations.ts'
import type { Malformation } from '../../malformations.ts'
import { isEventStream } from '../../message.ts'
import { cut, phase } from '../../message-attributes.ts'
import type { Phase } from '../../message-attributes.ts'

interface Attributes {
  readonly mode: Malformation
  readonly phase: Phase
  readonly size: number
  readonly then: Cut
}

/** What is spoilt where the upstream was never asked. */
const STAND_IN: ResponseHead = { status: 200, reason: 'OK', headers: [['content-type', 'text/plain; charset=utf-8']] }
const STAND_IN_BODY = Buffer.from('answered by faultline (http_malformed), not by the upstream\n')

export default exchangeFault<Attributes>({
  kind: 'http_malformed',
  summary: 'Answer with bytes that are not well-formed HTTP, or contradict themselves.',
  notes: [
    '| mode | the answer |',
    '|---|---|',
    '| `bad_chunk_size` | half the body as a chunk, then a chunk whose size is no number |',
    '| `length_too_long` | `Content-Length` says `size` bytes more than come |',
    '| `length_too_short` | `Content-Length` leaves out the last half of the body, which stands behind the message |',
    '| `garbage` | `size` bytes of noise, from the first on |',
    '| `garbage_body` | the head, then `size` bytes of noise where the first chunk belongs |',
    '| `invalid_gzip` | says `Content-Encoding: gzip`, and the stream does not decode |',
    '| `oversized_headers` | one more field, `x-faultline-padding`, of `size` bytes |',
    '| `duplicate_headers` | each field twice, `Content-Length` with two values |',
    '| `broken_status_line` | a status line without a valid status |',
    '',
    'Of the upstream’s answer the head and body are kept as far as the mode allows; the modes that need its body skip one above `limits.body_for_faults`. `invalid_gzip` and `oversized_headers` are framed correctly, so the connection lives on; the others cut it.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    mode: choice('What is wrong.', MALFORMATIONS, { default: 'bad_chunk_size' }),
    phase: phase('What is spoilt: an answer of our own, or the upstream’s.', 'after_upstream'),
    size: size('How much noise, padding or missing length.', { min: 1, max: 1_048_576, default: 65_536 }),
    then: cut('What comes behind the bytes.', 'fin'),
  }),
  examples: [
    { title: 'Chunks that cannot be read', attributes: {} },
    {
      title: 'The caller waits for bytes that never come',
      attributes: { mode: 'length_too_long', size: 100, then: 'stall' },
    },
    { title: 'Noise, then a close', attributes: { mode: 'garbage', phase: 'before_upstream', size: 512 } },
    { title: 'A head larger than most parsers take', attributes: { mode: 'oversized_headers', size: '128KiB' } },
  ],
  // A stream of events may never end; a body of our own stands in for it.
  wants: ({ mode, phase }, head) => ({
    response: phase === 'after_upstream' && needsBody(mode) && !(head !== undefined && isEventStream(head.headers)),
  }),
  takesAll: ({ phase }) => phase === 'before_upstream',
  request({ attributes, random }) {
    if (attributes.phase !== 'before_upstream') return { do: 'go' }
    const answer = malform(attributes, { ...STAND_IN, body: STAND_IN_BODY }, random)
    if (answer.do === 'raw') return answer
    const headers = [...STAND_IN.headers, ...answer.set]
    return { do: 'answer', status: STAND_IN.status, headers, body: answer.body ?? STAND_IN_BODY }
  },
  response({ attributes, response, responseBody, random }) {
    if (attributes.phase !== 'after_upstream') return { do: 'go' }
    const answer = malform(attributes, { ...response, body: responseBody ?? STAND_IN_BODY }, random)
    if (answer.do === 'raw') return answer
    return { do: 'change', headers: { set: answer.set }, ...(answer.body === undefined ? {} : { body: answer.body }) }
  },
})
