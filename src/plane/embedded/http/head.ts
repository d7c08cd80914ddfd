import type { RequestHead as ExchangeHead } from '../../../contract/exchange.ts'
import { fieldsOf } from '../../../contract/raw-head.ts'
import type { HeadBytes } from '../../../contract/raw-head.ts'
import { exchangeHead } from './exchange-head.ts'
import { LF } from './octets.ts'

const NOTHING = new Uint8Array(0)

// Taken once: to ask for the global costs as much as a short comparison.
const { compare, copy } = Buffer.prototype as Buffer

/** How the end of a body is found. */
export type BodyKind = 'none' | 'length' | 'chunked' | 'until_close'

/** Where the bytes of a head lie side by side. */
export interface Place {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** A head keeps no more than this of the chunk that it came in. */
const MOST_KEPT = 4096

/** What came is copied here and compared eight bytes at a time: that takes less long than a call into Node. */
const arrived = new Uint8Array(MOST_KEPT)
const arrivedWords = new Float64Array(arrived.buffer)

/** What both sorts of heads have; they become text, and fields are taken apart, only when somebody asks. */
export abstract class Head implements HeadBytes {
  /** The minor version: HTTP/1.0 or HTTP/1.1. */
  readonly minor: 0 | 1
  readonly body: BodyKind
  /** Bytes of a body of kind `length`, 0 for the others. */
  readonly length: number
  /** Whether this side may send another message behind this one. */
  readonly keepAlive: boolean
  /** Its own bytes: start line, fields and the empty line. */
  readonly size: number
  /** Bytes of the whole message, -1 where the head does not say. */
  readonly messageSize: number
  private bytes: Uint8Array
  private from: number
  /** The same memory as `bytes`, where it is the head's own; without the bytes behind the last whole word. */
  private words: Float64Array | undefined
  private whole: string | undefined
  private pairs: readonly string[] | undefined

  constructor({ bytes, from, to }: Place, minor: 0 | 1, body: BodyKind, length: number, keepAlive: boolean) {
    const small = bytes.length <= MOST_KEPT
    this.minor = minor
    this.body = body
    this.length = length
    this.keepAlive = keepAlive
    this.size = to - from
    this.messageSize = body === 'none' || body === 'length' ? this.size + length : -1
    this.bytes = small ? bytes : NOTHING
    this.from = from
    this.words = undefined
    this.whole = small ? undefined : latin1(bytes, from, to)
    this.pairs = undefined
  }

  /** Start line, fields and the empty line, as latin1: one character per byte. */
  get text(): string {
    return (this.whole ??= latin1(this.bytes, this.from, this.from + this.size))
  }

  get lasts(): boolean {
    return this.words !== undefined
  }

  copyTo(bytes: Buffer, at: number): void {
    if (this.bytes === NOTHING) bytes.write(this.text, at, 'latin1')
    else copy.call(this.bytes, bytes, at, this.from, this.from + this.size)
  }

  /** Whether these bytes begin with this very head. */
  is(bytes: Uint8Array, from: number, end: number): boolean {
    const { size, words } = this
    if (size > end - from || bytes[from + size - 1] !== LF) return false
    if (from === 0 && words !== undefined && bytes.length <= MOST_KEPT) return this.begins(bytes, words)
    return compare.call(bytes, this.bytes, 0, size, from, from + size) === 0
  }

  private begins(bytes: Uint8Array, words: Float64Array): boolean {
    const { size, bytes: own } = this
    const count = words.length
    arrived.set(bytes)
    for (let index = 0; index < count; index += 1) if (arrivedWords[index] !== words[index]) return false
    for (let index = count * 8; index < size; index += 1) if (arrived[index] !== own[index]) return false
    return true
  }

  /** It is to outlive the chunk that it came in: it takes its bytes along. */
  keep(bytes: Uint8Array, from: number): void {
    const own = new Uint8Array(this.size)
    own.set(bytes.subarray(from, from + this.size))
    this.bytes = own
    this.from = 0
    // Equal numbers have equal bytes, but for the two zeros.
    if (!own.includes(0)) this.words = new Float64Array(own.buffer, 0, this.size >> 3)
  }

  /** Name, value, name, value, ... in order and first spelling, like `rawHeaders` of `node:http`. */
  get rawHeaders(): readonly string[] {
    return (this.pairs ??= fieldsOf(this.text))
  }

  /** The first value of a field; its name is given in lower case. */
  field(name: string): string | undefined {
    const { rawHeaders } = this
    for (let index = 0; index < rawHeaders.length; index += 2) {
      if (rawHeaders[index]?.toLowerCase() === name) return rawHeaders[index + 1]
    }
    return undefined
  }
}

export class RequestHead extends Head {
  readonly method: string
  /** `Connection: upgrade` with an `Upgrade` field: what follows the answer may be another protocol. */
  readonly upgrade: boolean
  /** `Expect: 100-continue`. */
  readonly expectContinue: boolean
  /** Relative to the head; it begins one byte behind the method. */
  private readonly targetEnd: number
  private inWords: ExchangeHead | undefined
  private targetText: string | undefined
  /** The faults that passed it by: a list that is made anew whenever one of them changes or turns. */
  unmatchedBy: readonly unknown[] | undefined

  constructor(
    place: Place,
    method: string,
    targetEnd: number,
    minor: 0 | 1,
    body: BodyKind,
    length: number,
    keepAlive: boolean,
    upgrade: boolean,
    expectContinue: boolean,
  ) {
    super(place, minor, body, length, keepAlive)
    this.method = method
    this.targetEnd = targetEnd
    this.upgrade = upgrade
    this.expectContinue = expectContinue
    this.inWords = undefined
    this.targetText = undefined
    this.unmatchedBy = undefined
  }

  get target(): string {
    return (this.targetText ??= this.text.slice(this.method.length + 1, this.targetEnd))
  }

  /** The same in the words of the contract, for faults to look at. */
  get asked(): ExchangeHead {
    return (this.inWords ??= exchangeHead(this.method, this.target, this.minor === 0 ? '1.0' : '1.1', this))
  }

  get connect(): boolean {
    return this.method === 'CONNECT'
  }
}

export class ResponseHead extends Head {
  readonly status: number
  /** After this head the connection is a tunnel: 101, or 2xx to CONNECT. */
  readonly tunnel: boolean

  constructor(
    place: Place,
    status: number,
    minor: 0 | 1,
    body: BodyKind,
    length: number,
    keepAlive: boolean,
    tunnel: boolean,
  ) {
    super(place, minor, body, length, keepAlive)
    this.status = status
    this.tunnel = tunnel
  }

  /** A 1xx answer before the final one. */
  get interim(): boolean {
    return this.status < 200 && !this.tunnel
  }

  get reason(): string {
    return this.text.slice('HTTP/1.1 200 '.length, this.text.indexOf('\r\n'))
  }
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.toString('latin1', from, to)
}
