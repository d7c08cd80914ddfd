import { bytes as size, closed, us } from '../../../contract/attributes.ts'
import type { Effect, Effects } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'
import type { Random } from '../../../contract/kind.ts'
import { releaseNow } from '../../release.ts'

interface Attributes {
  readonly average_size: number
  readonly size_variation: number
  readonly delay: number
}

interface State {
  /** When the last slice has had its delay. */
  free: number
}

/** Hold no more slices than this before reading on: a slice of one byte costs far more memory than a byte. */
const SLICES = 64
const WHOLE_CHUNK = 65_536
const REFILL_MS = 50

/** Where to cut `length` bytes: halves, moved by a draw, until a slice is near the average. Ends of slices, in order. */
function cuts(length: number, { average_size, size_variation }: Attributes, offset: number, random: Random): number[] {
  const ends: number[] = []
  // A stack of its own, and a cut always inside the range: no depth and no draw can make it endless.
  const stack = [length]
  let from = 0
  for (let to = stack.at(-1); to !== undefined; to = stack.at(-1)) {
    const size = to - from
    if (average_size === 0 || size <= 1 || size - average_size <= size_variation) {
      ends.push(to)
      from = to
      stack.pop()
      continue
    }
    const spread = size_variation === 0 ? 0 : (random.at(offset + from, `cut.${size}`) * 2 - 1) * size_variation
    stack.push(Math.min(to - 1, Math.max(from + 1, Math.floor(from + size / 2 + spread))))
  }
  return ends
}

function wait({ average_size }: Attributes, state: State, now: number, held: number): Effects {
  if (held <= SLICES * (average_size === 0 ? WHOLE_CHUNK : average_size))
    return [{ do: 'resume' }, { do: 'wake', at: Infinity }]
  return [{ do: 'pause' }, { do: 'wake', at: Math.max(now + 1, state.free - REFILL_MS) }]
}

export default streamFault<Attributes, State>({
  kind: 'slicer',
  summary: 'Cut the stream into small writes, with a pause after each.',
  notes: [
    'Each chunk is halved, the cut moved by a draw of up to `size_variation`, until a slice is not longer than `average_size` + `size_variation`; slices are therefore between half the average and that, one byte at the least.',
    '`delay` counts microseconds and follows every slice, the last one included. Slices go out in writes of their own even when it is 0.',
    'With `average_size` 0 chunks stay whole. A writer that is faster than the slices leave is held back. A change of the attributes lets go of what is held.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  fidelity: 'exact',
  attributes: closed({
    average_size: size('Size of a slice on average. 0 leaves chunks whole.', { default: 0 }),
    size_variation: size('Most that the size may differ from the average.', { default: 0 }),
    delay: us('Pause after each slice.', { default: 0 }),
  }),
  examples: [
    { title: 'Replies that come in crumbs', attributes: { average_size: 64, size_variation: 32, delay: '10ms' } },
    { title: 'Many small segments, no delay', attributes: { average_size: '1KiB' } },
  ],
  state: () => ({ free: 0 }),
  open({ state }) {
    state.free = 0
    return []
  },
  chunk({ attributes, state, random, offset, now, heldBytes }, { bytes, at }) {
    const effects: Effect[] = []
    const delay = attributes.delay / 1000
    let due = Math.max(state.free, at)
    let from = 0
    for (const to of cuts(bytes.length, attributes, offset, random)) {
      effects.push({ do: 'send', bytes: bytes.subarray(from, to), at: due, apart: attributes.average_size > 0 })
      from = to
      due += delay
    }
    state.free = due
    // What leaves in this turn is not held.
    const waiting = effects.length > 1 || due > now ? heldBytes + bytes.length : heldBytes
    for (const effect of wait(attributes, state, now, waiting)) effects.push(effect)
    return effects
  },
  wake: ({ attributes, state, now, heldBytes }) => wait(attributes, state, now, heldBytes),
  update({ state, now }, _before, held) {
    state.free = now
    return [...releaseNow(held, now), { do: 'wake', at: Infinity }, { do: 'resume' }]
  },
})
