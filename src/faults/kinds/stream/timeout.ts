import { closed, ms } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'

interface State {
  /** When fault and connection met. */
  met: number
}

// A wake and not a `close` with a time: what is queued would stand before the end, which passes at once.
const deadline = (timeout: number, met: number): Effect => ({
  do: 'wake',
  at: timeout === 0 ? Infinity : met + timeout,
})

export default streamFault<{ timeout: number }, State>({
  kind: 'timeout',
  summary: 'Drop all bytes, and close the connection after a time.',
  notes: [
    'The time counts from when the fault met the connection: its opening, or the attaching of the fault if that was later. Traffic does not prolong it.',
    'At 0 the connection is never closed by the fault: it is a black hole that the end of the stream still passes. The end passes at once in any case.',
    'Removing the fault closes the connections on which bytes were lost; the others live on.',
  ].join('\n'),
  bytes: 'lost',
  cutIndependent: true,
  onDetach: 'close',
  toxiproxy: true,
  fidelity: 'exact',
  attributes: closed({
    timeout: ms('Time until the connection is closed. 0: never.', { default: 0 }),
  }),
  examples: [
    { title: 'A request that is never answered, cut after a second', attributes: { timeout: '1s' } },
    { title: 'A black hole', attributes: { timeout: 0 } },
  ],
  takesAll: () => true,
  state: () => ({ met: 0 }),
  open({ attributes, state, now }) {
    state.met = now
    return [deadline(attributes.timeout, now)]
  },
  chunk: (_context, { bytes }) => [{ do: 'drop', bytes: bytes.length }],
  wake: ({ now }) => [{ do: 'close', at: now }],
  update: ({ attributes, state }) => [deadline(attributes.timeout, state.met)],
})
