import { createRequire } from 'node:module'
import type { Asked, Direction } from './trace.ts'

interface NodeParser {
  [callback: number]: unknown
  initialize(type: number, resource: object, maxHeaderSize: number): void
  execute(bytes: Buffer): number | Error
  finish(): Error | undefined
  close(): void
}
interface NodeParserClass {
  new (): NodeParser
  readonly REQUEST: number
  readonly RESPONSE: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

// The parser that node:http itself uses; there is no public name for it.
const { HTTPParser, methods } = createRequire(import.meta.url)('_http_common') as {
  HTTPParser: NodeParserClass
  methods: readonly string[]
}

export interface Verdict {
  /** Each message as [end of its head, offsets of its content's bytes, its end or -1]. */
  readonly messages: readonly { headEnds: number; content: number[]; ends: number; upgrade: boolean }[]
  /** The offset of the byte it refused. */
  readonly failed: number | undefined
  readonly error: string
}

/** What Node's own parser makes of a stream. Given one byte at a time, it shows what ends exactly where. */
export function llhttp(direction: Direction, bytes: Uint8Array, asked: Asked, closed: boolean): Verdict {
  const messages: Verdict['messages'][number][] = []
  let finals = 0
  let offset = 0
  let over = false
  const parser = new HTTPParser()
  parser.initialize(direction === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {}, 1 << 20)
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    _headers: unknown,
    method: number,
    _url: unknown,
    status: number,
    _text: unknown,
    upgrade: boolean,
  ): number => {
    const message = { headEnds: offset + 1, content: [], ends: -1, upgrade: false }
    messages.push(message)
    if (direction === 'request') {
      message.upgrade = upgrade || methods[method] === 'CONNECT'
      return 0
    }
    const request = asked[finals] ?? 'GET'
    if (status === 101 || status >= 200) finals += 1
    // node:http says 2 for every answer to CONNECT; RFC 9110 section 9.3.6 for those that succeed.
    message.upgrade = status === 101 || (request === 'CONNECT' && status >= 200 && status < 300)
    return message.upgrade ? 2 : request === 'HEAD' ? 1 : 0
  }
  parser[HTTPParser.kOnBody] = () => messages.at(-1)?.content.push(offset)
  parser[HTTPParser.kOnMessageComplete] = () => {
    const message = messages.at(-1)
    if (message === undefined) return
    // A close at the end of the stream completes a message behind its last byte.
    message.ends = Math.min(offset + 1, bytes.length)
    over = message.upgrade
  }
  try {
    for (; offset < bytes.length && !over; offset += 1) {
      const result = parser.execute(Buffer.from(bytes.buffer, bytes.byteOffset + offset, 1))
      if (result instanceof Error) return { messages, failed: offset, error: result.message }
    }
    if (closed && !over) {
      const error = parser.finish()
      if (error instanceof Error) return { messages, failed: bytes.length, error: error.message }
    }
    return { messages, failed: undefined, error: '' }
  } finally {
    parser.close()
  }
}
