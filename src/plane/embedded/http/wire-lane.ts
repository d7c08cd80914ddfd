import type { Link } from '../link.ts'
import { NO_FAULTS, type Acting } from './decide-exchange.ts'
import { AwaitedAnswers, type AnswerEvents } from './awaited-answers.ts'
import type { HeardLane } from './lane-hearers.ts'
import type { FramerListener } from './framer-listener.ts'
import type { RequestHead } from './head.ts'
import type { LaneOwner } from './lane-owner.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { RequestFramer } from './request-framer.ts'
import { RequestNotes } from './request-notes.ts'
import type { PlaneHttp } from './plane-http.ts'
import { StoppedRequest, type StopHost } from './stopped-request.ts'
import { WaitingBytes } from './waiting-bytes.ts'
import type { Watched } from './watched-exchange.ts'

/** Relays bytes untouched and frames HTTP/1.x as they pass. It edits nothing. */
export class WireLane implements FramerListener<RequestHead>, AnswerEvents, HeardLane {
  readonly #owner: LaneOwner
  readonly #up: Link
  readonly #down: Link
  readonly #requests: RequestFramer
  readonly #answers: AwaitedAnswers
  readonly #notes: RequestNotes
  /** Index in the chunk at hand where a head begins that is not passed on yet; -1 when there is none. */
  #headAt = -1
  /** The head under way began in an earlier chunk and is kept back by the framer. */
  #kept = false
  /** The head under way was passed on before any fault looked at exchanges. */
  #passed = false
  #chunkAt = 0
  #earlier: Uint8Array | undefined
  /** The head at which the framer is to stop, and the faults that act there: none where its body decides. */
  #stopAt: RequestHead | undefined
  #acting: readonly Acting[] = NO_FAULTS
  #stopped: StoppedRequest | undefined
  /** Waits for an answer, for the hand-over, or behind what goes on just now. */
  readonly #unread: WaitingBytes
  #goingOn = false
  #clientHasEnded = false
  #over = false
  #crowded = false
  /** The moment of the client's bytes at hand. */
  #now = 0

  constructor(owner: LaneOwner, up: Link, down: Link, { requests, responses }: PlaneHttp) {
    this.#owner = owner
    this.#up = up
    this.#down = down
    this.#unread = new WaitingBytes(up.shop.budget)
    this.#requests = new RequestFramer(this, { known: requests })
    this.#answers = new AwaitedAnswers(up.shop.clock, responses, this)
    this.#notes = new RequestNotes(owner, this.#answers)
  }

