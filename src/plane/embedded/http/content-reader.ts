import { ChunkedBody } from './chunked-body.ts'
import type { FramerListener } from './framer-listener.ts'
import type { Head } from './head.ts'
import type { OpaqueReason } from './opaque-reason.ts'

export const START = 0
export const WAITING = 1
/** A tunnel, or opaque: bytes pass unseen. */
export const BLIND = 2
export const EMPTY_LINE = 3
export const HEAD = 4
/** A head has been shown; its content, if any, is next. */
export const CONTENT = 5
export const LENGTH = 6
export const CHUNKED = 7
export const UNTIL_CLOSE = 8

/** What a framer is at, and how it passes the content of a message. */
export abstract class ContentReader<H extends Head> {
  protected phase = START
  protected readonly events: FramerListener<H>
  /** Most bytes of a head, and of trailers. */
  protected readonly limit: number
  /** The offset in the stream of the next byte to look at. */
  protected at = 0
  protected remaining = 0
  protected chunks: ChunkedBody | undefined = undefined
  protected current: H | undefined = undefined

  constructor(events: FramerListener<H>, limit: number) {
    this.events = events
    this.limit = limit
  }

  /** A message is over: sets the next phase, then tells the listener. */
  protected abstract over(head: H): void

  protected abstract fail(reason: OpaqueReason): void

  protected beginContent(): void {
    const { current } = this
    switch (current?.body) {
      case 'length':
        this.remaining = current.length
        this.phase = LENGTH
        break
      case 'chunked':
        this.chunks = new ChunkedBody(this.limit)
        this.phase = CHUNKED
        break
      case 'until_close':
        this.phase = UNTIL_CLOSE
        break
      default:
        this.finishMessage()
    }
  }

  protected takeContent(chunk: Uint8Array, from: number, to: number): void {
    if (to === from) return
    this.remaining -= to - from
    this.at += to - from
    this.events.body(chunk, from, to)
  }

  protected readChunks(chunk: Uint8Array, from: number, end: number): number {
    const { chunks } = this
    if (chunks === undefined) return from
    let index = chunks.run(chunk, from, end)
    this.at += index - from
    if (chunks.failure !== undefined) this.fail(chunks.failure)
    else if (chunks.done) this.finishMessage()
    else if (index < end) {
      const stop = Math.min(end, index + chunks.data)
      chunks.data -= stop - index
      this.takeContent(chunk, index, stop)
      index = stop
    }
    return index
  }

  protected finishMessage(): void {
    const { current } = this
    this.current = undefined
    this.chunks = undefined
    if (current !== undefined) this.over(current)
  }
}
