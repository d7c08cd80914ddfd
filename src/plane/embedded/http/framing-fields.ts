import { SP, spells, TAB } from './octets.ts'
import type { OpaqueReason } from './opaque-reason.ts'

const OTHER = 0
const CONTENT_LENGTH = 1
const TRANSFER_ENCODING = 2
const CONNECTION = 3
const PROXY_CONNECTION = 4
const UPGRADE = 5
const EXPECT = 6

/** Whether a trailer of this name would speak about the frame of a message that is nearly over. */
export function framesMessages(name: string): boolean {
  return /^(content-length|transfer-encoding|(proxy-)?connection|upgrade)$/.test(name)
}

/** What the fields of one head say about where its message ends. */
export class FramingFields {
  /** The minor version, told by the start line. */
  minor: 0 | 1 = 1
  /** -1: there is no Content-Length. */
  contentLength = -1
  chunked = false
  upgrade = false
  expectContinue = false
  private close = false
  private persist = false
  private switching = false

  clear(): void {
    this.contentLength = -1
    this.chunked = false
    this.upgrade = false
    this.expectContinue = false
    this.close = false
    this.persist = false
    this.switching = false
  }

  /** RFC 9112 section 9.3, without the part about bodies that end with the connection. */
  get keepAlive(): boolean {
    return !this.close && (this.minor === 1 || this.persist)
  }

  get wantsUpgrade(): boolean {
    return this.upgrade && this.switching
  }

  /** A number for the names that matter, 0 for all others; nothing is allocated. */
  nameOf(bytes: Uint8Array, from: number, to: number): number {
    switch (to - from) {
      case 6:
        return spells(bytes, from, to, 'expect') ? EXPECT : OTHER
      case 7:
        return spells(bytes, from, to, 'upgrade') ? UPGRADE : OTHER
      case 10:
        return spells(bytes, from, to, 'connection') ? CONNECTION : OTHER
      case 14:
        return spells(bytes, from, to, 'content-length') ? CONTENT_LENGTH : OTHER
      case 16:
        return spells(bytes, from, to, 'proxy-connection') ? PROXY_CONNECTION : OTHER
      case 17:
        return spells(bytes, from, to, 'transfer-encoding') ? TRANSFER_ENCODING : OTHER
      default:
        return OTHER
    }
  }

  /** Takes the value of a field that matters, or says why its message cannot be framed. */
  take(name: number, bytes: Uint8Array, from: number, end: number): OpaqueReason | undefined {
    // White space behind these two is legal, and read by some parsers but refused by others.
    if (name === CONTENT_LENGTH) return this.takeLength(bytes, from, end)
    if (name === TRANSFER_ENCODING) return this.takeEncoding(bytes, from, end)
    let to = end
    while (to > from && (bytes[to - 1] === SP || bytes[to - 1] === TAB)) to -= 1
    switch (name) {
      case CONNECTION:
        this.takeOptions(bytes, from, end, true)
        return undefined
      case PROXY_CONNECTION:
        // No standard knows it, some parsers obey it: what it closes is closed, what it would keep open is not.
        this.takeOptions(bytes, from, end, false)
        return undefined
      case UPGRADE:
        this.upgrade = true
        return undefined
      default:
        this.expectContinue ||= spells(bytes, from, to, '100-continue')
        return undefined
    }
  }

  private takeLength(bytes: Uint8Array, from: number, to: number): OpaqueReason | undefined {
    // Two equal ones are legal to merge (RFC 9110 section 8.6); who merges and who refuses differs, so we do neither.
    if (this.contentLength >= 0) return 'content_length_repeated'
    if (this.chunked) return 'content_length_with_transfer_encoding'
    // 16 digits reach 10^16 and cannot lose precision unseen below 2^53.
    if (to === from || to - from > 16) return 'bad_content_length'
    let length = 0
    for (let index = from; index < to; index += 1) {
      const digit = (bytes[index] as number) - 0x30
      if (digit < 0 || digit > 9) return 'bad_content_length'
      length = length * 10 + digit
    }
    if (length > Number.MAX_SAFE_INTEGER) return 'bad_content_length'
    this.contentLength = length
    return undefined
  }

  private takeEncoding(bytes: Uint8Array, from: number, to: number): OpaqueReason | undefined {
    if (this.chunked || !spells(bytes, from, to, 'chunked')) return 'bad_transfer_encoding'
    if (this.minor === 0) return 'transfer_encoding_in_http_1_0'
    if (this.contentLength >= 0) return 'content_length_with_transfer_encoding'
    this.chunked = true
    return undefined
  }

  private takeOptions(bytes: Uint8Array, from: number, to: number, mayPersist: boolean): void {
    if (spells(bytes, from, to, 'keep-alive')) {
      this.persist ||= mayPersist
      return
    }
    const start = bytes.byteOffset + from
    for (const item of Buffer.from(bytes.buffer, start, to - from)
      .toString('latin1')
      .toLowerCase()
      .split(',')) {
      const option = item.replace(/^[ \t]+|[ \t]+$/g, '')
      if (option === 'close') this.close = true
      else if (option === 'upgrade') this.switching = true
      // Parsers that stumble over a tab do not see it, and close.
      else if (option === 'keep-alive' && !item.includes('\t')) this.persist ||= mayPersist
    }
  }
}
