import {
  BLIND,
  CHUNKED,
  CONTENT,
  ContentReader,
  EMPTY_LINE,
  HEAD,
  LENGTH,
  START,
  UNTIL_CLOSE,
  WAITING,
} from './content-reader.ts'
import type { FramerListener, FramerOptions } from './framer-listener.ts'
import type { Head, Place } from './head.ts'
import type { HeadScanner } from './head-scanner.ts'
import { KnownHeads } from './known-heads.ts'
import { CR, LF } from './octets.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { SplitHead } from './split-head.ts'

/** Bytes of a head, from its start line to its empty line, and of trailers. */
const HEAD_LIMIT = 65_536
/** What is copied of a chunk at a time while the end of a split head is sought. */
const STRIDE = 1024

/**
 * Says where HTTP/1.x messages begin and end in one direction of a connection. It owns no socket, keeps no body and
 * changes nothing. What could be read in two ways makes it go blind (`opaque`), for good.
 */
export abstract class Framer<H extends Head, S extends HeadScanner> extends ContentReader<H> {
  protected readonly scanner: S
  /** The last message was to be the last one. */
  protected closed = false
  private readonly known: KnownHeads<H> | undefined
  private readonly skipsEmptyLines: boolean
  private split: SplitHead | undefined = undefined

  constructor(
    events: FramerListener<H>,
    scanner: S,
    skipsEmptyLines: boolean,
    { limit = HEAD_LIMIT, known }: FramerOptions<H> = {},
  ) {
    super(events, limit)
    this.scanner = scanner
    this.skipsEmptyLines = skipsEmptyLines
    this.known = known === undefined ? undefined : new KnownHeads(known)
  }

  /** The offset in the stream of the next byte to look at; for a listener, the end of what it is being told. */
  get position(): number {
    return this.at
  }

  /** Between two messages. */
  get atBoundary(): boolean {
    return this.phase === START || this.phase === WAITING
  }

  get blind(): boolean {
    return this.phase === BLIND
  }

  /** Lets all later bytes pass unseen, with no further event: the connection is a tunnel, or opaque by the other side. */
  lookAway(): void {
    this.phase = BLIND
    this.current = undefined
  }

  /**
   * What earlier chunks held of the head that is unfinished, that the listener stopped at, or that just failed: whoever
   * keeps heads back until they end still owes these bytes. The memory is not used again.
   */
  get heldHead(): Uint8Array | undefined {
    return this.split?.earlier
  }

  /** Bytes of an unfinished head that are kept here. */
  get keptBytes(): number {
    return this.phase === HEAD ? (this.split?.filled ?? 0) : 0
  }

  /**
   * Looks at `chunk` from index `from` on, the stream's next byte. Answers the index it got to: the chunk's end, or
   * less if the listener stopped it behind a head, or if an answer must come first (`RequestFramer.waiting`). Behind
   * a stop it is to be called again even with nothing left: a message without content ends only then.
   */
  execute(chunk: Uint8Array, from = 0): number {
    const end = chunk.length
    // Content of known length, the bulk of all bytes, costs a comparison and a call.
    if (this.phase === LENGTH && this.remaining > end - from) {
      this.takeContent(chunk, from, end)
      return end
    }
    if (this.phase === START && from === 0 && !this.closed && this.mayKnow) {
      const head = this.known?.again(chunk)
      if (head !== undefined) return this.executeAgain(head, chunk)
    }
    if (this.phase === HEAD) this.split?.turn()
    else this.split = undefined
    let index = from
    for (;;) {
      switch (this.phase) {
        case START:
          if (index === end) return end
          if (this.skipsEmptyLines && chunk[index] === CR) {
            this.phase = EMPTY_LINE
            index += 1
            this.at += 1
          } else {
            index = this.beginHead(chunk, index, end)
            if (this.current !== undefined && this.showHead()) return index
          }
          break
        case EMPTY_LINE:
          if (index === end) return end
          if (chunk[index] === LF) {
            this.phase = START
            index += 1
            this.at += 1
          } else this.fail('bare_cr')
          break
        case HEAD:
          if (index === end) return end
          index = this.readHead(chunk, index, end)
          if (this.scanner.done && this.showHead()) return index
          break
        case CONTENT:
          this.beginContent()
          break
        case LENGTH: {
          const stop = Math.min(end, index + this.remaining)
          this.takeContent(chunk, index, stop)
          index = stop
          if (this.remaining > 0) return end
          this.finishMessage()
          break
        }
        case CHUNKED:
          if (index === end) return end
          index = this.readChunks(chunk, index, end)
          break
        case UNTIL_CLOSE:
          this.remaining = end - index
          this.takeContent(chunk, index, end)
          return end
        case WAITING:
          return index
        default:
          this.at += end - index
          return end
      }
    }
  }