  fromClient(bytes: Uint8Array): void {
    if (this.#over || this.#requests.blind) return this.#up.data(bytes)
    if (this.#stopped !== undefined || this.#requests.waiting) {
      if (this.#stopped?.waitsForBody === true) return this.#stopped.takeBody(bytes)
      this.#unread.push(bytes)
      this.#owner.pauseClient()
      this.#count()
      return
    }
    this.#look(bytes)
    if (this.#kept || this.#unread.counted || this.#unread.some) this.#count()
    if (!this.#answers.crowded || this.#requests.blind || this.#over) return
    this.#crowded = true
    this.#owner.pauseClient()
  }

  /** A head that is kept back is held as well. Where it is over, nothing is. */
  #count(): void {
    if (this.#over) this.#unread.takeAll()
    this.#unread.count(this.#kept && !this.#over ? this.#requests.keptBytes : 0)
  }

  #look(bytes: Uint8Array): void {
    this.#now = this.#up.shop.clock.now()
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
      if (this.#stopAt !== undefined) return this.#stop(bytes, from, got)
      if (got === bytes.length || this.#requests.waiting || this.#requests.blind) break
    }
    const until = this.#headAt >= 0 && !this.#passed ? this.#headAt : got
    if (!this.#kept || this.#headAt >= 0) {
      if (until > from)
        this.#up.data(from === 0 && until === bytes.length ? bytes : bytes.subarray(from, until), this.#now)
      from = until
    }
    this.#kept = !this.#passed && (this.#headAt >= 0 || this.#kept)
    if (got < bytes.length && this.#requests.waiting) {
      this.#unread.putBack([bytes.subarray(got)])
      this.#owner.pauseClient()
    }
  }

  /** A fault acts, or may: what belongs to earlier requests goes on, the head and all behind it stay. */
  #stop(bytes: Uint8Array, from: number, got: number): void {
    const [watched, head] = [this.#notes.latest, this.#stopAt]
    if (watched === undefined || head === undefined) return
    const start = Math.max(this.#headAt, 0)
    if (start > from) this.#up.data(bytes.subarray(from, start))
    const here = bytes.subarray(start, got)
    const earlier = this.#headAt < 0 ? this.#requests.heldHead : undefined
    const [owner, answers, up] = [this.#owner, this.#answers, this.#up]
    this.#stopped = new StoppedRequest({ host: this.#stopHost, owner, answers, up }, watched, head, this.#acting)
    this.#stopAt = undefined
    this.#acting = NO_FAULTS
    this.#kept = false
    this.#headAt = -1
    this.#stopped.begin(earlier === undefined ? here : Buffer.concat([earlier, here]), bytes.subarray(got))
  }

  readonly #stopHost: StopHost = {
    putBack: (bytes) => {
      this.#unread.putBack(bytes)
      this.#count()
    },
    released: (looked) => {
      this.#stopped = undefined
      if (!looked) this.#requests.lookAway()
      this.#goOn()
    },
    handOver: (watched, acting) => {
      const unread = this.#unread.takeAll()
      this.#stopped = undefined
      this.#over = true
      this.#count()
      this.#owner.handOver(unread, watched, acting)
      if (this.#clientHasEnded) this.#up.end()
    },
  }

  clientEnded(): void {
    if (this.#over) return this.#up.end()
    if (this.#stopped !== undefined || this.#unread.some) {
      this.#clientHasEnded = true
      this.#stopped?.ended()
      return
    }
    this.#passKept()
    this.#up.end()
  }

  /** What was kept of a head that will not end. */
  #passKept(): void {
    this.#requests.finish()
    const held = this.#kept ? this.#requests.heldHead : undefined
    this.#kept = false
    if (held !== undefined) this.#up.data(held)
    this.#count()
  }

  // ---- what the framer says of requests

  headBegins(at: number): void {
    this.#headAt = at - this.#chunkAt
    // Where too much is held already, no head is kept back.
    this.#passed = !this.#owner.decides || this.#up.shop.budget.full
    this.#kept = false
  }

  body(_chunk: Uint8Array, from: number, to: number): void {
    this.#notes.content(to - from)
  }

  end(): void {}

  takesWhole(): boolean {
    return !this.#owner.decides
  }

  whole(head: RequestHead): void {
    this.#notes.whole(head, this.#now)
  }

  head(head: RequestHead): boolean {
    const watched = this.#notes.begin(head, this.#now)
    if (this.#owner.decides && this.#stops(watched, head)) {
      this.#stopAt = head
      return true
    }
    if (this.#kept) this.#earlier = this.#requests.heldHead
    this.#kept = false
    this.#headAt = -1
    this.#notes.goesUp(watched, head, this.#now)
    return false
  }

  /** Whether faults act on it, or may when its body is there. */
  #stops(watched: Watched, head: RequestHead): boolean {
    if (this.#passed) this.#owner.tooLate(watched, head)
    else if (this.#owner.needsBody(watched, head)) return true
    else this.#acting = this.#owner.decide(watched, head)
    return this.#acting !== NO_FAULTS
  }

  // ---- the upstream answers

  fromServer(bytes: Uint8Array): void {
    const now = this.#down.shop.clock.now()
    this.#answers.data(bytes, now)
    this.#down.data(bytes, now)
    this.#afterAnswer()
  }

  serverEnded(): void {
    this.#answers.upstreamEnded()
    this.#down.end()
    this.#afterAnswer()
    // No answer can come to what the client still says.
    if (!this.#over) this.#passKept()
  }

  ended(watched: Watched, now: number): void {
    this.#notes.ended(watched, now)
  }

  declined(): void {
    if (this.#requests.waiting) this.#requests.declined()
  }

  tunnelled(): void {
    this.#owner.tunnelled()
    this.#requests.lookAway()
  }

  unreadable(reason: OpaqueReason): void {
    this.#passKept()
    this.opaque(reason)
  }

  #afterAnswer(): void {
    if (this.#crowded && (this.#answers.roomy || this.#requests.blind)) {
      this.#crowded = false
      if (this.#mayRead) this.#owner.resumeClient()
    }
    if (this.#stopped !== undefined) this.#stopped.tryHandOver()
    else if (this.#unread.some && !this.#requests.waiting) this.#goOn()
  }

  #goOn(): void {
    // One behind the other, and never one within the other: a chunk may hold a thousand requests.
    if (this.#goingOn) return
    this.#goingOn = true
    for (let bytes = this.#next(); bytes !== undefined; bytes = this.#next()) this.fromClient(bytes)
    this.#goingOn = false
    this.#count()
    const ended = this.#clientHasEnded
    this.#clientHasEnded = false
    if (ended) this.clientEnded()
    else if (this.#mayRead && !this.#crowded) this.#owner.resumeClient()
  }

  /** Of what waits, if it may go on. */
  #next(): Uint8Array | undefined {
    const rests = this.#requests.waiting || this.#stopped?.waitsForBody === false
    return rests ? undefined : this.#unread.next()
  }

  get #mayRead(): boolean {
    return this.#stopped === undefined ? !this.#unread.some : this.#stopped.waitsForBody
  }

  /** Bytes still flow, and nobody looks at them any more. */
  opaque(reason: OpaqueReason): void {
    const held = this.#kept ? this.#requests.heldHead : undefined
    this.#requests.lookAway()
    this.#answers.lookAway()
    if (held !== undefined) this.#up.data(held)
    this.#kept = false
    this.#headAt = -1
    this.#passed = true
    if (this.#stopped !== undefined) {
      this.#stopped.opaque()
      this.#answers.expectBlindly(this.#stopped.watched)
    }
    this.#stopped = undefined
    this.#owner.opaque(reason)
    if (this.#unread.some) this.#goOn()
  }

  /** The connection ends: exchanges that have no full answer end with it. */
  stop(): void {
    this.#over = true
    this.#stopped?.drop()
    this.#count()
    if (this.#stopped !== undefined) this.#owner.ended(this.#stopped.watched)
    this.#stopped = undefined
    this.#answers.drop()
  }
}
