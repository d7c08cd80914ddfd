import type { ResponseListener } from './framer-listener.ts'
import type { RequestHead, ResponseHead } from './head.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { ResponseFramer } from './response-framer.ts'
import type { Watched } from './watched-exchange.ts'

/** What the answers make known. */
export interface AnswerEvents {
  ended(watched: Watched): void
  /** The final answer to an upgrade or CONNECT left the connection with HTTP. */
  declined(): void
  tunnelled(): void
  opaque(reason: OpaqueReason): void
}

/** Frames what the upstream says, and tells each exchange what its answer was. */
export class AwaitedAnswers {
  /** The upstream says no more: it ended, or said that it would behind its last answer. */
  over = false
  readonly #events: AnswerEvents
  readonly #framer: ResponseFramer
  /** Exchanges whose final answer has not ended, in order. */
  readonly #open: Watched[] = []

  constructor(events: AnswerEvents) {
    this.#events = events
    this.#framer = new ResponseFramer(this.#listener())
  }

  get count(): number {
    return this.#open.length
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

  data(bytes: Uint8Array): void {
    if (!this.#framer.blind) this.#framer.execute(bytes)
  }

  upstreamEnded(): void {
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
    for (const watched of this.#open.splice(0)) this.#events.ended(watched)
  }

  #listener(): ResponseListener<ResponseHead> {
    const ended = (watched: Watched | undefined): void => {
      if (watched === undefined) return
      watched.complete = true
      this.#events.ended(watched)
    }
    return {
      headBegins: () => {},
      head: (head) => {
        const watched = this.#open[0]
        if (watched !== undefined && !head.interim) watched.answered(head.status, head)
        if (!head.interim && !head.tunnel && !head.keepAlive) this.over = true
        return false
      },
      body: (_chunk, from, to) => {
        const watched = this.#open[0]
        if (watched !== undefined) watched.responseBytes += to - from
      },
      end: () => {
        // An interim answer ends nothing.
        if (this.#open[0]?.status === undefined) return
        const watched = this.#open.shift()
        this.#events.declined()
        ended(watched)
      },
      tunnel: () => {
        ended(this.#open.shift())
        this.#events.tunnelled()
      },
      opaque: (reason) => this.#events.opaque(reason),
    }
  }
}
