import { FIELDS, HeadScanner } from './head-scanner.ts'
import { CR, LF, SP, skip, TEXT } from './octets.ts'
import type { OpaqueReason } from './opaque-reason.ts'

const PROTOCOL_STEP = 0
const MINOR = 1
const STATUS_SP = 2
const STATUS = 3
const REASON_SP = 4
const REASON = 5
const LINE_LF = 6

const PROTOCOL = 'HTTP/1.'

export class ResponseScanner extends HeadScanner {
  status = 0

  protected readStartLine(bytes: Uint8Array, base: number, from: number, end: number): number {
    let index = from
    while (index < end) {
      const byte = bytes[index] as number
      switch (this.step) {
        case PROTOCOL_STEP: {
          const at = index - base
          if (byte !== PROTOCOL.charCodeAt(at)) return this.fail(at < 5 ? 'not_http' : 'bad_version', index)
          if (at === PROTOCOL.length - 1) this.step = MINOR
          index += 1
          break
        }
        case MINOR:
          if (byte !== 0x30 && byte !== 0x31) return this.fail('bad_version', index)
          this.fields.minor = byte === 0x31 ? 1 : 0
          index += 1
          this.step = STATUS_SP
          break
        case STATUS_SP:
          if (byte !== SP) return this.fail('bad_version', index)
          index += 1
          this.mark = index - base
          this.status = 0
          this.step = STATUS
          break
        case STATUS:
          // RFC 9110 section 15: from 100 on; what lies above 599 is a mistake that frames well.
          if (byte < (index - base === this.mark ? 0x31 : 0x30) || byte > 0x39) return this.fail('bad_status', index)
          this.status = this.status * 10 + byte - 0x30
          if (index - base - this.mark === 2) this.step = REASON_SP
          index += 1
          break
        case REASON_SP:
          // The space must be there even if no reason follows; many leave it out, and no parser minds.
          if (byte === SP) this.step = REASON
          else if (byte === CR) this.step = LINE_LF
          else return this.fail(byte === LF ? 'bare_lf' : 'bad_status', index)
          index += 1
          break
        case REASON:
          index = skip(bytes, index, end, TEXT)
          if (index === end) break
          if (bytes[index] !== CR) return this.fail(reasonFailure(bytes[index] as number), index)
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
}

function reasonFailure(byte: number): OpaqueReason {
  return byte === LF ? 'bare_lf' : 'bad_reason_phrase'
}
