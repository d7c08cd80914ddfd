import { bytes as size, closed } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'

interface State {
  /** Where in the stream the count began. */
  from: number
}

export default streamFault<{ bytes: number }, State>({
  kind: 'limit_data',
  summary: 'Close the connection after so many bytes.',
  notes: [
    'Bytes are counted per connection from when the fault met it. The chunk that reaches the limit is cut there, and both sides are closed (FIN).',
    'At 0 an idle connection stays open, and the first byte closes it. A limit that is lowered below the count closes at the next byte; one that is raised goes on from the count.',
  ].join('\n'),
  bytes: 'lost',
  cutIndependent: true,
  onDetach: 'close',
  toxiproxy: true,
  fidelity: 'exact',
  attributes: closed({
    bytes: size('Bytes that may pass.', { default: 0 }),
  }),
  examples: [
    { title: 'A reply cut after its first kilobyte', attributes: { bytes: 1000 } },
    { title: 'Closed at the first byte', attributes: { bytes: 0 } },
  ],
  state: () => ({ from: 0 }),
  open({ state, offset }) {
    state.from = offset
    return []
  },
  chunk({ attributes, state, offset }, { bytes, at }) {
    const left = Math.max(0, attributes.bytes - (offset - state.from))
    if (bytes.length < left) return [{ do: 'send', bytes, at }]
    const effects: Effect[] = []
    if (left > 0) effects.push({ do: 'send', bytes: bytes.subarray(0, left), at })
    if (left < bytes.length) effects.push({ do: 'drop', bytes: bytes.length - left })
    effects.push({ do: 'close', at })
    return effects
  },
})
