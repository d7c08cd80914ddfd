import type { Timer } from '../../../kernel/clock.ts'
import type { Link } from '../link.ts'
import { NO_FAULTS } from './decide-exchange.ts'
import type { Acting } from './decide-exchange.ts'
import { AwaitedAnswers } from './awaited-answers.ts'
import type { FramerListener } from './framer-listener.ts'
import type { RequestHead } from './head.ts'
import type { LaneOwner } from './lane-owner.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { RequestFramer } from './request-framer.ts'
import type { Watched } from './watched-exchange.ts'

/** Requests that may be unanswered at once; above it the client is not read. */
const DEPTH = 256
/** How often a hand-over looks whether upstream faults have let go of what belongs to earlier requests. */
const RETRY_MS = 5

/** Relays bytes untouched and frames HTTP/1.x as they pass. It edits nothing. */
export class WireLane {
  readonly #owner: LaneOwner
  readonly #up: Link
  readonly #down: Link
  readonly #requests: RequestFramer
  readonly #answers: AwaitedAnswers
  #request: Watched | undefined
  /** Index in the chunk at hand where a head begins that is not passed on yet; -1 when there is none. */
  #headAt = -1
  /** The head under way began in an earlier chunk and is kept back by the framer. */
  #kept = false
  /** The head under way was passed on before any fault looked at exchanges. */
  #passed = false
  #chunkAt = 0
  #earlier: Uint8Array | undefined
  #acting: readonly Acting[] = NO_FAULTS
  /** What waits for an answer, or for the hand-over. */
  #unread: Uint8Array[] = []
  #handing = false
  #clientHasEnded = false
  #over = false
  #crowded = false
  /** What is kept here, as it stands in the budget. */
  #counted = 0
  #retry: Timer | undefined

