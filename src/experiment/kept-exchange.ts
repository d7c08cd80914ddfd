import type { EndedExchange } from '../contract/ended-exchange.ts'
import type { HeadBytes, RawHead } from '../contract/raw-head.ts'

/** Memory of this size or less is used again; what large heads had is given back. */
const USUAL_BYTES = 4096
const STEP_BYTES = 512
const NO_BYTES = Buffer.alloc(0)
const NOBODY = { id: '', ordinal: 0, client: '' }

/**
 * The place of one exchange in the log, used again for later ones. Thousands come and go in a second: an object that
 * outlives its turn would be copied twice by the collector, so heads are kept as bytes and all else as plain fields.
 */
export class KeptExchange implements EndedExchange {
  proxy = ''
  ordinal = 0
  connection: EndedExchange['connection'] = NOBODY
  lane: EndedExchange['lane'] = 'wire'
  method = ''
  status: number | undefined
  origin: EndedExchange['origin'] = 'upstream'
  complete = false
  startedAt = 0
  sentAt = 0
  answeredAt = 0
  endedAt = 0
  injectedMs = 0
  requestBytes = 0
  responseBytes = 0
  faults: EndedExchange['faults'] = []
  unable: EndedExchange['unable']
  refused: EndedExchange['refused']
  /** Set where both last; else there are copies. */
  #request: HeadBytes | undefined
  #response: HeadBytes | undefined
  #bytes = NO_BYTES
  #requestLength = 0
  /** -1: no answer came. */
  #responseLength = -1

  /** Bytes of memory that its heads take. */
  get size(): number {
    return this.#bytes.length
  }

  /** Gives up the memory of its heads; it is not to be read before the next `fill`. */
  clear(): void {
    this.#request = this.#response = undefined
    this.#bytes = NO_BYTES
  }

  fill(ended: EndedExchange): void {
    this.#keepHeads(ended)
    this.proxy = ended.proxy
    this.ordinal = ended.ordinal
    this.connection = ended.connection
    this.lane = ended.lane
    this.method = ended.method
    this.status = ended.status
    this.origin = ended.origin
    this.complete = ended.complete
    this.startedAt = ended.startedAt
    this.sentAt = ended.sentAt
    this.answeredAt = ended.answeredAt
    this.endedAt = ended.endedAt
    this.injectedMs = ended.injectedMs
    this.requestBytes = ended.requestBytes
    this.responseBytes = ended.responseBytes
    this.faults = ended.faults
    this.unable = ended.unable
    this.refused = ended.refused
  }

  #keepHeads({ method, target, request, response }: EndedExchange): void {
    this.#request = this.#response = undefined
    if (lasts(request) && lasts(response)) {
      this.#request = request
      this.#response = response
      return
    }
    const asked = isList(request) ? textOf(request, `${method} ${target} HTTP/1.1`) : request
    const given = isList(response) ? textOf(response, '') : response
    this.#requestLength = sizeOf(asked)
    this.#responseLength = given === undefined ? -1 : sizeOf(given)
    const length = this.#requestLength + Math.max(0, this.#responseLength)
    if (length > this.#bytes.length || this.#bytes.length > USUAL_BYTES)
      this.#bytes = Buffer.allocUnsafeSlow(Math.ceil(length / STEP_BYTES) * STEP_BYTES)
    write(asked, this.#bytes, 0)
    if (given !== undefined) write(given, this.#bytes, this.#requestLength)
  }

  get request(): string {
    if (this.#request !== undefined) return this.#request.text
    return this.#bytes.toString('latin1', 0, this.#requestLength)
  }

  get response(): string | undefined {
    if (this.#request !== undefined) return this.#response?.text
    if (this.#responseLength < 0) return undefined
    return this.#bytes.toString('latin1', this.#requestLength, this.#requestLength + this.#responseLength)
  }

  /** It stands between the first two spaces of the head. */
  get target(): string {
    return this.request.split(' ', 2)[1] ?? ''
  }
}

const lasts = (head: RawHead | undefined): head is HeadBytes =>
  typeof head === 'object' && 'lasts' in head && head.lasts

const isList = (head: RawHead | undefined): head is readonly string[] => Array.isArray(head)

const sizeOf = (head: HeadBytes | string): number => (typeof head === 'string' ? head.length : head.size)

function write(head: HeadBytes | string, into: Buffer, at: number): void {
  if (typeof head === 'string') into.write(head, at, 'latin1')
  else head.copyTo(into, at)
}

/** A list of fields as a head. */
function textOf(fields: readonly string[], startLine: string): string {
  let text = `${startLine}\r\n`
  for (let i = 0; i + 1 < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`
  return `${text}\r\n`
}
