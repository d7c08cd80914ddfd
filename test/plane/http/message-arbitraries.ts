import fc from 'fast-check'
import { type Asked, type Direction, latin1 } from './trace.ts'

export interface Stream {
  readonly direction: Direction
  readonly asked: Asked
  readonly text: string
}

/** Mostly what peers send, now and then what they should not. */
const often = <T>(good: readonly T[], odd: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...odd) })

const METHOD = often(
  ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'M-SEARCH', 'TRACE'],
  ['get', 'FOO', 'G ET', '', 'PRI', 'GETT', 'SOURCE', 'DESCRIBE', '\x16\x03\x01', 'GE\tT'],
)
const TARGET = often(
  [
    '/',
    '/a/b?c=d',
    '*',
    'http://host/x',
    'host:443',
    '/%20',
    'http://u:p@[::1]:80?q',
    '/caf\xc3\xa9',
    '/a#b',
    'HTTP://h',
  ],
  [
    '',
    '/a b',
    'a',
    '//',
    '*a',
    'http:/x',
    '?x',
    'http://',
    '/\x00',
    '/\x7f',
    '/a#b#c',
    'h2+x://y/',
    'http://a@b@c',
    '[::1]:1',
  ],
)
const VERSION = often(
  ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'],
  ['HTTP/2.0', 'HTTP/0.9', 'http/1.1', 'HTTP/1.2', 'HTTP/1.10', ''],
)
const EOL = fc.oneof(
  { weight: 80, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\r\r\n', '\n\r') },
)
const SIZE = often(
  ['0', '1', '5', '10', '005'],
  ['-1', '+1', '0x5', '', '5 ', '5, 5', '1e1', '9007199254740992', '18446744073709551617', '\t5\t'],
)
const CODING = often(
  ['chunked', 'Chunked'],
  [
    'gzip, chunked',
    'chunked, gzip',
    'chunked,chunked',
    'identity',
    'xchunked',
    ' chunked ',
    'chunked;q=1',
    '',
    '\tchunked',
    ',chunked',
  ],
)
const CONNECTION = often(
  ['keep-alive', 'Keep-Alive', 'close', 'upgrade', 'keep-alive, Upgrade', 'te, close', 'x-hop'],
  [
    '',
    ',',
    'close,',
    ', close',
    'closed',
    'close keep-alive',
    'upgrade,close',
    ' close',
    'clo se',
    'close\t,\tupgrade',
    'close;x',
    'x\x80, close',
  ],
)
const VALUE = often(
  ['', 'x', 'a b', 'caf\xe9', '"q"', 'x'.repeat(300)],
  ['\x00', 'a\x01', '\x7f', 'a\nb', 'a\rb', '\r\n folded', '\r\n\tfolded', '\t', '\x0b'],
)
const NAME = often(
  ['Host', 'Accept', 'X-Y', 'a', 'Content-Lengthy', 'Expect', 'Trailer', 'Upgrade', 'TE', 'Content_Length'],
  ['', ' X', 'X ', 'X\t', 'X\x00', 'X(', 'h\xe9', 'X:Y', '\x0bContent-Length', 'Content-Length ', '(x'],
)

const field = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(name, fc.constantFrom(': ', ': ', ':', ':  ', ':\t'), value, fc.constantFrom('', '', '', ' ', '\t'), EOL)
    .map((parts) => parts.join(''))

const LENGTH = field(fc.constantFrom('Content-Length', 'content-length', 'CONTENT-LENGTH'), SIZE)
const ENCODING = field(fc.constantFrom('Transfer-Encoding', 'transfer-encoding'), CODING)
const OPTIONS = field(fc.constantFrom('Connection', 'connection', 'Proxy-Connection'), CONNECTION)
const OTHER = field(NAME, VALUE)
const UPGRADE = field(fc.constant('Upgrade'), fc.constantFrom('websocket', 'h2c', ''))

/** One way of framing, or now and then several. */
const FIELDS = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: OTHER }, { weight: 1, arbitrary: OPTIONS }), { maxLength: 2 }),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 6, arbitrary: fc.tuple(LENGTH) },
      { weight: 8, arbitrary: fc.tuple(ENCODING) },
      { weight: 1, arbitrary: fc.array(fc.oneof(LENGTH, ENCODING, OPTIONS, UPGRADE), { maxLength: 4 }) },
    ),
    fc.array(OTHER, { maxLength: 1 }),
  )
  .map((parts) => parts.flat())

const EXTENSION = often(
  ['', '', '', ';a', ';a=b', ';a="b c"', ';a=b;c', ';a="\\""'],
  [
    ' ',
    ' ;a',
    ';',
    ';=',
    ';a=',
    '; a',
    ';a =b',
    ';a="',
    ';a="\\\x01"',
    ';a"b',
    ';;',
    ';a=b"c"',
    ';\x00',
    ';a="b"c',
    ';a\x80',
    ';a="\x80"',
  ],
)
const CHUNK = fc
  .tuple(
    fc.constantFrom('a', 'hello', '\r\n\r\n', '0\r\n\r\n', 'x'.repeat(20)),
    EXTENSION,
    EOL,
    EOL,
    often([0], [1, -1, 1e17]),
    often(['', '', '0', '000'], ['0x', '+', '-', '0'.repeat(20), ' ']),
  )
  .map(([data, extension, eol, tail, wrong, prefix]) => {
    const size = Math.max(0, data.length + wrong).toString(16)
    return prefix + size + extension + eol + data + tail
  })
