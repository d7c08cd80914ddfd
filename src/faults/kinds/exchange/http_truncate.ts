import { bytes as size, choice, closed, number, optional } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { ResponseContext } from '../../../contract/exchange.ts'
import { NO_BODY, isEventStream, lengthOf, mayHaveBody } from '../../message.ts'

interface Attributes {
  readonly bytes: number | undefined
  readonly fraction: number | undefined
  readonly how: 'fin' | 'rst' | 'stall' | 'valid'
}

interface State {
  /** Bytes of the body that pass. */
  readonly keep: number
  done: boolean
}

type Context = Pick<ResponseContext<Attributes, undefined>, 'attributes' | 'response' | 'responseBody'>

export default exchangeFault<Attributes, undefined, State>({
  kind: 'http_truncate',
  summary: 'Cut the body of an answer short.',
  notes: [
    'Bytes are those on the wire, without chunk framing: of a compressed body it is the compressed bytes. The head is as it came, so with `fin` and `rst` the caller can see that something is missing, and with `stall` waits for it.',
    'With `valid` the message itself is whole, only shorter: its length is made to fit, and only its content tells (JSON that breaks off, a gzip stream without an end).',
    'A body that is not longer than what may pass is left alone. A `fraction` needs the length of the whole: an answer without `Content-Length` is read first, up to `limits.body_for_faults`; a larger one, and a stream of events, is skipped.',
    'A RST goes out when the bytes before it have left for the kernel, a second later at most; what the caller has not read by then it may never see.',
    'What a stall holds back is not lost: it goes on when the fault is removed.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    bytes: optional(size('Bytes of the body that pass.')),
    fraction: optional(number('Share of the body that passes, 0 to 1.', { min: 0, max: 1 })),
    how: choice(
      'What comes then. fin: closed. rst: reset. stall: nothing more, with the connection open. valid: the end of a shorter message.',
      ['fin', 'rst', 'stall', 'valid'],
      { default: 'fin' },
    ),
  }),
  examples: [
    { title: 'Half an answer', attributes: { fraction: 0.5 } },
    { title: 'JSON that breaks off, in a message that is whole', attributes: { fraction: 0.9, how: 'valid' } },
    { title: 'A download that stops', attributes: { bytes: '16KiB', how: 'stall' } },
  ],
  check({ bytes, fraction }) {
    if (bytes === undefined && fraction === undefined) return 'one of bytes and fraction must say where to cut'
    return bytes === undefined || fraction === undefined ? undefined : 'bytes and fraction exclude each other; give one'
  },
  wants: ({ fraction }, head) => ({
    response:
      fraction !== undefined &&
      (head === undefined || (lengthOf(head.headers) === undefined && !isEventStream(head.headers))),
  }),
  response: (context) =>
    context.attributes.fraction !== undefined && totalOf(context) === undefined
      ? { do: 'unable', why: 'a stream of events has no length of which a fraction could be taken' }
      : { do: 'go' },
  body: {
    begin(context) {
      const { attributes, request, response } = context
      const total = totalOf(context)
      const keep = attributes.bytes ?? Math.floor((total ?? Number.NaN) * (attributes.fraction ?? 1))
      // Not `keep >= total`: where either is not known there is nothing to compare.
      if (!mayHaveBody(request, response)) return NO_BODY
      if (Number.isNaN(keep)) return undefined
      if (total !== undefined && keep >= total) return tooShort(keep)
      const length = attributes.how !== 'valid' ? 'kept' : total === undefined ? 'unknown' : keep
      return { state: { keep, done: false }, length }
    },
    chunk({ attributes: { how }, state, offset }, { bytes, at }) {
      const left = Math.max(0, state.keep - offset)
      if (bytes.length < left) return [{ do: 'send', bytes, at }]
      const effects: Effect[] = []
      if (left > 0) effects.push({ do: 'send', bytes: bytes.subarray(0, left), at })
      const rest = bytes.subarray(left)
      if (rest.length > 0 && how === 'stall') effects.push({ do: 'send', bytes: rest, at: Infinity })
      else if (rest.length > 0) effects.push({ do: 'drop', bytes: rest.length })
      if (!state.done) effects.push(cutShort(how, at))
      state.done = true
      return effects
    },
    unmet: (_attributes, { keep, done }) => (done ? undefined : tooShort(keep)),
    end({ attributes: { how }, state }, { at }) {
      if (!state.done) return [{ do: 'end', at }]
      return how === 'stall' ? [{ do: 'end', at: Infinity }] : []
    },
  },
})

const totalOf = ({ response, responseBody }: Context): number | undefined =>
  responseBody?.length ?? lengthOf(response.headers)

function cutShort(how: Attributes['how'], at: number): Effect {
  if (how === 'stall') return { do: 'pause' }
  return how === 'valid' ? { do: 'end', at } : { do: 'close', at, how }
}

const tooShort = (keep: number): string => `the body has no more than the ${keep} bytes that may pass`
