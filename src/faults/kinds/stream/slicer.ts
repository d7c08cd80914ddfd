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

/** Hold no more slices than this before reading on: the writer is to feel that they leave slowly. */
const SLICES = 64
const WHOLE_CHUNK = 65_536
const REFILL_MS = 50

// Crumbs take a draw for each byte or two: their labels are not put together every time.
const LABELS = Array.from({ length: 256 }, (_, size) => `cut.${size}`)

// A call needs them only until it returns, and a cut into crumbs needs room for as many numbers as bytes.
let ends = new Uint32Array(0)
let stack = new Uint32Array(0)

/** Where to cut `length` bytes: halves, moved by a draw, until a slice is near the average. Ends of slices, in order. */
function cuts(length: number, attributes: Attributes, offset: number, random: Random): Uint32Array {
  const { average_size, size_variation } = attributes
  const most = average_size === 0 ? length : Math.max(1, average_size + size_variation)
  if (length <= most) return Uint32Array.of(length)
  if (ends.length < length) [ends, stack] = [new Uint32Array(length), new Uint32Array(length)]
  // A stack of its own, and a cut always inside the range: no depth and no draw can make it endless.
  stack[0] = length
  let count = 0
  let from = 0
  for (let top = 0; top >= 0;) {
    const to = stack[top] as number
    const size = to - from
    if (size <= most) {
      ends[count++] = from = to
      top--
      continue
    }
    let cut = from + size / 2
    if (size_variation > 0) {
      const label = LABELS[size] ?? `cut.${size}`
      cut += (random.at(offset + from, label) * 2 - 1) * size_variation
    }
    stack[++top] = Math.min(to - 1, Math.max(from + 1, Math.floor(cut)))
  }
  return ends.slice(0, count)
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
  toxiproxy: true,
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
    const gap = attributes.delay / 1000
    const due = Math.max(state.free, at)
    const ends = cuts(bytes.length, attributes, offset, random)
    state.free = due + ends.length * gap
    const apart = attributes.average_size > 0
    const send: Effect =
      ends.length > 1 ? { do: 'send', bytes, at: due, apart, ends, gap } : { do: 'send', bytes, at: due, apart }
    // What leaves in this turn is not held.
    const waiting = ends.length > 1 || state.free > now ? heldBytes + bytes.length : heldBytes
    return [send, ...wait(attributes, state, now, waiting)]
  },
  wake: ({ attributes, state, now, heldBytes }) => wait(attributes, state, now, heldBytes),
  onMove: 'keep',
  update({ state, now }, _before, held) {
    state.free = now
    return [...releaseNow(held, now), { do: 'wake', at: Infinity }, { do: 'resume' }]
  },
})
