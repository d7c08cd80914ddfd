import type { ExchangeHeads, ExchangeLane, Origin } from '../../../contract/events.ts'
import type { HeaderList } from '../../../contract/exchange.ts'
import { fromRaw } from './headers.ts'

/** Where fields stand as node:http and the framer give them: name, value, name, value. */
interface RawFields {
  readonly rawHeaders: readonly string[]
  /** The head as it came, where that is what is kept. */
  readonly text?: string
}

/** What is noted of one exchange, in either lane, until it is told to the journal. */
export class Watched implements ExchangeHeads {
  readonly ordinal: number
  readonly method: string
  readonly target: string
  readonly startedAt: number
  lane: ExchangeLane = 'wire'
  status: number | undefined
  sentAt = -1
  answeredAt = -1
  injectedMs = 0
  requestBytes = 0
  responseBytes = 0
  complete = false
  /** Set when a fault gave the answer, or took it away. */
  origin: Origin | undefined
  readonly #now: () => number
  readonly #request: RawFields
  #response: RawFields | undefined

  constructor(ordinal: number, method: string, target: string, fields: RawFields, now: () => number) {
    this.ordinal = ordinal
    this.method = method
    this.target = target
    this.#request = fields
    this.#now = now
    this.startedAt = now()
  }

  get request(): HeaderList {
    return fromRaw(this.#request.rawHeaders)
  }

  get response(): HeaderList | undefined {
    return this.#response === undefined ? undefined : fromRaw(this.#response.rawHeaders)
  }

  get size(): number {
    return sizeOf(this.#request) + (this.#response === undefined ? 0 : sizeOf(this.#response))
  }

  /** The head goes upstream; of repeats the first counts. */
  sent(): void {
    if (this.sentAt < 0) this.sentAt = this.#now()
  }

  answered(status: number, fields: RawFields): void {
    this.answeredAt = this.#now()
    this.gave(status, fields)
  }

  /** What the caller is given, which may be another head than the upstream's. */
  gave(status: number, fields: RawFields): void {
    this.status = status
    this.#response = fields
  }

  /** A fault gives the answer, or leaves the caller without. */
  injected(): void {
    this.origin = 'injected'
  }

  withheld(): void {
    this.origin = 'injected'
    this.status = undefined
    this.#response = undefined
  }
}

// Its fields are only taken apart where there is no text.
const sizeOf = (fields: RawFields): number =>
  fields.text === undefined ? fields.rawHeaders.reduce((sum, part) => sum + part.length, 0) : fields.text.length
