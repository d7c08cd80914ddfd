import { framesMessages } from './framing-fields.ts'
import { COLON, CR, HEX, LF, OCTETS, SP, TAB, TEXT, TOKEN } from './octets.ts'
import type { OpaqueReason } from './opaque-reason.ts'

const SIZE_FIRST = 0
const SIZE = 1
const EXTENSION = 2
const EXTENSION_VALUE = 3
const QUOTED = 4
const ESCAPED = 5
const QUOTED_END = 6
const SIZE_LF = 7
const DATA = 8
const DATA_CR = 9
const DATA_LF = 10
const TRAILER_LINE = 11
const TRAILER_NAME = 12
const TRAILER_VALUE = 13
const TRAILER_LF = 14
const LAST_LF = 15
const DONE = 16

/** RFC 9112 section 7.1.1 asks for a limit. One chunk's worth. */
const EXTENSION_LIMIT = 4096
/** No name that matters is longer. */
const NAME_LIMIT = 32

/** The frame around chunks (RFC 9112 section 7.1): it stops at data, which its caller takes, and goes on behind it. */
export class ChunkedBody {
  failure: OpaqueReason | undefined = undefined
  /** Bytes of the present chunk's data that are still to come. */
  data = 0
  private readonly trailerLimit: number
  private step = SIZE_FIRST
  private digits = 0
  /** Bytes of extensions of this chunk, then of trailers. */
  private length = 0
  /** Whether the name or value of the extension being read has no byte yet. */
  private empty = true
  /** The trailer's name so far, in lower case. */
  private name = ''

  constructor(trailerLimit: number) {
    this.trailerLimit = trailerLimit
  }

  get done(): boolean {
    return this.step === DONE
  }

  /** Reads up to data, the end of the body, a mistake, or `end`; answers the index reached. */
  run(bytes: Uint8Array, from: number, end: number): number {
    let index = from
    while (index < end) {
      if (this.step === DATA) {
        if (this.data > 0) return index
        this.step = DATA_CR
      }
      const byte = bytes[index] as number
      const failure = this.step < DATA ? this.readSize(byte) : this.readBehind(byte)
      if (failure !== undefined) {
        this.failure = failure
        return index
      }
      index += 1
      if (this.step === DONE) return index
    }
    return index
  }

  /** `SIZE[;name[=value]]...CRLF`; white space, which only obsolete grammars allow here, is a mistake. */
  private readSize(byte: number): OpaqueReason | undefined {
    switch (this.step) {
      case SIZE_FIRST:
      case SIZE: {
        const digit = HEX[byte] as number
        if (digit >= 0) return this.takeDigit(digit)
        if (this.step === SIZE_FIRST) return byte === LF ? 'bare_lf' : 'bad_chunk_size'
        this.length = 0
        return this.sizeEnds(byte, 'bad_chunk_size')
      }
      case EXTENSION:
      case EXTENSION_VALUE:
        return this.readExtension(byte)
      case QUOTED:
        if (byte === 0x22) this.step = QUOTED_END
        else if (byte === 0x5c) this.step = ESCAPED
        else if (((OCTETS[byte] as number) & TEXT) === 0) return byte === LF ? 'bare_lf' : 'bad_chunk_extension'
        return this.extended()
      case ESCAPED:
        if (((OCTETS[byte] as number) & TEXT) === 0) return byte === LF ? 'bare_lf' : 'bad_chunk_extension'
        this.step = QUOTED
        return this.extended()
      case QUOTED_END:
        return this.sizeEnds(byte, 'bad_chunk_extension')
      default:
        if (byte !== LF) return 'bare_cr'
        this.length = 0
        this.step = this.data === 0 ? TRAILER_LINE : DATA
        return undefined
    }
  }

  private takeDigit(digit: number): OpaqueReason | undefined {
    if (this.step === SIZE_FIRST) {
      this.step = SIZE
      this.digits = 0
      this.data = 0
    }
    this.digits += 1
    this.data = this.data * 16 + digit
    return this.digits > 16 || this.data > Number.MAX_SAFE_INTEGER ? 'chunk_size_overflow' : undefined
  }

  private readExtension(byte: number): OpaqueReason | undefined {
    if (((OCTETS[byte] as number) & TOKEN) !== 0) {
      this.empty = false
      return this.extended()
    }
    const { empty } = this
    this.empty = true
    if (this.step === EXTENSION && byte === 0x3d && !empty) this.step = EXTENSION_VALUE
    else if (this.step === EXTENSION_VALUE && byte === 0x22 && empty) this.step = QUOTED
    else return empty && byte !== LF ? 'bad_chunk_extension' : this.sizeEnds(byte, 'bad_chunk_extension')
    return this.extended()
  }

  private sizeEnds(byte: number, otherwise: OpaqueReason): OpaqueReason | undefined {
    if (byte === CR) {
      this.step = SIZE_LF
      return undefined
    }
    if (byte !== 0x3b) return byte === LF ? 'bare_lf' : otherwise
    this.empty = true
    this.step = EXTENSION
    return this.extended()
  }

  private extended(): OpaqueReason | undefined {
    this.length += 1
    return this.length > EXTENSION_LIMIT ? 'chunk_extension_too_large' : undefined
  }

  /** Behind the data: its CRLF; behind the last chunk: trailers, which are read as strictly as a head. */
  private readBehind(byte: number): OpaqueReason | undefined {
    switch (this.step) {
      case DATA_CR:
        if (byte !== CR) return 'missing_chunk_end'
        this.step = DATA_LF
        return undefined
      case DATA_LF:
        if (byte !== LF) return 'missing_chunk_end'
        this.step = SIZE_FIRST
        return undefined
      case LAST_LF:
        if (byte !== LF) return 'bare_cr'
        this.step = DONE
        return undefined
      case TRAILER_LINE:
        if (byte === CR) {
          this.step = LAST_LF
          return undefined
        }
        if (byte === SP || byte === TAB) return 'obs_fold'
        if (byte === COLON) return 'empty_header_name'
        this.name = ''
        this.step = TRAILER_NAME
        return this.readTrailer(byte)
      default:
        return this.readTrailer(byte)
    }
  }

  private readTrailer(byte: number): OpaqueReason | undefined {
    this.length += 1
    if (this.length > this.trailerLimit) return 'trailers_too_large'
    if (this.step === TRAILER_NAME) {
      if (((OCTETS[byte] as number) & TOKEN) !== 0) {
        if (this.name.length < NAME_LIMIT) this.name += String.fromCharCode(byte).toLowerCase()
        return undefined
      }
      if (byte === SP || byte === TAB) return 'space_before_colon'
      if (byte !== COLON) return byte === LF ? 'bare_lf' : 'bad_header_name'
      this.step = TRAILER_VALUE
      return framesMessages(this.name) ? 'framing_field_in_trailers' : undefined
    }
    if (this.step === TRAILER_LF) {
      this.step = TRAILER_LINE
      return byte === LF ? undefined : 'bare_cr'
    }
    if (byte === CR) this.step = TRAILER_LF
    else if (((OCTETS[byte] as number) & TEXT) === 0) return byte === LF ? 'bare_lf' : 'bad_header_value'
    return undefined
  }
}