  /** The stream has ended. False: inside a message; `heldHead` is all there was of its head. */
  finish(): boolean {
    this.split?.turn()
    if (this.phase === CONTENT) this.beginContent()
    if (this.phase === UNTIL_CLOSE) this.finishMessage()
    const whole = this.atBoundary || this.phase === BLIND || this.phase === EMPTY_LINE
    this.lookAway()
    return whole
  }

  /** Why no message may begin now, if so. */
  protected abstract refusal(): OpaqueReason | undefined

  /** Whether a head's bytes alone say how its message is framed. */
  protected abstract readonly mayKnow: boolean

  /** A message is over: sets the next phase. */
  protected abstract settle(head: H): void

  /** A head is complete. */
  protected begun(): void {}

  /** Makes what the scanner read into a head, or says why its message cannot be framed. */
  protected abstract complete(place: Place): H | OpaqueReason

  protected fail(reason: OpaqueReason): void {
    this.lookAway()
    this.events.opaque(reason, this.at)
  }

  /** @returns the index behind the head where it is known, `index` where it must be read */
  private beginHead(chunk: Uint8Array, index: number, end: number): number {
    const refusal = this.closed ? 'bytes_after_close' : this.refusal()
    if (refusal !== undefined) {
      this.fail(refusal)
      return index
    }
    this.phase = HEAD
    this.events.headBegins(this.at)
    const known = this.mayKnow ? this.known?.find(chunk, index, end) : undefined
    if (known === undefined) {
      this.scanner.begin()
      return index
    }
    this.at += known.size
    this.begin(known)
    return index + known.size
  }

  /** The chunk is one whole message with this head, as most are on most connections: the same in one go. */
  private executeAgain(head: H, chunk: Uint8Array): number {
    this.split = undefined
    if (this.events.takesWhole?.(head) === true) {
      this.at += chunk.length
      this.begun()
      this.settle(head)
      this.events.whole?.(head)
      return chunk.length
    }
    this.events.headBegins(this.at)
    this.at += head.size
    this.begin(head)
    if (this.showHead()) return head.size
    // Unless it looks away from here on.
    if (this.phase !== CONTENT) this.at += head.length
    else {
      this.takeContent(chunk, head.size, chunk.length)
      this.finishMessage()
    }
    return chunk.length
  }

  private readHead(chunk: Uint8Array, index: number, end: number): number {
    const { scanner, split } = this
    // Where this head's bytes lie side by side, and which of them are new.
    let [bytes, base, from, to] = [chunk, index, index, Math.min(end, index + this.limit)]
    if (split !== undefined) {
      base = 0
      from = split.filled
      to = Math.min(from + Math.min(end - index, STRIDE), this.limit)
      split.add(chunk, index, index + to - from)
      bytes = split.bytes
    }
    const reached = scanner.run(bytes, base, from, to)
    this.at += reached - from
    if (scanner.failure !== undefined) this.fail(scanner.failure)
    else if (scanner.done) this.settleHead({ bytes, from: base, to: reached })
    else if (reached - base === this.limit) this.fail('head_too_large')
    else this.split ??= new SplitHead(chunk, index, end)
    return index + reached - from
  }

  private settleHead(place: Place): void {
    const head = this.complete(place)
    if (typeof head === 'string') return this.fail(head)
    this.begin(head)
    if (this.split === undefined && this.mayKnow) this.known?.note(head, place.bytes, place.from)
  }

  private begin(head: H): void {
    this.current = head
    this.phase = CONTENT
    this.begun()
  }

  /** True: the listener wants to stop here. */
  private showHead(): boolean {
    if (this.current === undefined || this.phase !== CONTENT) return false
    if (this.events.head(this.current, this.at)) return true
    this.split = undefined
    return false
  }
}
