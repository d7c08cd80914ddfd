/** Classes of bytes (RFC 9110 section 5.6.2 and 5.5, RFC 9112 section 3.2); one table read answers for all. */
export const TOKEN = 1
/** What a field value or a reason phrase may hold: tab, space, visible ASCII and obs-text. */
export const TEXT = 2
/** What a request target may hold. */
export const TARGET = 4

export const OCTETS = new Uint8Array(256)
/** The value of a hexadecimal digit, -1 for other bytes. */
export const HEX = new Int8Array(256).fill(-1)

const TOKEN_MARKS = "!#$%&'*+-.^_`|~"

for (let byte = 0; byte < 256; byte += 1) {
  const char = String.fromCharCode(byte)
  if (/[0-9A-Za-z]/.test(char) || TOKEN_MARKS.includes(char)) OCTETS[byte] = TOKEN
  if (byte > 0x20 && byte < 0x7f) OCTETS[byte] = (OCTETS[byte] as number) | TEXT | TARGET
  if (byte > 0x7f) OCTETS[byte] = TEXT
  if (char === ' ' || char === '\t') OCTETS[byte] = TEXT
  if (/[0-9A-Fa-f]/.test(char)) HEX[byte] = Number.parseInt(char, 16)
}

export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SP = 0x20
export const COLON = 0x3a

/** The index of the next byte that is not of this class, or `end`. Four at a time: all bytes of heads go through here. */
export function skip(bytes: Uint8Array, from: number, end: number, kind: number): number {
  let index = from
  const octets = OCTETS
  const last = end - 3
  while (index < last) {
    const four =
      (octets[bytes[index] as number] as number) &
      (octets[bytes[index + 1] as number] as number) &
      (octets[bytes[index + 2] as number] as number) &
      (octets[bytes[index + 3] as number] as number)
    if ((four & kind) === 0) break
    index += 4
  }
  while (index < end && ((octets[bytes[index] as number] as number) & kind) !== 0) index += 1
  return index
}

/** Whether the bytes are this word, which is given in lower case, whatever their own case. */
export function spells(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false
  for (let index = 0; index < word.length; index += 1) {
    // Of the bytes a token may hold, only letters in the other case differ from the word's by this bit.
    if (((bytes[from + index] as number) | 0x20) !== word.charCodeAt(index)) return false
  }
  return true
}
