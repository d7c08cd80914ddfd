import type { FramerListener, FramerOptions } from './framer-listener.ts'
import { START, WAITING } from './content-reader.ts'
import { Framer } from './framer.ts'
import { type BodyKind, type Place, RequestHead } from './head.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { RequestScanner } from './request-scanner.ts'

/**
 * The client's direction. Behind CONNECT and behind a request to upgrade nobody knows which protocol comes next before
 * the answer is there: the framer waits, and its owner calls `declined` or `lookAway`.
 */
export class RequestFramer extends Framer<RequestHead, RequestScanner> {
  private readonly listener: FramerListener<RequestHead>
  private answered = false

  constructor(listener: FramerListener<RequestHead>, options?: FramerOptions<RequestHead>) {
    super(listener, new RequestScanner(), true, options)
    this.listener = listener
  }

  /** `execute` goes no further until the answer is known. */
  get waiting(): boolean {
    return this.phase === WAITING
  }

  /** The final answer to CONNECT or to an upgrade left the connection with HTTP. */
  declined(): void {
    if (this.phase === WAITING) this.phase = START
    else this.answered = true
  }

  protected refusal(): OpaqueReason | undefined {
    return undefined
  }

  protected override readonly mayKnow = true

  protected override begun(): void {
    this.answered = false
  }

  protected complete(place: Place): RequestHead | OpaqueReason {
    const { fields, method, targetEnd } = this.scanner
    const body: BodyKind = fields.chunked ? 'chunked' : fields.contentLength >= 0 ? 'length' : 'none'
    // RFC 9110 section 9.3.6: content of CONNECT means nothing, and parsers differ on whether it is there.
    if (method === 'CONNECT' && (fields.chunked || fields.contentLength > 0)) return 'connect_with_body'
    return new RequestHead(
      place,
      method,
      targetEnd,
      fields.minor,
      body,
      Math.max(0, fields.contentLength),
      fields.keepAlive,
      fields.wantsUpgrade,
      fields.expectContinue,
    )
  }

  protected over(head: RequestHead): void {
    this.settle(head)
    this.listener.end(this.position)
  }

  protected settle(head: RequestHead): void {
    this.closed = !head.keepAlive
    this.phase = (head.connect || head.upgrade) && !this.answered ? WAITING : START
  }
}
