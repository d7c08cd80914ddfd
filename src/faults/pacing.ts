import type { Effect, Held } from '../contract/effects.ts'

/** A bucket that pays out `rate` bytes per millisecond. Plain data; one per link, or one for many. */
export interface Pace {
  /** The rate it was last paced at. */
  rate: number
  /** When all that was taken on so far is paid for. */
  free: number
  /** Since when the piece at hand has been paid for. */
  start: number
  /** When that piece and those behind it are paid for. */
  readonly dues: number[]
}

/** Read ahead of the pace by so much, then leave the rest to the writer; start reading again before it runs dry. */
const AHEAD_MS = 100
const REFILL_MS = 80
/** A piece is at least this long, so that a fast link costs few writes, ... */
const PIECE_MS = 10
/** ... and at most 100 ms and this many bytes where it is slow, so that it does not stutter. */
const SLOW_PIECE = 512
/** What a blocked link takes on before it stops reading: enough to see a peer that says little and goes. */
const BLOCKED_BYTES = 65_536

export const pace = (rate: number): Pace => ({ rate, free: 0, start: 0, dues: [] })

function pieceBytes(rate: number): number {
  return Math.max(1, Math.ceil(Math.max(rate * PIECE_MS, Math.min(rate * 100, SLOW_PIECE))))
}

/** Cuts bytes that came in at `at` into pieces, each due when it is paid for. Idle time earns no credit. */
export function take(state: Pace, bytes: Uint8Array, at: number, out: Effect[]): void {
  catchUp(state, at)
  if (state.free <= at) state.free = state.start = at
  fill(state, bytes, at, out)
}

function fill(state: Pace, bytes: Uint8Array, at: number, out: Effect[]): void {
  const { rate } = state
  if (rate === 0) {
    out.push({ do: 'send', bytes, at: Infinity })
    return
  }
  const step = pieceBytes(rate)
  for (let start = 0; start < bytes.length; start += step) {
    const piece = bytes.length <= step ? bytes : bytes.subarray(start, start + step)
    state.free += piece.length / rate
    state.dues.push(state.free)
    // Never before they came in, also where a little was paid ahead.
    out.push({ do: 'send', bytes: piece, at: Math.max(at, state.free) })
  }
}

/** Strikes the pieces that are paid for. */
function catchUp(state: Pace, now: number): void {
  const paid = state.dues.findIndex((due) => due > now)
  const count = paid < 0 ? state.dues.length : paid
  state.start = state.dues[count - 1] ?? state.start
  state.dues.splice(0, count)
}

/** Takes on a new rate. What is paid for of the piece at hand stays paid: else changes in a row would starve the link. */
export function repace(state: Pace, rate: number, now: number): void {
  catchUp(state, now)
  const paid = state.free > now ? (now - state.start) * state.rate : 0
  state.free = state.start = rate === 0 ? now : now - paid / rate
  state.dues.length = 0
  state.rate = rate
}

/** Puts what was held back into the bucket; the end stays behind the bytes. */
export function takeBack(state: Pace, held: readonly Held[], now: number, out: Effect[]): number {
  let count = 0
  for (const item of held) {
    if (item.is === 'bytes') {
      fill(state, item.bytes, now, out)
      count += item.bytes.length
    } else out.push({ do: item.is, at: now })
  }
  return count
}

/** Stops reading when the slot holds enough, and says when to read on. `held` counts what is at hand. */
export function backpressure(state: Pace, now: number, held: number, out: Effect[]): void {
  if (state.rate === 0) {
    out.push({ do: 'wake', at: Infinity }, { do: held >= BLOCKED_BYTES ? 'pause' : 'resume' })
  } else if (held > 0 && state.free - now > AHEAD_MS) {
    out.push({ do: 'pause' }, { do: 'wake', at: state.free - REFILL_MS })
  } else {
    out.push({ do: 'wake', at: Infinity }, { do: 'resume' })
  }
}
