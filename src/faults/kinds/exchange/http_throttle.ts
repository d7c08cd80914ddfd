import { bytes as size, closed, ms, optional } from '../../../contract/attributes.ts'
import type { Effect, Effects } from '../../../contract/effects.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import { NO_BODY, mayHaveBody } from '../../message.ts'
import { backpressure, pace, take } from '../../pacing.ts'
import type { Pace } from '../../pacing.ts'

interface Attributes {
  readonly rate: number | undefined
  readonly chunk_size: number | undefined
  readonly gap: number | undefined
}

interface State {
  readonly pace: Pace
  /** When the next piece may leave. */
  next: number
  /** Bytes that still belong to the piece before it. */
  room: number
}

/** A piece costs far more memory than its bytes: read on only when few are waiting. */
const PIECES = 64
const MOST_HELD = 1_048_576
const REFILL_MS = 50

export default exchangeFault<Attributes, undefined, State>({
  kind: 'http_throttle',
  summary: 'Let the body of an answer come slowly, others on the same connection not.',
  notes: [
    'Either `rate`, in bytes per second, paid out evenly without a burst; or pieces of `chunk_size` with a `gap` between each and the next, which also cuts what the upstream sent in one go. The head is not slowed down.',
    'An upstream that is faster is held back. Each piece of a chunked answer is a chunk of its own.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    rate: optional(size('Bytes per second.', { min: 1, max: 1e12 })),
    chunk_size: optional(size('Bytes of one piece.', { min: 1, max: 1_048_576 })),
    gap: optional(ms('Time from one piece to the next.', { min: 1, max: 3_600_000 })),
  }),
  examples: [
    { title: 'A slow download', attributes: { rate: '32KiB' } },
    { title: 'An answer that dribbles', attributes: { chunk_size: 16, gap: '250ms' } },
  ],
  check({ rate, chunk_size, gap }) {
    if (rate !== undefined && (chunk_size !== undefined || gap !== undefined))
      return 'rate excludes chunk_size and gap; give rate alone, or the other two'
    if (rate !== undefined || (chunk_size !== undefined && gap !== undefined)) return undefined
    return 'either rate, such as {"rate": "32KiB"}, or both chunk_size and gap must be given'
  },
  body: {
    begin({ attributes: { rate = 0 }, request, response, now }) {
      if (!mayHaveBody(request, response)) return NO_BODY
      return { state: { pace: pace(rate / 1000), next: now, room: 0 }, length: 'kept' }
    },
    chunk({ attributes: { rate, chunk_size = 1, gap = 1 }, state, now, heldBytes }, { bytes, at }) {
      const effects: Effect[] = []
      if (rate !== undefined) {
        take(state.pace, bytes, at, effects)
        backpressure(state.pace, now, heldBytes + bytes.length, effects)
        return effects
      }
      for (let from = 0; from < bytes.length;) {
        if (state.room === 0) {
          state.next = Math.max(state.next, at) + gap
          state.room = chunk_size
        }
        const piece = bytes.subarray(from, from + state.room)
        effects.push({ do: 'send', bytes: piece, at: Math.max(at, state.next - gap), apart: true })
        state.room -= piece.length
        from += piece.length
      }
      return [...effects, ...hold(state, chunk_size, now, heldBytes + bytes.length)]
    },
    wake({ attributes: { rate, chunk_size = 1 }, state, now, heldBytes }) {
      return rate === undefined ? hold(state, chunk_size, now, heldBytes) : [{ do: 'resume' }]
    },
  },
})

function hold({ next }: State, chunkSize: number, now: number, held: number): Effects {
  if (held <= Math.min(MOST_HELD, PIECES * chunkSize) || next <= now)
    return [{ do: 'resume' }, { do: 'wake', at: Infinity }]
  return [{ do: 'pause' }, { do: 'wake', at: Math.max(now + 1, next - REFILL_MS) }]
}
