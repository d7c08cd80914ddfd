import { choice, closed } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { NOTHING } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'
import { keepHolding } from '../../release.ts'

interface State {
  ended: boolean
  reset: boolean
}

export default streamFault<{ mode: 'discard' | 'stall' }, State>({
  kind: 'blackhole',
  summary: 'Let nothing pass: no byte, no end, no reset.',
  notes: [
    '`discard` reads on and throws everything away; removing the fault closes the connections on which bytes were lost. `stall` reads no more, so that the writer feels its buffers fill; removing the fault lets everything go on.',
    'The end or a reset of the source does not reach the other side until the fault is removed. (A source that is not read shows neither before its bytes are read.)',
    'Unlike a cut cable, the kernel still acknowledges what it took in; that is why its fidelity is `emulated`.',
  ].join('\n'),
  bytes: 'lost',
  cutIndependent: true,
  onDetach: 'close',
  fidelity: 'emulated',
  attributes: closed({
    mode: choice('What becomes of the bytes: thrown away, or left with the writer.', ['discard', 'stall'], {
      default: 'discard',
    }),
  }),
  examples: [
    { title: 'Everything is swallowed', attributes: { mode: 'discard' } },
    { title: 'Everything stands still, nothing is lost', attributes: { mode: 'stall' } },
  ],
  takesAll: () => true,
  state: () => ({ ended: false, reset: false }),
  open: ({ attributes }) => (attributes.mode === 'stall' ? [{ do: 'pause' }] : NOTHING),
  chunk({ attributes }, { bytes }) {
    return attributes.mode === 'stall' ? [{ do: 'send', bytes, at: Infinity }] : [{ do: 'drop', bytes: bytes.length }]
  },
  end({ state }) {
    state.ended = true
    return NOTHING
  },
  reset({ state }) {
    state.reset = true
    return NOTHING
  },
  update({ attributes }, _before, held) {
    if (attributes.mode === 'stall') return [...keepHolding(held), { do: 'pause' }]
    const lost = held.reduce((sum, item) => (item.is === 'bytes' ? sum + item.bytes.length : sum), 0)
    return [...(lost === 0 ? NOTHING : [{ do: 'drop', bytes: lost } as const]), { do: 'resume' }]
  },
  detach({ state, now }) {
    const effects: Effect[] = []
    if (state.reset) effects.push({ do: 'reset', at: now })
    else if (state.ended) effects.push({ do: 'end', at: now })
    return effects
  },
})
