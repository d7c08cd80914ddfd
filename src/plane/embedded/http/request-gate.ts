import type { BodyWait } from './body-wait.ts'
import type { FramerListener } from './framer-listener.ts'
import type { RequestHead } from './head.ts'
import type { HeadBook } from './head-book.ts'
import { RequestFramer } from './request-framer.ts'

/** What stands behind the gate. */
export interface GateHost {
  /** Set where the body of the request, which comes next, is to be seen before it is let in. */
  waitFor(head: RequestHead, bytes: Uint8Array, gaveUp: () => void): BodyWait | undefined
  /** The body is here, or will not be. */
  waited(wait: BodyWait): void
  /** @returns false when enough is waiting there */
  push(bytes: Uint8Array): boolean
  /** The caller said all it had to say, and all of that was let in. */
  ended(): void
  /** The next request could be read in two ways; nothing of it was let in. */
  refuse(): void
  /** The request that was let in goes on in a way that could be read in two; no more of it will come. */
  broken(): void
  /** There is room again. */
  drained(): void
}

/**
 * Lets requests into the exchange lane one at a time, and only what our framer understands: node:http must never be
 * the one that guesses where a request ends. What follows waits here, unread.
 */
export class RequestGate {
  readonly #host: GateHost
  readonly #framer: RequestFramer
  /** Behind the request that is let in: the next one's head, and bytes not looked at. */
  #rest: Uint8Array[] = []
  #head: Uint8Array | undefined
  #request: RequestHead | undefined
  #wait: BodyWait | undefined
  #held = 0
  /** A request is let in and not over. */
  #open = false
  #ended = false
  #refused = false
  /** Indices in the chunk at hand, -1 when not there. */
  #headAt = -1
  #endAt = -1
  /** No message is under way. */
  #between = true
  #kept = false
  #complete = false
  #base = 0

  constructor(host: GateHost, known?: HeadBook<RequestHead>) {
    this.#host = host
    const listener: FramerListener<RequestHead> = {
      headBegins: (at) => {
        this.#headAt = at - this.#base
        this.#kept = this.#between = false
      },
      head: (head) => {
        this.#request = head
        return (this.#complete = true)
      },
      body: () => {},
      end: (at) => {
        this.#between = true
        this.#endAt = at - this.#base
      },
      opaque: () => (this.#refused = true),
    }
    this.#framer = new RequestFramer(listener, { known })
  }

  get callerHasEnded(): boolean {
    return this.#ended
  }

  get heldBytes(): number {
    return this.#held + this.#framer.keptBytes
  }

  /** A request waits for the one before it. */
  get blocked(): boolean {
    return this.#head !== undefined || this.#rest.length > 0 || (this.#framer.waiting && this.#open)
  }

  get #empty(): boolean {
    return this.#head === undefined && this.#rest.length === 0
  }

  write(bytes: Uint8Array): boolean {
    if (this.#refused) return true
    if (this.#wait !== undefined) return this.#takeBody(this.#wait, bytes)
    if (!this.blocked) return this.#run(bytes)
    this.#keep(bytes)
    return false
  }

  end(): void {
    this.#ended = true
    // What has not come will not.
    if (this.#wait !== undefined) return this.#letWaitingIn(this.#wait, [])
    if (this.#empty && !this.#refused) this.#host.ended()
  }

  /** The request that was let in is over. */
  next(): void {
    this.#open = false
    if (this.#refused && this.#head === undefined) return this.#host.refuse()
    if (this.#framer.waiting) this.#framer.declined()
    const [head, rest] = [this.#head, this.#rest]
    if (head === undefined && rest.length === 0) return
    this.#head = undefined
    this.#rest = []
    this.#held = 0
    if (head !== undefined) this.#letIn(head)
    this.#goOn(rest)
  }

  /** Another protocol's bytes from here on. @returns what waits here, in order */
  give(): readonly Uint8Array[] {
    const all = this.#head === undefined ? this.#rest : [this.#head, ...this.#rest]
    this.#head = undefined
    this.#rest = []
    this.#held = 0
    return all
  }

  #goOn(rest: readonly Uint8Array[]): void {
    for (const [i, bytes] of rest.entries()) {
      if (this.#refused) return
      if (this.blocked) {
        for (const later of rest.slice(i)) this.#keep(later)
        return
      }
      if (this.#wait === undefined) this.#run(bytes)
      else this.#takeBody(this.#wait, bytes)
    }
    if (!this.#empty || this.#refused) return
    if (this.#ended && this.#wait !== undefined) this.#letWaitingIn(this.#wait, [])
    else if (this.#ended) this.#host.ended()
    else if (!this.blocked) this.#host.drained()
  }

  #keep(bytes: Uint8Array): void {
    this.#rest.push(bytes)
    this.#held += bytes.length
  }

  #letIn(head: Uint8Array): boolean {
    this.#open = true
    if (this.#request === undefined) return this.#host.push(head)
    this.#wait = this.#host.waitFor(this.#request, head, () => {
      if (this.#wait !== undefined) this.#letWaitingIn(this.#wait, [])
    })
    return this.#wait === undefined ? this.#host.push(head) : true
  }

  #takeBody(wait: BodyWait, bytes: Uint8Array): boolean {
    const got = wait.take(bytes)
    if (wait.over) this.#letWaitingIn(wait, [bytes.subarray(got)])
    return !this.blocked
  }

  #letWaitingIn(wait: BodyWait, rest: readonly Uint8Array[]): void {
    this.#wait = undefined
    wait.stop()
    this.#host.waited(wait)
    this.#host.push(wait.headBytes)
    this.#goOn([wait.bytes, ...rest].filter(({ length }) => length > 0))
  }

  /** The connection ends. */
  stop(): void {
    this.#wait?.stop()
    this.#wait = undefined
  }

  #run(bytes: Uint8Array): boolean {
    let room = true
    let index = 0
    for (;;) {
      this.#base = this.#framer.position - index
      this.#headAt = this.#endAt = -1
      this.#complete = false
      const got = this.#framer.execute(bytes, index)
      const start = this.#headAt >= 0 ? this.#headAt : this.#kept || this.#complete ? index : got
      if (this.#refused) {
        const inHead = this.#between || this.#headAt >= 0 || this.#kept
        const sound = this.#headAt >= 0 ? this.#headAt : this.#endAt
        if (sound > index) this.#host.push(bytes.subarray(index, sound))
        // Behind a request that is not answered yet it waits its turn.
        if (!inHead) this.#host.broken()
        else if (!this.#open) this.#host.refuse()
        return true
      }
      if (start > index) room = this.#host.push(bytes.subarray(index, start))
      if (this.#complete) {
        const earlier = this.#kept && this.#headAt < 0 ? this.#framer.heldHead : undefined
        this.#kept = false
        const here = bytes.subarray(start, got)
        const head = earlier === undefined ? here : Buffer.concat([earlier, here])
        index = got
        if (this.#open) {
          this.#head = head
          this.#held += head.length
          if (got < bytes.length) this.#keep(bytes.subarray(got))
          return false
        }
        room = this.#letIn(head)
        if (this.#wait !== undefined) return this.#takeBody(this.#wait, bytes.subarray(got))
        continue
      }
      if (this.#headAt >= 0) this.#kept = true
      if (got < bytes.length) {
        this.#keep(bytes.subarray(got))
        return false
      }
      return room
    }
  }
}
