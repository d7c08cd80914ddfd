import { closed, ms } from '../../../contract/attributes.ts'
import { streamFault } from '../../../contract/kind.ts'
import { keepHolding } from '../../release.ts'

interface State {
  /** When fault and connection met. */
  met: number
}

export default streamFault<{ timeout: number }, State>({
  kind: 'reset_peer',
  summary: 'Reset the connection (RST on both sides), at once or after a time.',
  notes: [
    'The time counts from when the fault met the connection; idle connections and those that were open before are reset too.',
    'Until then bytes and the end of this direction are held; they go with the reset, or pass when the fault is removed before.',
    'Only this connection and only this fault make the reset: nothing lingers on connections that it spared. On unix sockets, which know no RST, it is a plain close.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  toxiproxy: true,
  fidelity: 'exact',
  attributes: closed({
    timeout: ms('Time until the reset.', { default: 0 }),
  }),
  examples: [
    { title: 'Reset at once', attributes: { timeout: 0 } },
    { title: 'Reset in the middle of work', attributes: { timeout: '250ms' } },
  ],
  state: () => ({ met: 0 }),
  open({ attributes, state, now }) {
    state.met = now
    return [{ do: 'pause' }, { do: 'wake', at: now + attributes.timeout }]
  },
  chunk: (_context, { bytes }) => [{ do: 'send', bytes, at: Infinity }],
  end: () => [{ do: 'end', at: Infinity }],
  wake: ({ now }) => [{ do: 'reset', at: now }],
  update: ({ attributes, state }, _before, held) => [
    ...keepHolding(held),
    { do: 'wake', at: state.met + attributes.timeout },
  ],
})
