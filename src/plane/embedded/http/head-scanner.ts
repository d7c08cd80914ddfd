import { FramingFields } from './framing-fields.ts'
import { COLON, CR, LF, SP, skip, TAB, TEXT, TOKEN } from './octets.ts'
import type { OpaqueReason } from './opaque-reason.ts'

/** Steps below this one belong to the start line. */
export const FIELDS = 16

const LINE = FIELDS
const NAME = FIELDS + 1
const BLANK = FIELDS + 2
const VALUE = FIELDS + 3
const LINE_LF = FIELDS + 4
const HEAD_LF = FIELDS + 5
const DONE = FIELDS + 6

/**
 * Reads a head byte by byte and can stop and go on anywhere. All bytes since the head's first must lie in one piece,
 * from `base` on: positions are kept relative to it, so that the piece may move between calls.
 */
export abstract class HeadScanner {
  readonly fields = new FramingFields()
  failure: OpaqueReason | undefined = undefined
  protected step = 0
  /** Where the element being read began, relative to the head. */
  protected mark = 0
  private name = 0

  get done(): boolean {
    return this.step === DONE
  }

  begin(): void {
    this.step = 0
    this.mark = 0
    this.failure = undefined
    this.fields.clear()
  }

  /** Reads on; answers the index behind the head, that of the byte that failed, or `end` when more is needed. */
  run(bytes: Uint8Array, base: number, from: number, end: number): number {
    if (this.step >= FIELDS) return this.readFields(bytes, base, from, end)
    const index = this.readStartLine(bytes, base, from, end)
    return this.failure === undefined && this.step >= FIELDS ? this.readFields(bytes, base, index, end) : index
  }

  /** Ends with `step` at FIELDS, behind the start line's CRLF. */
  protected abstract readStartLine(bytes: Uint8Array, base: number, from: number, end: number): number

  protected fail(reason: OpaqueReason, index: number): number {
    this.failure = reason
    return index
  }

  /** As long as lines lie whole before us: what is left, or wrong, is for `readFields`, from the line's start. */
  private readLines(bytes: Uint8Array, from: number, end: number): number {
    const { fields } = this
    let index = from
    for (;;) {
      let at = skip(bytes, index, end, TOKEN)
      if (at === index || at === end || bytes[at] !== COLON) return index
      const name = fields.nameOf(bytes, index, at)
      at += 1
      while (at < end && (bytes[at] === SP || bytes[at] === TAB)) at += 1
      const value = at
      at = skip(bytes, at, end, TEXT)
      if (at + 1 >= end || bytes[at] !== CR || bytes[at + 1] !== LF) return index
      if (name !== 0) {
        const failure = fields.take(name, bytes, value, at)
        if (failure !== undefined) return this.fail(failure, at)
      }
      index = at + 2
    }
  }

  private readFields(bytes: Uint8Array, base: number, from: number, end: number): number {
    let { step, mark } = this
    let index = from
    if (step === LINE) {
      index = this.readLines(bytes, from, end)
      if (this.failure !== undefined) return index
    }
    while (index < end) {
      const byte = bytes[index] as number
      switch (step) {
        case LINE:
          if (byte === CR) {
            step = HEAD_LF
            index += 1
            break
          }
          if (byte === SP || byte === TAB) return this.fail('obs_fold', index)
          if (byte === COLON) return this.fail('empty_header_name', index)
          mark = index - base
          step = NAME
          break
        case NAME: {
          index = skip(bytes, index, end, TOKEN)
          if (index === end) break
          if (bytes[index] !== COLON) return this.fail(nameFailure(bytes[index] as number), index)
          this.name = this.fields.nameOf(bytes, base + mark, index)
          index += 1
          step = BLANK
          break
        }
        case BLANK:
          if (byte === SP || byte === TAB) {
            index += 1
            break
          }
          mark = index - base
          step = VALUE
          break
        case VALUE: {
          index = skip(bytes, index, end, TEXT)
          if (index === end) break
          if (bytes[index] !== CR) return this.fail(bytes[index] === LF ? 'bare_lf' : 'bad_header_value', index)
          if (this.name !== 0) {
            const failure = this.fields.take(this.name, bytes, base + mark, index)
            if (failure !== undefined) return this.fail(failure, index)
          }
          index += 1
          step = LINE_LF
          break
        }
        default:
          if (byte !== LF) return this.fail('bare_cr', index)
          index += 1
          if (step === HEAD_LF) {
            this.step = DONE
            return index
          }
          step = LINE
      }
    }
    this.step = step
    this.mark = mark
    return index
  }
}

function nameFailure(byte: number): OpaqueReason {
  if (byte === SP || byte === TAB) return 'space_before_colon'
  return byte === LF ? 'bare_lf' : 'bad_header_name'
}
