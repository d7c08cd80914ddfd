import type { AwaitedAnswers } from './awaited-answers.ts'
import type { RequestHead } from './head.ts'
import type { LaneOwner } from './lane-owner.ts'
import type { Watched } from './watched-exchange.ts'

/** Notes the requests of a connection in the wire lane. Where no more is to be said of one, the next is noted by the same object. */
export class RequestNotes {
  /** Of the request that came last. */
  latest: Watched | undefined
  readonly #owner: LaneOwner
  readonly #answers: AwaitedAnswers
  #spent: Watched | undefined

  constructor(owner: LaneOwner, answers: AwaitedAnswers) {
    this.#owner = owner
    this.#answers = answers
  }

  begin(head: RequestHead, now: number): Watched {
    const watched = this.#owner.began(head, now, this.#spent)
    this.#spent = undefined
    this.latest = watched
    return watched
  }

  /** It goes upstream: its answer is awaited. */
  goesUp(watched: Watched, head: RequestHead, now: number): void {
    watched.sent(now)
    this.#answers.expect(watched, head)
  }

  /** All of a request came at once, and goes upstream. */
  whole(head: RequestHead, now: number): void {
    const watched = this.begin(head, now)
    watched.requestBytes = head.length
    this.goesUp(watched, head, now)
  }

  content(size: number): void {
    if (this.latest !== undefined) this.latest.requestBytes += size
  }

  ended(watched: Watched, now: number): void {
    this.#owner.ended(watched, now)
    if (watched.isSpent) this.#spent = watched
  }
}
