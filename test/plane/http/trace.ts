import assert from 'node:assert/strict'
import type { FramerListener, ResponseListener } from '../../../src/plane/embedded/http/framer-listener.ts'
import { RequestHead } from '../../../src/plane/embedded/http/head.ts'
import type { ResponseHead } from '../../../src/plane/embedded/http/head.ts'
import { HeadBook } from '../../../src/plane/embedded/http/head-book.ts'
import type { OpaqueReason } from '../../../src/plane/embedded/http/opaque-reason.ts'
import { RequestFramer } from '../../../src/plane/embedded/http/request-framer.ts'
import { ResponseFramer } from '../../../src/plane/embedded/http/response-framer.ts'

export type Direction = 'request' | 'response'
/** What the answers in a stream belong to, in order; after the last one, plain GETs. */
export type Asked = readonly ('GET' | 'HEAD' | 'CONNECT' | 'upgrade')[]

/** All that a head says: equal for equal heads, however their bytes came. */
type Told = Omit<RequestHead, Inner | 'asked' | 'unmatchedBy'> | Omit<ResponseHead, Inner>

type Inner = 'copyTo' | 'field' | 'is' | 'keep' | 'lasts' | 'messageSize'

export interface Message {
  head: Told
  begins: number
  headEnds: number
  /** Offsets of the content's pieces, touching ones joined: [from, to, from, to, ...]. */
  content: number[]
  /** -1: not seen. */
  ends: number
}

export interface Trace {
  readonly messages: readonly Message[]
  /** `unfinished`: inside a message. */
  readonly then: 'boundary' | 'unfinished' | 'waiting' | 'tunnel' | OpaqueReason
  /** Where the stop was noticed, or the end of the stream. */
  readonly at: number
}

interface Books {
  readonly request: HeadBook<RequestHead>
  readonly response: HeadBook<ResponseHead>
}

/** What all streams of a file have in common, as all connections have. */
const books: Books = { request: new HeadBook(), response: new HeadBook() }

/**
 * Frames a stream cut into these pieces; `closed` ends the stream behind them. What came before in other streams must
 * make no difference, nor whether messages are told in one go.
 */
export function trace(direction: Direction, pieces: readonly Uint8Array[], asked: Asked = [], closed = true): Trace {
  const found = traced(direction, pieces, asked, closed)
  assert.deepStrictEqual(traced(direction, pieces, asked, closed, books), found)
  assert.deepStrictEqual(traced(direction, pieces, asked, closed, books, true), found)
  return found
}

function traced(
  direction: Direction,
  pieces: readonly Uint8Array[],
  asked: Asked,
  closed: boolean,
  books?: Books,
  takesWhole = false,
): Trace {
  const messages: Message[] = []
  let begins = -1
  let stopped: { then: Trace['then']; at: number } | undefined
  const listener = {
    headBegins(at: number) {
      begins = at
    },
    head(head: RequestHead | ResponseHead, at: number) {
      messages.push({ head: told(head), begins, headEnds: at, content: [], ends: -1 })
      return false
    },
    body(_chunk: Uint8Array, from: number, to: number) {
      const content = messages.at(-1)?.content ?? []
      const start = framer.position - (to - from)
      if (content.at(-1) === start) content.pop()
      else content.push(start)
      content.push(framer.position)
    },
    takesWhole: () => takesWhole,
    whole(head: RequestHead | ResponseHead) {
      const ends = framer.position
      const headEnds = ends - head.length
      const content = head.length > 0 ? [headEnds, ends] : []
      messages.push({ head: told(head), begins: headEnds - head.size, headEnds, content, ends })
    },
    end(at: number) {
      const message = messages.at(-1)
      if (message === undefined) throw new Error('an end without a head')
      message.ends = at
    },
    opaque(reason: OpaqueReason, at: number) {
      stopped = { then: reason, at }
    },
    tunnel(at: number) {
      listener.end(at)
      stopped = { then: 'tunnel', at }
    },
  } satisfies FramerListener<RequestHead> & ResponseListener<ResponseHead>
  const framer =
    direction === 'request'
      ? new RequestFramer(listener, { known: books?.request })
      : askedFramer(listener, asked, books?.response)
  for (const piece of pieces) {
    framer.execute(piece)
    if (framer instanceof RequestFramer && framer.waiting) {
      stopped = { then: 'waiting', at: framer.position }
      break
    }
  }
  if (stopped !== undefined) return { messages, ...stopped }
  const at = framer.position
  const whole = closed ? framer.finish() : framer.atBoundary
  return { messages, then: whole ? 'boundary' : 'unfinished', at }
}

function told(head: RequestHead | ResponseHead): Told {
  const { text, size, rawHeaders, minor, body, length, keepAlive } = head
  const both = { text, size, rawHeaders, minor, body, length, keepAlive }
  if (head instanceof RequestHead) {
    const { method, target, upgrade, expectContinue, connect } = head
    return { ...both, method, target, upgrade, expectContinue, connect }
  }
  const { status, reason, tunnel, interim } = head
  return { ...both, status, reason, tunnel, interim }
}

function askedFramer(
  listener: ConstructorParameters<typeof ResponseFramer>[0],
  asked: Asked,
  known?: HeadBook<ResponseHead>,
): ResponseFramer {
  const framer = new ResponseFramer(listener, { known })
  for (const what of [...asked, ...Array.from({ length: 50 }, () => 'GET' as const)]) {
    framer.expect({ method: what === 'upgrade' ? 'GET' : what, upgrade: what === 'upgrade' })
  }
  return framer
}

export function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const marks = [...new Set([0, ...at.filter((mark) => mark < bytes.length), bytes.length])].sort((a, b) => a - b)
  return marks.slice(1).map((end, index) => bytes.slice(marks[index], end))
}

/** Byte by byte, and in two at every place; of a huge stream, at some. */
export function* everyCut(bytes: Uint8Array): Iterable<Uint8Array[]> {
  yield [...bytes].map((byte) => Uint8Array.of(byte))
  const step = bytes.length < 1000 ? 1 : Math.ceil(bytes.length / 20)
  for (let at = 1; at < bytes.length; at += step) yield cut(bytes, [at])
}

export const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
