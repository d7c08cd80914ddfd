import { choice, closed, flag, integer } from '../../../contract/attributes.ts'
import type { Effect, Effects } from '../../../contract/effects.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import { LF, newScan, scanByte } from '../../event-stream.ts'
import type { EventScan } from '../../event-stream.ts'
import { isEncoded, isEventStream } from '../../message.ts'

interface Attributes {
  readonly events: number
  readonly inside: boolean
  readonly how: 'fin' | 'rst' | 'stall' | 'no_heartbeats'
}

interface State {
  readonly scan: EventScan
  /** It was cut: nothing goes on. */
  done: boolean
  /** What the last byte came to; an LF behind a CR shares its fate. */
  dropping: boolean
  /** Comments were taken away. */
  took: boolean
}

const SPACE = 32

export default exchangeFault<Attributes, undefined, State>({
  kind: 'sse_cut',
  summary: 'Cut a stream of server-sent events after so many, within one, or take its heartbeats away.',
  notes: [
    'Acts on answers of type `text/event-stream` that are not compressed; others are counted as skipped with `body_not_available`. An event counts when the empty line behind its data has passed; comments count nothing.',
    '`inside` cuts the event after them behind the first character of its data. `stall` lets nothing more through, heartbeats included, with the connection open: what a caller must notice by itself. `no_heartbeats` takes only comments away (`: ping`), and events go on.',
    'A RST goes out when the bytes before it have left for the kernel, a second later at most; what the caller has not read by then it may never see.',
    'What is held from the caller is lost. When the fault is removed, connections on which something was lost are closed, and an `EventSource` connects again.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    events: integer('Events that pass first.', { max: 1_000_000_000, default: 1 }),
    inside: flag('Cut within the next event instead of before it.', { default: false }),
    how: choice('What comes then.', ['fin', 'rst', 'stall', 'no_heartbeats'], { default: 'fin' }),
  }),
  examples: [
    { title: 'A model’s answer breaks off after twenty tokens', attributes: { events: 20 } },
    { title: 'Cut in the middle of an event', attributes: { events: 3, inside: true, how: 'rst' } },
    { title: 'The stream is silent, the socket open', attributes: { events: 5, how: 'stall' } },
    { title: 'Heartbeats are lost', attributes: { events: 0, how: 'no_heartbeats' } },
  ],
  check({ inside, how }) {
    if (!inside || how !== 'no_heartbeats') return undefined
    return 'how no_heartbeats cuts no event, so inside must be false'
  },
  response({ response: { headers } }) {
    if (!isEventStream(headers)) return { do: 'unable', why: 'the answer is no text/event-stream' }
    return isEncoded(headers) ? { do: 'unable', why: 'the events are compressed' } : { do: 'go' }
  },
  body: {
    begin({ attributes, request, response: { headers } }) {
      if (request.method === 'HEAD' || !isEventStream(headers) || isEncoded(headers)) return undefined
      const length = attributes.how === 'no_heartbeats' ? 'unknown' : 'kept'
      return { state: { scan: newScan(), done: false, dropping: false, took: false }, length }
    },
    chunk({ attributes, state }, { bytes, at }): Effects {
      if (attributes.how === 'no_heartbeats') return withoutComments(state, attributes.events, bytes, at)
      const before = state.done
      const place = before ? 0 : cutIn(state, attributes, bytes)
      const effects: Effect[] = []
      if (place > 0) effects.push({ do: 'send', bytes: bytes.subarray(0, place), at })
      if (place < bytes.length) effects.push({ do: 'drop', bytes: bytes.length - place })
      if (state.done && !before && attributes.how !== 'stall') effects.push({ do: 'close', at, how: attributes.how })
      return effects
    },
    unmet({ how }, { done, took, scan }) {
      if (done || took) return undefined
      return how === 'no_heartbeats' ? 'there was no heartbeat to take' : `the stream ended after ${scan.events} events`
    },
    end({ attributes: { events, inside, how }, state }, { at }) {
      if (state.done) return []
      // No event may pass, and none came.
      if (events > 0 || inside || how === 'no_heartbeats') return [{ do: 'end', at }]
      state.done = true
      return how === 'stall' ? [] : [{ do: 'close', at, how }]
    },
  },
})

/** How many of the bytes still pass; `done` when that is where the stream is cut. */
function cutIn(state: State, { events, inside }: Attributes, bytes: Uint8Array): number {
  const { scan } = state
  const reached = (): boolean => scan.events >= events
  for (const [i, byte] of bytes.entries()) {
    // The LF of a CRLF goes with the event that it ends.
    if (!inside && reached() && !(scan.cr && byte === LF)) return cut(state, i)
    const part = scanByte(scan, byte)
    if (inside && reached() && part === 'data' && byte !== SPACE) return cut(state, i + 1)
  }
  return !inside && reached() ? cut(state, bytes.length) : bytes.length
}

function cut(state: State, place: number): number {
  state.done = true
  return place
}

function withoutComments(state: State, events: number, bytes: Uint8Array, at: number): Effects {
  const effects: Effect[] = []
  let [from, lost] = [0, 0]
  const pass = (to: number): void => {
    if (to > from) effects.push({ do: 'send', bytes: bytes.subarray(from, to), at })
  }
  for (const [i, byte] of bytes.entries()) {
    const part = scanByte(state.scan, byte)
    const was = state.dropping
    if (part !== 'tail') state.dropping = part === 'comment' && state.scan.events >= events
    if (state.dropping) lost++
    if (state.dropping && !was) pass(i)
    if (state.dropping || was) from = state.dropping ? i + 1 : i
  }
  if (!state.dropping) pass(bytes.length)
  if (lost > 0) {
    state.took = true
    effects.push({ do: 'drop', bytes: lost })
  }
  return effects
}
