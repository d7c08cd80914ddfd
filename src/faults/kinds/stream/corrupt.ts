import { closed, fraction } from '../../../contract/attributes.ts'
import { streamFault } from '../../../contract/kind.ts'
import type { StreamContext } from '../../../contract/kind.ts'
import { sequence } from '../../../kernel/sequence.ts'

interface Attributes {
  readonly rate: number
}

/** The places to hit in one block of the stream, kept because a block may come in many chunks. */
interface State {
  block: number
  rate: number
  /** Offsets within the block, rising. */
  places: number[]
  /** What to flip there. */
  masks: number[]
}

/** Each block has one keyed draw, from which all in it follows: so any place can be reached without those before it. */
const BLOCK = 1024

/** Draws how far it is to the next hit instead of asking byte for byte. */
function enter({ attributes: { rate }, state, random }: StreamContext<Attributes, State>, block: number): void {
  if (state.block === block && state.rate === rate) return
  state.block = block
  state.rate = rate
  state.places = []
  state.masks = []
  if (rate === 0) return
  const next = sequence(random.at(block, 'block'))
  const miss = Math.log1p(-rate)
  for (let place = 0; ; place++) {
    if (rate < 1) place += Math.floor(Math.log1p(-next()) / miss)
    if (!(place < BLOCK)) return
    state.places.push(place)
    state.masks.push(1 << Math.floor(next() * 8))
  }
}

export default streamFault<Attributes, State>({
  kind: 'corrupt',
  summary: 'Flip single bits in some of the bytes.',
  notes: [
    'Each byte is hit with probability `rate`, and then one of its eight bits is flipped. Which bytes and bits depends on the seed, the connection and the offset in the stream alone, not on how the stream was cut.',
    'Real networks have checksums against this; it stands for broken memory, middleboxes and storage, and for what a parser must survive.',
  ].join('\n'),
  bytes: 'changed',
  cutIndependent: true,
  fidelity: 'exact',
  attributes: closed({
    rate: fraction('Share of bytes that are hit, 0 to 1.', { default: 0.001 }),
  }),
  examples: [
    { title: 'One byte in ten thousand', attributes: { rate: 0.0001 } },
    { title: 'Noise', attributes: { rate: 0.1 } },
  ],
  state: () => ({ block: -1, rate: 0, places: [], masks: [] }),
  chunk(context, { bytes, at }) {
    const { offset, state } = context
    let out: Uint8Array | undefined
    const last = Math.floor((offset + bytes.length - 1) / BLOCK)
    for (let block = Math.floor(offset / BLOCK); block <= last; block++) {
      enter(context, block)
      for (let i = 0; i < state.places.length; i++) {
        const index = block * BLOCK + (state.places[i] ?? 0) - offset
        if (index < 0 || index >= bytes.length) continue
        // The input is the reader's: it is copied before the first change, and only then.
        out ??= new Uint8Array(bytes)
        out[index] = (out[index] ?? 0) ^ (state.masks[i] ?? 0)
      }
    }
    return [{ do: 'send', bytes: out ?? bytes, at }]
  },
})
