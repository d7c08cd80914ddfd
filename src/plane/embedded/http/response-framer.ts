import type { FramerOptions, ResponseListener } from './framer-listener.ts'
import { BLIND, START } from './content-reader.ts'
import { Framer } from './framer.ts'
import { type BodyKind, type Place, type RequestHead, ResponseHead } from './head.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { ResponseScanner } from './response-scanner.ts'

/** What an answer's frame depends on, of the request that it answers. */
const PLAIN = 0
const HEAD_REQUEST = 1
const CONNECT_REQUEST = 2
const UPGRADE_REQUEST = 3

/** The upstream's direction. Its owner announces every request whose head goes upstream, in order (`expect`). */
export class ResponseFramer extends Framer<ResponseHead, ResponseScanner> {
  private readonly listener: ResponseListener<ResponseHead>
  private readonly requests: number[] = []

  constructor(listener: ResponseListener<ResponseHead>, options?: FramerOptions<ResponseHead>) {
    super(listener, new ResponseScanner(), false, options)
    this.listener = listener
  }

  /** Requests whose final answer has not ended. */
  get outstanding(): number {
    return this.requests.length
  }

  expect({ method, upgrade }: Pick<RequestHead, 'method' | 'upgrade'>): void {
    if (method === 'HEAD') this.requests.push(HEAD_REQUEST)
    else if (method === 'CONNECT') this.requests.push(CONNECT_REQUEST)
    else this.requests.push(upgrade ? UPGRADE_REQUEST : PLAIN)
  }

  protected refusal(): OpaqueReason | undefined {
    return this.requests.length === 0 ? 'unsolicited_response' : undefined
  }

  /** 101 is not among them: it is refused where no upgrade was asked for. */
  protected override get mayKnow(): boolean {
    return this.requests[0] === PLAIN
  }

  /** RFC 9112 section 6.3, in its order. */
  protected complete(place: Place): ResponseHead | OpaqueReason {
    const { fields, status } = this.scanner
    const [request] = this.requests
    const { minor, keepAlive, chunked, contentLength } = fields
    const tunnel = status === 101 || (request === CONNECT_REQUEST && status < 300 && status >= 200)
    if (status === 101 && request !== UPGRADE_REQUEST) return 'unexpected_upgrade'
    // Such an answer has no content; where it announces some, others may wait for it.
    const empty = status < 200 || status === 204
    if (empty && !tunnel && (chunked || contentLength > 0)) return 'body_not_allowed'
    if (empty || tunnel || status === 304 || request === HEAD_REQUEST) {
      return new ResponseHead(place, status, minor, 'none', 0, keepAlive, tunnel)
    }
    const body: BodyKind = chunked ? 'chunked' : contentLength >= 0 ? 'length' : 'until_close'
    const length = Math.max(0, contentLength)
    return new ResponseHead(place, status, minor, body, length, keepAlive && body !== 'until_close', tunnel)
  }

  protected over(head: ResponseHead): void {
    this.settle(head)
    if (head.tunnel) this.listener.tunnel(this.position)
    else this.listener.end(this.position)
  }

  protected settle(head: ResponseHead): void {
    this.closed = !head.keepAlive
    this.phase = head.tunnel ? BLIND : START
    if (!head.interim) this.requests.shift()
  }
}
