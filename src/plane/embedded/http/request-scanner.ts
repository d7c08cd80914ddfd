import { FIELDS, HeadScanner } from './head-scanner.ts'
import { methodTrie } from './method-trie.ts'
import { CR, LF, OCTETS, SP, skip, TARGET, TOKEN } from './octets.ts'
import type { OpaqueReason } from './opaque-reason.ts'

const METHOD = 0
const TARGET_FIRST = 1
const TARGET_REST = 2
const VERSION = 3
const LINE_CR = 4
const LINE_LF = 5

/** Without the last digit. */
const PROTOCOL = 'HTTP/1.'
/** RFC 9112 section 3.2.2; the scheme as narrow as Node's parser has it, at most one `@`. */
const ABSOLUTE_FORM = /^[A-Za-z]+:\/\/(?:[\w.~%!$&'()*+,;=:-]+@)?[\w.~%!$&'()*+,;=:[\]-]+(?:[/?].*)?$/
/** RFC 9112 section 3.2.3. */
const AUTHORITY_FORM = /^(?:\[[\dA-Fa-f:.]+\]|[\w.~%!$&'()*+,;=-]+):\d+$/

export class RequestScanner extends HeadScanner {
  method = ''
  /** Where the target ends, relative to the head; it begins one byte behind the method. */
  targetEnd = 0

  protected readStartLine(bytes: Uint8Array, base: number, from: number, end: number): number {
    let index = from
    while (index < end) {
      const byte = bytes[index] as number
      switch (this.step) {
        case METHOD: {
          // `mark` is the node in the trie of methods until the target begins.
          const node = byte === SP ? 0 : methodTrie.step(this.mark, byte)
          if (node !== 0) this.mark = node
          else {
            const failure = this.methodEnds(byte, index === base)
            if (failure !== undefined) return this.fail(failure, index)
            this.step = TARGET_FIRST
          }
          index += 1
          break
        }
        case TARGET_FIRST:
          this.mark = index - base
          if (!this.mayBegin(byte)) return this.fail(lineBreak(byte) ?? 'bad_target', index)
          this.step = TARGET_REST
          break
        case TARGET_REST: {
          index = skip(bytes, index, end, TARGET)
          if (index === end) break
          const failure = this.targetEnds(bytes, base, index)
          if (failure !== undefined) return this.fail(failure, index)
          this.targetEnd = index - base
          index += 1
          this.mark = index - base
          this.step = VERSION
          break
        }
        case VERSION: {
          const at = index - base - this.mark
          if (at < PROTOCOL.length) {
            if (byte !== PROTOCOL.charCodeAt(at)) return this.fail('bad_version', index)
          } else {
            if (byte !== 0x30 && byte !== 0x31) return this.fail('bad_version', index)
            this.fields.minor = byte === 0x31 ? 1 : 0
            this.step = LINE_CR
          }
          index += 1
          break
        }
        case LINE_CR:
          if (byte !== CR) return this.fail(byte === LF ? 'bare_lf' : 'bad_version', index)
          index += 1
          this.step = LINE_LF
          break
        default:
          if (byte !== LF) return this.fail('bare_cr', index)
          this.step = FIELDS
          return index + 1
      }
    }
    return index
  }

  private methodEnds(byte: number, first: boolean): OpaqueReason | undefined {
    if (first && byte === 0x16) return 'tls'
    if (byte !== SP || first) return ((OCTETS[byte] as number) & TOKEN) === 0 ? 'bad_method' : 'unknown_method'
    this.method = methodTrie.ending(this.mark)
    if (this.method === 'PRI') return 'http2'
    return this.method === '' ? 'unknown_method' : undefined
  }

  private mayBegin(byte: number): boolean {
    if (this.method === 'CONNECT') return ((OCTETS[byte] as number) & TARGET) !== 0
    return byte === 0x2f || byte === 0x2a || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
  }

  private targetEnds(bytes: Uint8Array, base: number, index: number): OpaqueReason | undefined {
    const byte = bytes[index] as number
    if (byte !== SP) return lineBreak(byte) ?? 'bad_target'
    const first = bytes[base + this.mark] as number
    if (first === 0x2f && this.method !== 'CONNECT') return undefined
    if (first === 0x2a && this.method !== 'CONNECT') return index - base - this.mark === 1 ? undefined : 'bad_target'
    const start = bytes.byteOffset + base + this.mark
    const target = Buffer.from(bytes.buffer, start, bytes.byteOffset + index - start).toString('latin1')
    const form = this.method === 'CONNECT' ? AUTHORITY_FORM : ABSOLUTE_FORM
    return form.test(target) ? undefined : 'bad_target'
  }
}

/** A request line that ends with its target is HTTP/0.9. */
function lineBreak(byte: number): OpaqueReason | undefined {
  return byte === CR || byte === LF ? 'http_0_9' : undefined
}
