import { bytes as size, choice, closed, optional } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import { NO_BODY, lengthOf, mayHaveBody } from '../../message.ts'

interface Attributes {
  readonly how: 'rst' | 'fin'
  readonly at: 'before_upstream' | 'after_upstream' | 'after_bytes'
  readonly bytes: number | undefined
}

interface State {
  done: boolean
}

export default exchangeFault<Attributes, undefined, State>({
  kind: 'http_reset',
  summary: 'Reset or close the caller’s connection instead of answering, or in the middle of the answer.',
  notes: [
    '`after_bytes` passes the head and so many bytes of the body, as they stand on the wire (encoded, without chunk framing). A body that is shorter passes whole; one that is exactly as long is cut behind its last byte.',
    'The RST goes out when the bytes before it have left for the kernel, a second later at most. It makes the caller’s kernel throw away what was not read yet, so a reset after some bytes may be seen as one after fewer.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    how: choice('Reset, or close with FIN.', ['rst', 'fin'], { default: 'rst' }),
    at: choice(
      'before_upstream: it never hears of the request. after_upstream: when it has answered. after_bytes: in the body of the answer.',
      ['before_upstream', 'after_upstream', 'after_bytes'],
      { default: 'before_upstream' },
    ),
    bytes: optional(size('Bytes of the body that pass first (after_bytes).')),
  }),
  examples: [
    { title: 'The peer resets', attributes: {} },
    {
      title: 'An empty reply: closed without a word after the work was done',
      attributes: { how: 'fin', at: 'after_upstream' },
    },
    { title: 'A download that breaks off', attributes: { at: 'after_bytes', bytes: '64KiB' } },
  ],
  check({ at, bytes }) {
    if (at === 'after_bytes' && bytes === undefined) return 'at after_bytes needs bytes, such as {"bytes": "1KiB"}'
    if (at !== 'after_bytes' && bytes !== undefined)
      return `bytes means nothing at ${at}; leave it out or use at after_bytes`
    return undefined
  },
  takesAll: ({ at }) => at === 'before_upstream',
  request: ({ attributes: { at, how } }) => (at === 'before_upstream' ? { do: 'cut', how } : { do: 'go' }),
  response: ({ attributes: { at, how } }) => (at === 'after_upstream' ? { do: 'cut', how } : { do: 'go' }),
  body: {
    begin({ attributes: { at, bytes = 0 }, request, response, responseBody }) {
      if (at !== 'after_bytes') return undefined
      if (!mayHaveBody(request, response)) return NO_BODY
      const length = responseBody?.length ?? lengthOf(response.headers) ?? Infinity
      return length < bytes ? tooShort(bytes) : { state: { done: false }, length: 'kept' }
    },
    unmet: ({ bytes = 0 }, { done }) => (done ? undefined : tooShort(bytes)),
    chunk({ attributes: { bytes: limit = 0, how }, state, offset }, { bytes, at }) {
      const left = Math.max(0, limit - offset)
      if (bytes.length < left) return [{ do: 'send', bytes, at }]
      const effects: Effect[] = []
      if (left > 0) effects.push({ do: 'send', bytes: bytes.subarray(0, left), at })
      if (left < bytes.length) effects.push({ do: 'drop', bytes: bytes.length - left })
      if (!state.done) effects.push({ do: 'close', at, how })
      state.done = true
      return effects
    },
    end({ attributes: { bytes: limit = 0, how }, state, offset }, { at }) {
      if (state.done) return []
      if (offset < limit) return [{ do: 'end', at }]
      state.done = true
      return [{ do: 'close', at, how }]
    },
  },
})

const tooShort = (bytes: number): string => `the body has fewer bytes than ${bytes}`
