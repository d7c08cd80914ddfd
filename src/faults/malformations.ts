import { gzipSync } from 'node:zlib'
import type { Cut, HeaderList, ResponseHead } from '../contract/exchange.ts'
import type { Random } from '../contract/kind.ts'
import { sequence } from '../kernel/sequence.ts'
import { decodeContent } from '../kernel/content-coding.ts'
import { rawHead, valueOf, withoutFraming } from './message.ts'

export const MALFORMATIONS = [
  'bad_chunk_size',
  'length_too_long',
  'length_too_short',
  'garbage',
  'garbage_body',
  'invalid_gzip',
  'oversized_headers',
  'duplicate_headers',
  'broken_status_line',
] as const
export type Malformation = (typeof MALFORMATIONS)[number]

interface Wish {
  readonly mode: Malformation
  readonly size: number
  readonly then: Cut
}

type Answer = ResponseHead & { readonly body: Uint8Array }

/** Bytes as they are to stand on the wire, or fields (and a body) for an answer that is framed as usual. */
type Malformed =
  | { readonly do: 'raw'; readonly bytes: Uint8Array; readonly then: Cut }
  | { readonly do: 'dress'; readonly set: HeaderList; readonly body?: Uint8Array }

const WITHOUT_BODY: readonly Malformation[] = ['garbage', 'garbage_body', 'oversized_headers']
export const needsBody = (mode: Malformation): boolean => !WITHOUT_BODY.includes(mode)

const SOMETHING = Buffer.from('faultline\n')
const CHUNKED: HeaderList = [['Transfer-Encoding', 'chunked']]

/** The answer, spoilt. */
export function malform({ mode, size, then }: Wish, answer: Answer, random: Random): Malformed {
  const { status, reason } = answer
  const fields = withoutFraming(answer.headers)
  // Where there is no body to lie about, a few bytes are made up.
  const body = answer.body.length === 0 ? SOMETHING : Buffer.from(answer.body)
  const line = `HTTP/1.1 ${status} ${reason}`
  const raw = (...parts: readonly (Uint8Array | string)[]): Malformed => ({
    do: 'raw',
    bytes: Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))),
    then,
  })
  const head = (more: HeaderList, statusLine = line): Buffer => rawHead(statusLine, [...fields, ...more])
  const length = (value: number): readonly [string, string] => ['Content-Length', String(value)]
  const half = Math.ceil(body.length / 2)
  switch (mode) {
    case 'bad_chunk_size':
      return raw(
        head(CHUNKED),
        `${half.toString(16)}\r\n`,
        body.subarray(0, half),
        '\r\nfaultline\r\n',
        body.subarray(half),
        '\r\n',
      )
    case 'length_too_long':
      return raw(head([length(body.length + size)]), body)
    case 'length_too_short':
      return raw(head([length(body.length - half)]), body)
    case 'garbage':
      return raw(noise(size, random))
    case 'garbage_body':
      return raw(head(CHUNKED), noise(size, random))
    case 'invalid_gzip':
      return {
        do: 'dress',
        set: [['content-encoding', 'gzip']],
        body: brokenGzip(body, valueOf(answer.headers, 'content-encoding')),
      }
    case 'oversized_headers':
      return { do: 'dress', set: [['x-faultline-padding', 'x'.repeat(size)]] }
    case 'duplicate_headers':
      return raw(rawHead(line, [...fields, ...fields, length(body.length), length(body.length + 1)]), body)
    case 'broken_status_line':
      return raw(head([length(body.length)], `HTTP/1.1 ${Math.floor(status / 100)}OO ${reason}`), body)
  }
}

/** Its first bit is set: neither HTTP nor the size of a chunk begins like that, whatever was drawn. */
function noise(size: number, random: Random): Buffer {
  const next = sequence(random.unit('noise'))
  const bytes = Buffer.alloc(size)
  for (let i = 0; i < size; i++) bytes[i] = Math.floor(next() * 256)
  bytes[0] = (bytes[0] ?? 0) | 0x80
  return bytes
}

/** The header of the format is in order, so a decoder begins, and finds a block of a type that does not exist (RFC 1951, 3.2.3). */
function brokenGzip(body: Uint8Array, coding: string | undefined): Buffer {
  const zipped = gzipSync(decodeContent(body, coding) ?? body)
  zipped[GZIP_HEADER] = (zipped[GZIP_HEADER] ?? 0) | 0b110
  return zipped
}

const GZIP_HEADER = 10
