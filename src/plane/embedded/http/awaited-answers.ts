import type { Clock } from '../../../kernel/clock.ts'
import type { ResponseListener } from './framer-listener.ts'
import type { RequestHead, ResponseHead } from './head.ts'
import type { HeadBook } from './head-book.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { ResponseFramer } from './response-framer.ts'
import type { Watched } from './watched-exchange.ts'

/** Requests that may be unanswered at once. */
const DEPTH = 256

/** What the answers make known. */
export interface AnswerEvents {
  ended(watched: Watched, now: number): void
  /** The final answer to an upgrade or CONNECT left the connection with HTTP. */
  declined(): void
  tunnelled(): void
  /** What the upstream says cannot be framed. */
  unreadable(reason: OpaqueReason): void
}

/** Frames what the upstream says, and tells each exchange what its answer was. */
export class AwaitedAnswers implements ResponseListener<ResponseHead> {
  /** The upstream says no more: it ended, or said that it would behind its last answer. */
  over = false
  readonly #events: AnswerEvents
  readonly #framer: ResponseFramer
  /** Exchanges whose final answer has not ended, in order. */
  readonly #open: Watched[] = []
  readonly #clock: Clock
  /** The moment of the bytes at hand. */
  #now = 0

  constructor(clock: Clock, known: HeadBook<ResponseHead>, events: AnswerEvents) {
    this.#clock = clock
    this.#events = events
    this.#framer = new ResponseFramer(this, { known })
  }

  /** The client is not to be read. */
  get crowded(): boolean {
    return this.#open.length >= DEPTH
  }

  /** It may be read again. */
  get roomy(): boolean {
    return this.#open.length < DEPTH / 2
  }

  /** Whether an answer to what went upstream is still to come, or under way. */
  get outstanding(): boolean {
    return this.#framer.outstanding > 0
  }

  expect(watched: Watched, head: RequestHead): void {
    this.#open.push(watched)
    this.#framer.expect(head)
  }

  /** It goes upstream unframed: it is told when the connection ends. */
  expectBlindly(watched: Watched): void {
    this.#open.push(watched)
  }

  data(bytes: Uint8Array, now: number): void {
    this.#now = now
    if (!this.#framer.blind) this.#framer.execute(bytes)
  }

  upstreamEnded(): void {
    this.#now = this.#clock.now()
    this.#framer.finish()
    for (const watched of this.#open) watched.origin = 'upstream'
    this.drop()
    this.over = true
  }

  lookAway(): void {
    this.#framer.lookAway()
  }

  /** No further answer will be told. */
  drop(): void {
    const now = this.#clock.now()
    for (const watched of this.#open.splice(0)) this.#events.ended(watched, now)
  }

  // ---- what the framer says of answers

  headBegins(): void {}

  head(head: ResponseHead): boolean {
    const watched = this.#open[0]
    if (watched !== undefined && !head.interim) watched.answered(head.status, head, this.#now)
    if (!head.interim && !head.tunnel && !head.keepAlive) this.over = true
    return false
  }

  takesWhole(head: ResponseHead): boolean {
    return !head.interim
  }

  /** One that comes again is not the last one of its connection. */
  whole(head: ResponseHead): void {
    const watched = this.#open.shift()
    if (watched === undefined) return
    watched.answered(head.status, head, this.#now)
    watched.responseBytes += head.length
    this.#ended(watched)
  }

  body(_chunk: Uint8Array, from: number, to: number): void {
    const watched = this.#open[0]
    if (watched !== undefined) watched.responseBytes += to - from
  }

  end(): void {
    // An interim answer ends nothing.
    if (this.#open[0]?.status === undefined) return
    const watched = this.#open.shift()
    this.#events.declined()
    this.#ended(watched)
  }

  tunnel(): void {
    this.#ended(this.#open.shift())
    this.#events.tunnelled()
  }

  opaque(reason: OpaqueReason): void {
    this.#events.unreadable(reason)
  }

  #ended(watched: Watched | undefined): void {
    if (watched === undefined) return
    watched.complete = true
    this.#events.ended(watched, this.#now)
  }
}
