import { bytes, closed } from '../../../contract/attributes.ts'
import { NOTHING } from '../../../contract/effects.ts'
import type { Effect } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'

interface State {
  passed: number
  holding: boolean
  released: boolean
}

export default streamFault<{ after: number }, State>({
  kind: 'hold',
  summary: 'Let so many bytes pass, and hold what follows until it is released.',
  notes: [
    'A barrier for tests: `POST …/faults/{fault}/release` (or `fault.release()`) lets one, some or all go on, in the order in which they came, or meet another fault where they were held. `POST /v1/wait` waits until so many are held.',
    'Exactly `after` bytes have gone on by then; more of them is counted from where the fault met the connection. A connection that was released is not held again.',
    'The client goes on being read up to the limit of held bytes, so its leaving is seen: `half_closed` after a FIN, gone after a reset. Above the limit it is `blind`.',
    'Removing the fault lets all go on.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  fidelity: 'exact',
  attributes: closed({
    after: bytes('Bytes that pass before.', { default: 0 }),
  }),
  examples: [
    { title: 'Nothing goes on until the test says so', attributes: {} },
    { title: 'The first kilobyte goes on', attributes: { after: '1KB' } },
  ],
  state: () => ({ passed: 0, holding: false, released: false }),
  chunk({ attributes: { after }, state }, { bytes: chunk, at }) {
    const { passed, released } = state
    state.passed += chunk.length
    const room = released ? chunk.length : Math.max(0, after - passed)
    if (room >= chunk.length) return [{ do: 'send', bytes: chunk, at }]
    const effects: Effect[] = room === 0 ? [] : [{ do: 'send', bytes: chunk.subarray(0, room), at }]
    effects.push({ do: 'send', bytes: chunk.subarray(room), at: Infinity })
    if (!state.holding) effects.push({ do: 'detain' })
    state.holding = true
    return effects
  },
  end({ state }, { at }) {
    if (!state.holding || state.released) return [{ do: 'end', at }]
    return [{ do: 'end', at: Infinity }, { do: 'detain' }]
  },
  released({ state }) {
    state.released = true
  },
  // Switched on again, it holds anew.
  detach({ state }) {
    Object.assign(state, { passed: 0, holding: false, released: false })
    return NOTHING
  },
})
