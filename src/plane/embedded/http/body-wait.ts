import type { Clock, Timer } from '../../../kernel/clock.ts'
import { BODY_FOR_MATCH } from '../body-match.ts'
import type { HeldBudget } from '../held-budget.ts'
import { ChunkedBody } from './chunked-body.ts'
import type { RequestHead } from './head.ts'

/** An upstream may answer before it has the whole of a request: it is not kept from that for longer. */
const LONGEST_MS = 2000
const FIRST_SIZE = 1024

interface Holder {
  readonly clock: Clock
  readonly budget: HeldBudget
  readonly heldBytesPerLink: number
}

/** Whether there is a body that may be held back: a caller that waits for 100 Continue would send none. */
export function mayBeHeld(head: RequestHead): boolean {
  if (head.body === 'none' || (head.body === 'length' && head.length === 0)) return false
  return head.length <= BODY_FOR_MATCH && head.field('expect') === undefined
}

/** A request whose head alone does not decide: it is held back until its body is whole, or cannot be had. */
export class BodyWait {
  readonly head: RequestHead
  /** As they came: its head, and what there is of its body, frames included. */
  readonly headBytes: Uint8Array
  /** There is nothing more to wait for. */
  over = false
  /** The content; undefined where it is not whole. */
  body: Uint8Array | undefined
  readonly #budget: HeldBudget
  readonly #limit: number
  readonly #timer: Timer
  readonly #chunks: ChunkedBody | undefined
  /** Where content stands in `#held`. */
  readonly #content: [from: number, to: number][] = []
  #held = Buffer.allocUnsafe(FIRST_SIZE)
  #filled = 0

  constructor(head: RequestHead, headBytes: Uint8Array, holder: Holder, gaveUp: () => void) {
    const { clock, budget, heldBytesPerLink } = holder
    this.head = head
    this.headBytes = headBytes
    this.#budget = budget
    this.#limit = Math.min(BODY_FOR_MATCH, heldBytesPerLink)
    this.#chunks = head.body === 'chunked' ? new ChunkedBody(this.#limit) : undefined
    this.#timer = clock.at(clock.now() + LONGEST_MS, gaveUp)
    budget.add(headBytes.length)
  }

  get bytes(): Uint8Array {
    return this.#held.subarray(0, this.#filled)
  }

  /** @returns the index that it got to: what is behind it is not of this request, or not looked at */
  take(chunk: Uint8Array): number {
    const before = this.#filled
    const index = this.#chunks === undefined ? this.#takeLength(chunk) : this.#takeChunks(this.#chunks, chunk)
    this.#budget.add(this.#filled - before)
    if (this.#budget.full) this.over = true
    return index
  }

  /** It waits no more, however that came. */
  stop(): void {
    this.#timer.cancel()
    this.#budget.sub(this.headBytes.length + this.#filled)
  }

  #takeLength(chunk: Uint8Array): number {
    const missing = this.head.length - this.#filled
    const to = this.#keep(chunk, 0, Math.min(chunk.length, missing))
    if (this.#filled === this.head.length) this.#whole(this.bytes)
    return to
  }

  #takeChunks(frame: ChunkedBody, chunk: Uint8Array): number {
    let index = 0
    while (index < chunk.length && !this.over) {
      const framed = frame.run(chunk, index, chunk.length)
      // What cannot be read is left for those who say so; here it only ends the waiting.
      if (frame.failure !== undefined) this.over = true
      index = this.#keep(chunk, index, framed)
      if (frame.done) this.#whole(Buffer.concat(this.#content.map(([from, to]) => this.#held.subarray(from, to))))
      if (this.over || index < framed || index === chunk.length) break
      const from = this.#filled
      const to = this.#keep(chunk, index, Math.min(chunk.length, index + frame.data))
      frame.data -= to - index
      this.#content.push([from, this.#filled])
      index = to
    }
    return index
  }

  #whole(content: Uint8Array): void {
    this.body = content
    this.over = true
  }

  /** Copies, because a body may come in a great many small pieces. @returns the index up to which there was room */
  #keep(chunk: Uint8Array, from: number, to: number): number {
    const until = Math.min(to, from + this.#limit - this.#filled)
    if (until < to) this.over = true
    const filled = this.#filled + until - from
    if (filled > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(filled, Math.min(this.#limit, this.#held.length * 2)))
      this.#held.copy(larger, 0, 0, this.#filled)
      this.#held = larger
    }
    this.#held.set(chunk.subarray(from, until), this.#filled)
    this.#filled = filled
    return until
  }
}
