import type { HeaderList } from './exchange.ts'

/** A head as it came, start line and all: bytes that become text when somebody asks. */
export interface HeadBytes {
  /** In latin1: one character per byte. */
  readonly text: string
  readonly size: number
  /** It comes again and again and has memory of its own: whoever keeps it needs no copy. */
  readonly lasts: boolean
  copyTo(bytes: Buffer, at: number): void
}

/** Such a head, or its text, or name, value, name, value as node:http has it. */
export type RawHead = HeadBytes | string | readonly string[]

/** The fields of a head. A text must be a sound one, with every line's CRLF. */
export function headerList(raw: RawHead): HeaderList {
  const list: [string, string][] = []
  if (typeof raw === 'string') eachField(raw, (name, value) => list.push([name, value]))
  else if ('text' in raw) eachField(raw.text, (name, value) => list.push([name, value]))
  else for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? '', raw[i + 1] ?? ''])
  return list
}

/** Name, value, name, value, ... in order and first spelling. */
export function fieldsOf(text: string): string[] {
  const flat: string[] = []
  eachField(text, (name, value) => flat.push(name, value))
  return flat
}

function eachField(text: string, take: (name: string, value: string) => void): void {
  let at = text.indexOf('\r\n') + 2
  for (;;) {
    const end = text.indexOf('\r\n', at)
    if (end <= at) return
    const colon = text.indexOf(':', at)
    let [from, to] = [colon + 1, end]
    // Not trim(): it would take 0xa0, which is obs-text, for white space.
    while (from < to && isBlank(text, from)) from += 1
    while (to > from && isBlank(text, to - 1)) to -= 1
    take(text.slice(at, colon), text.slice(from, to))
    at = end + 2
  }
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}
