import { closed, integer } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'
import { backpressure, pace, repace, take, takeBack } from '../../pacing.ts'
import type { Pace } from '../../pacing.ts'

export default streamFault<{ rate: number }, Pace>({
  kind: 'bandwidth',
  summary: 'Let only so many kilobytes through in a second.',
  notes: [
    '1 KB is 1,000 bytes. Bytes leave when they are paid for, in pieces of 10 ms (up to 512 bytes where that is little), so there is no burst at the start and idle time earns no credit.',
    'A writer that is faster than the rate is held back: reading stops once 100 ms worth is waiting.',
    'At rate 0 nothing passes: bytes are held, not lost, and the end waits behind them (an end with nothing before it passes, and so does a reset). Removing the fault or raising the rate lets them go on.',
    'A change of the rate goes on at the new rate with all that is held; it never releases a burst.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  toxiproxy: true,
  fidelity: 'exact',
  attributes: closed({
    rate: integer('Kilobytes (1,000 bytes) per second. 0 blocks.', { default: 0 }),
  }),
  examples: [
    { title: 'A slow mobile link: 1 Mbit/s', attributes: { rate: 125 } },
    { title: 'Blocked, nothing lost', attributes: { rate: 0 } },
  ],
  state: ({ rate }) => pace(rate),
  open({ attributes, state }) {
    Object.assign(state, pace(attributes.rate))
    return []
  },
  chunk({ state, now, heldBytes }, { bytes, at }) {
    const effects: Effect[] = []
    take(state, bytes, at, effects)
    backpressure(state, now, heldBytes + bytes.length, effects)
    return effects
  },
  wake: () => [{ do: 'resume' }],
  update({ attributes, state, now }, _before, held) {
    const effects: Effect[] = []
    repace(state, attributes.rate, now)
    backpressure(state, now, takeBack(state, held, now, effects), effects)
    return effects
  },
})
