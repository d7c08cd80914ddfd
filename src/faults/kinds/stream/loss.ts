import { closed, fraction, ms, number } from '../../../contract/attributes.ts'
import type { Effect } from '../../../contract/effects.ts'
import { streamFault } from '../../../contract/kind.ts'
import type { Random, StreamContext } from '../../../contract/kind.ts'
import { releaseNow } from '../../release.ts'

interface Attributes {
  readonly rate: number
  readonly rtt: number
  readonly min_rto: number
  readonly burst: number
}

interface State {
  /** The segment last looked at; -1 before the first. */
  segment: number
  /** Whether it was lost when first sent. */
  lost: boolean
  /** Until when what follows has to wait for it, as the receiver hands bytes on in order only. */
  until: number
}

/** Payload of a segment on an Ethernet path: 1,500 less the headers of IPv4 and TCP with timestamps. */
const SEGMENT = 1448
/** Linux lets no timeout grow beyond this (TCP_RTO_MAX), ... */
const LONGEST_RTO = 120_000
/** ... and gives up after so many (tcp_retries2). We let the segment pass instead. */
const RETRIES = 15

/** How long a lost segment keeps its bytes: a timeout that doubles each time its retransmission is lost as well. */
function stall({ rate, rtt, min_rto }: Attributes, random: Random, segment: number): number {
  let rto = Math.min(LONGEST_RTO, Math.max(min_rto, 2 * rtt))
  let total = rto
  for (let retry = 1; retry < RETRIES && random.at(segment, `retry.${retry}`) < rate; retry++) {
    rto = Math.min(LONGEST_RTO, rto * 2)
    total += rto
  }
  return total
}

/** One step of the Gilbert-Elliott chain. With burst 1 each segment is drawn by itself. */
function lost({ rate, burst }: Attributes, random: Random, state: State, segment: number): boolean {
  const u = random.at(segment, 'loss')
  if (state.segment !== segment - 1) return u < rate
  const leave = Math.min(1 - rate, 1 / burst)
  const enter = rate === 1 ? 1 : (rate * leave) / (1 - rate)
  return state.lost ? u >= leave : u < enter
}

/** When the bytes of `segment` that came in at `at` may go on. */
function dueOf(context: StreamContext<Attributes, State>, segment: number, at: number): number {
  const { attributes, state, random } = context
  if (segment !== state.segment) {
    state.lost = lost(attributes, random, state, segment)
    state.segment = segment
    if (state.lost) state.until = Math.max(state.until, at + stall(attributes, random, segment))
  }
  return Math.max(at, state.until)
}

export default streamFault<Attributes, State>({
  kind: 'loss',
  summary: 'Stall the stream as lost packets would: retransmission timeouts, and everything behind waiting.',
  notes: [
    'A proxy of TCP cannot lose packets, only do to the stream what their loss does. The stream is counted off in segments of 1,448 bytes. Each is lost with probability `rate`; a lost one holds its bytes, and all behind it, for',
    '',
    '    RTO + 2 RTO + 4 RTO + ...     RTO = max(min_rto, 2 * rtt)',
    '',
    'with one term for the first loss and one for each time the retransmission is lost too (again with probability `rate`). A term is at most 120 s and there are at most 15, as on Linux.',
    'Fast retransmission, which makes losses cheaper while much data is in flight, is not modelled: this is the loss that small requests and replies see.',
    '',
    '`burst` makes losses come in runs (the Gilbert-Elliott model: a good state that loses nothing, a bad one that loses everything). The share of lost segments stays `rate`; a run is `burst` segments long on average.',
    'Draws are keyed on the number of the segment, so how the input was cut changes nothing. A change of the attributes lets go of what is held.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  fidelity: 'emulated',
  attributes: closed({
    rate: fraction('Share of segments that are lost, 0 to 1.', { default: 0.01 }),
    rtt: ms('Round trip time of the path; delays by itself nothing.', { default: 50 }),
    min_rto: ms('Shortest retransmission timeout (Linux: 200 ms).', { default: 200 }),
    burst: number('Mean number of segments lost in a row. 1: independent of each other.', {
      min: 1,
      max: 1000,
      default: 1,
    }),
  }),
  examples: [
    { title: 'A bad Wi-Fi', attributes: { rate: 0.03, rtt: 20 } },
    { title: 'A mobile link with drop-outs', attributes: { rate: 0.02, rtt: '120ms', burst: 8 } },
  ],
  state: () => ({ segment: -1, lost: false, until: 0 }),
  chunk(context, { bytes, at }) {
    const effects: Effect[] = []
    let from = 0
    let due = dueOf(context, Math.floor(context.offset / SEGMENT), at)
    // One send for all segments that go on at the same time.
    for (let start = SEGMENT - (context.offset % SEGMENT); start < bytes.length; start += SEGMENT) {
      const next = dueOf(context, Math.floor((context.offset + start) / SEGMENT), at)
      if (next === due) continue
      effects.push({ do: 'send', bytes: bytes.subarray(from, start), at: due })
      from = start
      due = next
    }
    effects.push({ do: 'send', bytes: from === 0 ? bytes : bytes.subarray(from), at: due })
    return effects
  },
  onMove: 'keep',
  update({ state, now }, _before, held) {
    state.until = now
    return releaseNow(held, now)
  },
})
