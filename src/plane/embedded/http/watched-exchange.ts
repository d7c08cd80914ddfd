import type { EndedExchange } from '../../../contract/ended-exchange.ts'
import type { ExchangeLane, Origin, UnableFault } from '../../../contract/events.ts'
import type { RawHead } from '../../../contract/raw-head.ts'
import type { RefusedWish } from '../../../contract/wishes.ts'
import type { Visit } from './guest.ts'

const NO_NAMES: readonly string[] = Object.freeze([])

/** What the start line of a request says; the target may have to be made. */
export interface Asked {
  readonly method: string
  readonly target: string
}

/** What is noted of one exchange, in either lane, until it is told. */
export class Watched {
  readonly proxy: string
  ordinal: number
  readonly connection: EndedExchange['connection']
  #asked: Asked
  request: RawHead
  response: RawHead | undefined
  lane: ExchangeLane = 'wire'
  status: number | undefined
  startedAt: number
  sentAt = -1
  answeredAt = -1
  injectedMs = 0
  requestBytes = 0
  responseBytes = 0
  complete = false
  /** Told the size of its bodies when it is over, where a fault waits for so many bytes. */
  counted: ((size: number) => void) | undefined
  /** Set when a fault gave the answer, or took it away, or the upstream gave none. */
  origin: Origin | undefined
  /** Faults that were to act on it and could not. */
  unable: readonly UnableFault[] | undefined
  /** Set where it belongs to a scope that shares the listener. */
  visit: Visit | undefined
  endedAt = -1
  faults: readonly string[] = NO_NAMES
  refused: readonly RefusedWish[] | undefined

  constructor(
    proxy: string,
    ordinal: number,
    connection: EndedExchange['connection'],
    asked: Asked,
    request: RawHead,
    now: number,
  ) {
    this.proxy = proxy
    this.ordinal = ordinal
    this.connection = connection
    this.#asked = asked
    this.request = request
    this.startedAt = now
  }

  /** Nothing is known of it but what any exchange has, and all of it was told: it may note the next one. */
  get isSpent(): boolean {
    const { origin, lane, faults, visit, counted, unable, refused } = this
    if (origin !== 'upstream' || lane !== 'wire' || faults !== NO_NAMES || visit !== undefined) return false
    return counted === undefined && unable === undefined && refused === undefined
  }

  /** Notes the next exchange of the same connection: what is made anew for each is work for the collector. */
  again(ordinal: number, asked: Asked, request: RawHead, now: number): this {
    this.ordinal = ordinal
    this.#asked = asked
    this.request = request
    this.response = undefined
    this.status = undefined
    this.startedAt = now
    this.sentAt = -1
    this.answeredAt = -1
    this.injectedMs = 0
    this.requestBytes = 0
    this.responseBytes = 0
    this.complete = false
    this.origin = undefined
    this.endedAt = -1
    return this
  }

  get method(): string {
    return this.#asked.method
  }

  get target(): string {
    return this.#asked.target
  }

  /** The head goes upstream; of repeats the first counts. */
  sent(now: number): void {
    if (this.sentAt < 0) this.sentAt = now
  }

  answered(status: number, head: RawHead, now: number): void {
    this.answeredAt = now
    this.gave(status, head)
  }

  /** What the caller is given, which may be another head than the upstream's. */
  gave(status: number, head: RawHead): void {
    this.status = status
    this.response = head
  }

  /** It is over, and may be told. */
  end(now: number, origin: Origin, refused: readonly RefusedWish[] | undefined): EndedExchange {
    this.endedAt = now
    this.origin = origin
    this.refused = refused
    return this as EndedExchange
  }

  /** A fault gives the answer, or leaves the caller without. */
  injected(): void {
    this.origin = 'injected'
  }

  withheld(): void {
    this.origin = 'injected'
    this.status = undefined
    this.response = undefined
  }
}