const TRAILERS = fc.array(field(fc.constantFrom('X-T', 'Digest', 'Content-Length', 'Connection', 'Bad '), VALUE), {
  maxLength: 2,
})
const CHUNKS = fc
  .tuple(
    fc.array(CHUNK, { maxLength: 3 }),
    often(['0', '0', '00'], ['', '0 ', '0;', '-0']),
    EXTENSION,
    EOL,
    TRAILERS,
    EOL,
  )
  .map(([chunks, zero, extension, eol, trailers, last]) =>
    [...chunks, zero, extension, eol, ...trailers, last].join(''),
  )

const PLAIN_BODY = fc.constantFrom(
  '',
  'a',
  'hello',
  'x'.repeat(16),
  'GET / HTTP/1.1\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
)

/** A body that fits the head more often than not. */
function withBody(head: string): fc.Arbitrary<string> {
  const length = /^content-length:[ \t]*(\d{1,3})[ \t]*\r$/im.exec(head)?.[1]
  const fitting = /^transfer-encoding:/im.test(head)
    ? CHUNKS
    : fc.constant(length === undefined ? '' : 'b'.repeat(Number(length)))
  return fc
    .oneof({ weight: 8, arbitrary: fitting }, { weight: 1, arbitrary: PLAIN_BODY }, { weight: 1, arbitrary: CHUNKS })
    .map((body) => head + body)
}

const head = (startLine: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(startLine, FIELDS, EOL).map(([line, fields, end]) => [line, ...fields, end].join(''))

const REQUEST = fc
  .tuple(
    head(
      fc
        .tuple(METHOD, often([' '], ['  ', '\t', '']), TARGET, often([' '], ['  ', '\t', '']), VERSION, EOL)
        .map((p) => p.join('')),
    ),
    often([''], ['\r\n', '\n', '\r\n\r\n', '\r']),
  )
  .chain(([text, before]) => withBody(before + text))

const STATUS = often(
  [
    '200 OK',
    '204 No Content',
    '304 Not Modified',
    '404',
    '500 ',
    '100 Continue',
    '103 Early Hints',
    '101 Switching',
    '206 caf\xe9',
  ],
  [
    '99 X',
    '000 X',
    '2000 X',
    '20 X',
    '',
    '200OK',
    '200  X',
    '200 a\x00b',
    '999 X',
    '104 X',
    '1x0 X',
    '200\tX',
    ' 200 X',
  ],
)
const RESPONSE = head(
  fc.tuple(VERSION, often([' '], ['  ', '\t', '']), STATUS, EOL).map((parts) => parts.join('')),
).chain(withBody)

const ASKED = fc.array(fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'CONNECT', 'upgrade'), {
  maxLength: 3,
}) as fc.Arbitrary<Asked>

export const STREAM: fc.Arbitrary<Stream> = fc.oneof(
  fc
    .array(REQUEST, { minLength: 1, maxLength: 3 })
    .map((messages) => ({ direction: 'request' as const, asked: [], text: messages.join('') })),
  fc
    .tuple(fc.array(RESPONSE, { minLength: 1, maxLength: 3 }), ASKED)
    .map(([messages, asked]) => ({ direction: 'response' as const, asked, text: messages.join('') })),
)

const SPLINTERS = ['\r', '\n', '\r\n', ' ', '\t', ':', ';', ',', '0', '5', 'a', '\x00', '\x7f', '\x80', '\xff', '"', '\\', '-', '+', '=',
  '\r\n\r\n', 'Content-Length: 1\r\n', 'Transfer-Encoding: chunked\r\n', 'chunked', 'close', '0\r\n\r\n', 'HTTP/1.1', '#', '@', '[', '?', '/'] // prettier-ignore

const MUTATION = fc.record({
  how: fc.constantFrom('insert', 'insert', 'replace', 'replace', 'delete', 'repeat', 'cut'),
  at: fc.noBias(fc.nat(9999)).map((place) => place / 10_000),
  length: fc.nat(12),
  splinter: fc.constantFrom(...SPLINTERS),
})

/** A stream with up to two small wounds. */
export const MUTANT: fc.Arbitrary<Stream> = fc
  .tuple(STREAM, fc.noBias(fc.array(MUTATION, { maxLength: 2 })))
  .map(([stream, mutations]) => {
    let { text } = stream
    for (const { how, at, length, splinter } of mutations) {
      const index = Math.floor(at * text.length)
      const [before, behind] = [text.slice(0, index), text.slice(index)]
      if (how === 'insert') text = before + splinter + behind
      else if (how === 'replace') text = before + splinter + behind.slice(splinter.length)
      else if (how === 'delete') text = before + behind.slice(length + 1)
      else if (how === 'repeat') text = before + behind.slice(0, length) + behind
      else text = before
    }
    return { ...stream, text }
  })

export const CUTS = fc.array(fc.nat(400), { maxLength: 8 })
export const bytesOf = ({ text }: Stream): Uint8Array => latin1(text)
