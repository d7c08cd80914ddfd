import { bytes as size, closed } from '../../../contract/attributes.ts'
import type { Effect, Effects, Held } from '../../../contract/effects.ts'
import { NOTHING } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'
import type { StreamContext } from '../../../contract/kind.ts'

interface State {
  /** Bytes that have passed since fault and connection met. */
  passed: number
  reset: boolean
}

type Context = StreamContext<{ bytes: number }, State>

/** Passes what the limit leaves room for and holds the rest. */
function admit({ attributes, state }: Context, bytes: Uint8Array, at: number, out: Effect[]): void {
  const left = Math.max(0, attributes.bytes - state.passed)
  if (left > 0) out.push({ do: 'send', bytes: bytes.subarray(0, left), at })
  if (left < bytes.length) out.push({ do: 'send', bytes: bytes.subarray(left), at: Infinity })
  state.passed += Math.min(left, bytes.length)
}

const stalled = ({ attributes, state }: Context): boolean => state.passed >= attributes.bytes
const reading = (context: Context): Effect => ({ do: stalled(context) ? 'pause' : 'resume' })

export default streamFault<{ bytes: number }, State>({
  kind: 'stall_after',
  summary: 'Pass so many bytes, then nothing more, with the connection open.',
  notes: [
    'Bytes are counted per connection from when the fault met it. From the limit on reading stops: the rest, the end and a reset wait until the fault is removed or the limit raised, and nothing is lost.',
    'A reader sees a reply that begins and never goes on: the test for read timeouts that only a silent first byte would otherwise start.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  fidelity: 'exact',
  attributes: closed({
    bytes: size('Bytes that may pass.', { default: 0 }),
  }),
  examples: [
    { title: 'A reply that stops after its first kilobyte', attributes: { bytes: '1kB' } },
    { title: 'Nothing at all', attributes: { bytes: 0 } },
  ],
  state: () => ({ passed: 0, reset: false }),
  open(context) {
    context.state.passed = 0
    return [reading(context)]
  },
  chunk(context, { bytes, at }) {
    const effects: Effect[] = []
    admit(context, bytes, at, effects)
    effects.push(reading(context))
    return effects
  },
  end: (context, { at }) => [{ do: 'end', at: stalled(context) ? Infinity : at }],
  reset(context, { at }) {
    context.state.reset = stalled(context)
    return context.state.reset ? NOTHING : [{ do: 'reset', at }]
  },
  update(context, _before, held): Effects {
    const effects: Effect[] = []
    for (const item of held) letOn(context, item, effects)
    effects.push(reading(context))
    if (!stalled(context) && context.state.reset) effects.push({ do: 'reset', at: context.now })
    return effects
  },
  detach: ({ state, now }) => (state.reset ? [{ do: 'reset', at: now }] : NOTHING),
})

function letOn(context: Context, item: Held, out: Effect[]): void {
  if (item.is === 'bytes') admit(context, item.bytes, context.now, out)
  else out.push({ do: item.is, at: stalled(context) && item.is === 'end' ? Infinity : context.now })
}