  constructor(owner: LaneOwner, up: Link, down: Link) {
    this.#owner = owner
    this.#up = up
    this.#down = down
    this.#requests = new RequestFramer(this.#requestEvents())
    this.#answers = new AwaitedAnswers({
      ended: (watched) => owner.ended(watched),
      declined: () => {
        if (this.#requests.waiting) this.#requests.declined()
      },
      tunnelled: () => {
        owner.tunnelled()
        this.#requests.lookAway()
      },
      opaque: (reason) => {
        this.#passKept()
        this.#goBlind(reason)
      },
    })
  }

  // ---- the client speaks

  readonly client = {
    data: (bytes: Uint8Array): void => this.#fromClient(bytes),
    end: (): void => this.#clientEnded(),
  }

  #fromClient(bytes: Uint8Array): void {
    if (this.#over || this.#requests.blind) return this.#up.data(bytes)
    if (this.#handing || this.#requests.waiting) {
      this.#unread.push(bytes)
      this.#owner.pauseClient()
      this.#count()
      return
    }
    this.#look(bytes)
    if (this.#kept || this.#counted > 0 || this.#unread.length > 0) this.#count()
    if (this.#answers.count < DEPTH || this.#requests.blind || this.#over) return
    this.#crowded = true
    this.#owner.pauseClient()
  }

  /** Heads and bytes that wait here are held bytes like those of a link. */
  #count(): void {
    let held = this.#kept ? this.#requests.keptBytes : 0
    for (const bytes of this.#unread) held += bytes.length
    if (this.#over) held = 0
    const { budget } = this.#up.shop
    if (held > this.#counted) budget.add(held - this.#counted)
    else if (held < this.#counted) budget.sub(this.#counted - held)
    this.#counted = held
  }

  #look(bytes: Uint8Array): void {
    this.#chunkAt = this.#requests.position
    this.#headAt = -1
    let from = 0
    let got = 0
    for (;;) {
      got = this.#requests.execute(bytes, got)
      if (this.#earlier !== undefined) {
        this.#up.data(this.#earlier)
        this.#earlier = undefined
      }
      if (this.#acting !== NO_FAULTS) return this.#stopAtHead(bytes, from)
      if (got === bytes.length || this.#requests.waiting || this.#requests.blind) break
    }
    const until = this.#headAt >= 0 && !this.#passed ? this.#headAt : got
    if (!this.#kept || this.#headAt >= 0) {
      if (until > from) this.#up.data(from === 0 && until === bytes.length ? bytes : bytes.subarray(from, until))
      from = until
    }
    this.#kept = !this.#passed && (this.#headAt >= 0 || this.#kept)
    if (got < bytes.length && this.#requests.waiting) {
      this.#unread.push(bytes.subarray(got))
      this.#owner.pauseClient()
    }
  }

  /** A fault acts: what belongs to earlier requests goes on, the head and all behind it stay. */
  #stopAtHead(bytes: Uint8Array, from: number): void {
    const start = Math.max(this.#headAt, 0)
    if (start > from) this.#up.data(bytes.subarray(from, start))
    const held = this.#requests.heldHead
    if (held !== undefined && this.#headAt < 0) this.#unread.push(held)
    this.#unread.push(bytes.subarray(start))
    this.#handing = true
    this.#owner.pauseClient()
    this.#tryHandOver()
  }

  /** Every earlier answer must be through first, and all of the earlier requests: an answer may come early. */
  #tryHandOver(): void {
    if (!this.#handing || this.#request === undefined) return
    if (this.#answers.over) return this.#letPass()
    if (this.#answers.outstanding) return
    if (this.#up.held > 0) return this.#tryLater()
    const unread = this.#unread
    this.#unread = []
    this.#handing = false
    this.#over = true
    this.#count()
    this.#owner.handOver(unread, this.#request, this.#acting)
    if (this.#clientHasEnded) this.#up.end()
  }

  #tryLater(): void {
    const { clock } = this.#up.shop
    this.#retry ??= clock.at(clock.now() + RETRY_MS, () => {
      this.#retry = undefined
      try {
        this.#tryHandOver()
      } catch (error) {
        this.#up.owner.bug(error)
      }
    })
  }

  /** The caller could not be given an answer any more: the request goes where it would go without us. */
  #letPass(): void {
    for (const { fault } of this.#acting) fault.unable('too_late')
    this.#handing = false
    this.#acting = NO_FAULTS
    if (this.#request !== undefined) this.#answers.expectBlindly(this.#request)
    this.#requests.lookAway()
    this.#goOn()
  }

  #clientEnded(): void {
    if (this.#over) return this.#up.end()
    if (this.#handing || this.#unread.length > 0) {
      this.#clientHasEnded = true
      return
    }
    this.#passKept()
    this.#up.end()
  }

  /** What was kept of a head that will not end. */
  #passKept(): void {
    const kept = this.#kept
    this.#requests.finish()
    const held = kept ? this.#requests.heldHead : undefined
    this.#kept = false
    if (held !== undefined) this.#up.data(held)
    this.#count()
  }

  #requestEvents(): FramerListener<RequestHead> {
    return {
      headBegins: (at) => {
        this.#headAt = at - this.#chunkAt
        // Where too much is held already, no head is kept back.
        this.#passed = !this.#owner.decides || this.#up.shop.budget.full
        this.#kept = false
      },
      head: (head) => this.#requestHead(head),
      body: (_chunk, from, to) => {
        if (this.#request !== undefined) this.#request.requestBytes += to - from
      },
      end: () => {},
      opaque: (reason) => this.#goBlind(reason),
    }
  }

  #requestHead(head: RequestHead): boolean {
    const watched = this.#owner.began(head)
    this.#request = watched
    if (this.#owner.decides) {
      if (this.#passed) this.#owner.missed('too_late')
      else {
        this.#acting = this.#owner.decide(watched, head)
        if (this.#acting !== NO_FAULTS) return true
      }
    }
    if (this.#kept) this.#earlier = this.#requests.heldHead
    this.#kept = false
    this.#headAt = -1
    watched.sent()
    this.#answers.expect(watched, head)
    return false
  }

  // ---- the upstream answers

  readonly server = {
    data: (bytes: Uint8Array): void => {
      this.#answers.data(bytes)
      this.#down.data(bytes)
      this.#afterAnswer()
    },
    end: (): void => {
      this.#answers.upstreamEnded()
      this.#down.end()
      this.#afterAnswer()
      // No answer can come to what the client still says.
      if (!this.#over) this.#passKept()
    },
  }

  #afterAnswer(): void {
    if (this.#crowded && (this.#answers.count < DEPTH / 2 || this.#requests.blind)) {
      this.#crowded = false
      if (!this.#handing && this.#unread.length === 0) this.#owner.resumeClient()
    }
    if (this.#handing) this.#tryHandOver()
    else if (this.#unread.length > 0 && !this.#requests.waiting) this.#goOn()
  }

  #goOn(): void {
    const unread = this.#unread
    const ended = this.#clientHasEnded
    this.#unread = []
    this.#clientHasEnded = false
    for (const bytes of unread) this.#fromClient(bytes)
    this.#count()
    if (ended) this.#clientEnded()
    else if (!this.#handing && this.#unread.length === 0 && !this.#crowded) this.#owner.resumeClient()
  }

  /** Bytes still flow, and nobody looks at them any more. */
  #goBlind(reason: OpaqueReason): void {
    const held = this.#kept ? this.#requests.heldHead : undefined
    this.#requests.lookAway()
    this.#answers.lookAway()
    if (held !== undefined) this.#up.data(held)
    this.#kept = false
    this.#headAt = -1
    this.#passed = true
    if (this.#handing) {
      for (const { fault } of this.#acting) fault.unable('opaque')
      if (this.#request !== undefined) this.#answers.expectBlindly(this.#request)
    }
    this.#handing = false
    this.#acting = NO_FAULTS
    this.#owner.opaque(reason)
    if (this.#unread.length > 0) this.#goOn()
  }

  /** The connection ends: exchanges that have no full answer end with it. */
  stop(): void {
    this.#over = true
    this.#retry?.cancel()
    this.#count()
    if (this.#handing && this.#request !== undefined) this.#owner.ended(this.#request)
    this.#answers.drop()
  }
}
