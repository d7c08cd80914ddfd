import type { Timer } from '../../../kernel/clock.ts'
import type { Link } from '../link.ts'
import { BodyWait } from './body-wait.ts'
import { NO_FAULTS } from './decide-exchange.ts'
import type { Acting } from './decide-exchange.ts'
import type { RequestHead } from './head.ts'
import type { AwaitedAnswers } from './awaited-answers.ts'
import type { LaneOwner } from './lane-owner.ts'
import type { Watched } from './watched-exchange.ts'

/** How often a hand-over looks whether upstream faults have let go of what belongs to earlier requests. */
const RETRY_MS = 5
const NOTHING = new Uint8Array(0)

/** The wire lane, as a request that it stopped at sees it. */
export interface StopHost {
  /** These come before all else that waits. */
  putBack(bytes: readonly Uint8Array[]): void
  /** It is not stopped any more, and what waits goes on: looked at further, or not. */
  released(looked: boolean): void
  handOver(watched: Watched, acting: readonly Acting[]): void
}

interface Surroundings {
  readonly host: StopHost
  readonly owner: LaneOwner
  readonly answers: AwaitedAnswers
  readonly up: Link
}

/** A request at whose head the wire lane stopped: a fault acts on it, or may act once its body is here. */
export class StoppedRequest {
  readonly watched: Watched
  readonly head: RequestHead
  readonly #around: Surroundings
  #acting: readonly Acting[]
  #wait: BodyWait | undefined
  #retry: Timer | undefined

  /** `acting` is empty where only the body decides. */
  constructor(around: Surroundings, watched: Watched, head: RequestHead, acting: readonly Acting[]) {
    this.#around = around
    this.watched = watched
    this.head = head
    this.#acting = acting
  }

  /** With its head, as it came, and what came behind it. */
  begin(head: Uint8Array, rest: Uint8Array): void {
    if (this.#acting !== NO_FAULTS) return this.#keep([head, rest])
    this.#wait = new BodyWait(this.head, head, this.#around.up.shop, () => this.#guarded(() => this.#decide(NOTHING)))
    this.takeBody(rest)
  }

  /** What comes next is its body. */
  get waitsForBody(): boolean {
    return this.#wait !== undefined
  }

  takeBody(bytes: Uint8Array): void {
    const got = this.#wait?.take(bytes) ?? 0
    if (this.#wait?.over === true) this.#decide(bytes.subarray(got))
  }

  /** The caller says no more: what has not come will not. */
  ended(): void {
    if (this.#wait !== undefined) this.#decide(NOTHING)
  }

  /** Head and body are here, or will not be: all faults decide, and what was held goes one way or the other. */
  #decide(rest: Uint8Array): void {
    const wait = this.#stopWaiting()
    if (wait === undefined) return
    this.#acting = this.#around.owner.decide(this.watched, this.head, wait.body)
    if (this.#acting !== NO_FAULTS) return this.#keep([wait.headBytes, wait.bytes, rest])
    const { host, answers, up } = this.#around
    this.watched.sent(up.shop.clock.now())
    answers.expect(this.watched, this.head)
    up.data(wait.headBytes)
    host.putBack([wait.bytes, rest])
    host.released(true)
  }

  #keep(bytes: readonly Uint8Array[]): void {
    this.#around.host.putBack(bytes)
    this.#around.owner.pauseClient()
    this.tryHandOver()
  }

  /** Every earlier answer must be through first, and all of the earlier requests: an answer may come early. */
  tryHandOver(): void {
    const { host, answers, up } = this.#around
    if (answers.over) return this.#letPass()
    if (this.#wait !== undefined || answers.outstanding) return
    if (up.held > 0) return this.#tryLater()
    this.drop()
    host.handOver(this.watched, this.#acting)
  }

  #tryLater(): void {
    const { clock } = this.#around.up.shop
    this.#retry ??= clock.at(clock.now() + RETRY_MS, () => {
      this.#retry = undefined
      this.#guarded(() => this.tryHandOver())
    })
  }

  /** The caller could not be given an answer any more. */
  #letPass(): void {
    const { host, owner, answers } = this.#around
    owner.unable(this.watched, this.#acting, 'too_late', 'an earlier answer was the last on its connection')
    if (this.#wait !== undefined) owner.tooLate(this.watched, this.head)
    this.#release()
    answers.expectBlindly(this.watched)
    host.released(false)
  }

  /** Nobody looks at the connection any more. */
  opaque(): void {
    this.#around.owner.unable(
      this.watched,
      this.#acting,
      'opaque',
      'the connection is no HTTP that could be taken apart',
    )
    this.#release()
  }

  #release(): void {
    const wait = this.#stopWaiting()
    if (wait !== undefined) this.#around.host.putBack([wait.headBytes, wait.bytes])
    this.drop()
  }

  #stopWaiting(): BodyWait | undefined {
    const wait = this.#wait
    this.#wait = undefined
    wait?.stop()
    return wait
  }

  /** The connection ends, or it is handed over. */
  drop(): void {
    this.#retry?.cancel()
    this.#stopWaiting()
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#around.up.owner.bug(error)
    }
  }
}
