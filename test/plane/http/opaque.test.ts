import { describe, expect, test } from 'vitest'
import { OPAQUE_REASONS, type OpaqueReason } from '../../../src/plane/embedded/http/opaque-reason.ts'
import { type Asked, type Direction, everyCut, latin1, trace } from './trace.ts'

/** A mark in the bytes stands where the mistake is noticed; it is not sent. */
const HERE = '→'
type Case = readonly [name: string, reason: OpaqueReason, bytes: string, framed?: number, asked?: Asked]

const GET = 'GET / HTTP/1.1\r\n'
const POST = 'POST / HTTP/1.1\r\n'
const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKS = `${POST}Transfer-Encoding: chunked\r\n\r\n`

const requests: readonly Case[] = [
  ['a TLS handshake', 'tls', '→\x16\x03\x01\x02\x00\x01'],
  ['the preface of HTTP/2', 'http2', 'PRI→ * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP/0.9', 'http_0_9', 'GET /→\r\n'],
  ['HTTP/0.9 without a target', 'http_0_9', 'GET →\r\n'],
  ['an inline command of Redis', 'unknown_method', 'P→ING\r\n'],
  ['an array of Redis', 'unknown_method', '→*1\r\n$4\r\nPING\r\n'],
  ['the first packet of PostgreSQL', 'bad_method', '→\x00\x00\x00\x08\x04\xd2\x16\x2f'],
  ['a banner of SSH', 'unknown_method', 'S→SH-2.0-OpenSSH_9.2\r\n'],
  ['a method in lower case', 'unknown_method', '→get / HTTP/1.1\r\n\r\n'],
  ['a method that goes on too long', 'unknown_method', 'GET→T / HTTP/1.1\r\n\r\n'],
  ['a method cut short', 'unknown_method', 'GE→ / HTTP/1.1\r\n\r\n'],
  ['a tab behind the method', 'bad_method', 'GET→\t/ HTTP/1.1\r\n\r\n'],
  ['a space before the method', 'bad_method', '→ GET / HTTP/1.1\r\n\r\n'],
  ['NUL in the method', 'bad_method', 'GE→\x00T / HTTP/1.1\r\n\r\n'],
  ['two spaces before the target', 'bad_target', 'GET → / HTTP/1.1\r\n\r\n'],
  ['a space inside the target', 'bad_version', 'GET /a →b HTTP/1.1\r\n\r\n'],
  ['a tab inside the target', 'bad_target', 'GET /a→\tb HTTP/1.1\r\n\r\n'],
  ['NUL in the target', 'bad_target', 'GET /→\x00 HTTP/1.1\r\n\r\n'],
  ['a byte above 127 in the target', 'bad_target', 'GET /caf→\xe9 HTTP/1.1\r\n\r\n'],
  ['a target without a form', 'bad_target', 'GET →?a HTTP/1.1\r\n\r\n'],
  ['authority-form outside CONNECT', 'bad_target', 'GET a.example:80→ HTTP/1.1\r\n\r\n'],
  ['origin-form in CONNECT', 'bad_target', 'CONNECT /→ HTTP/1.1\r\n\r\n'],
  ['CONNECT without a port', 'bad_target', 'CONNECT a.example→ HTTP/1.1\r\n\r\n'],
  ['an asterisk with more behind it', 'bad_target', 'OPTIONS */→ HTTP/1.1\r\n\r\n'],
  ['two spaces before the version', 'bad_version', 'GET / → HTTP/1.1\r\n\r\n'],
  ['HTTP/2.0 spoken like HTTP/1', 'bad_version', 'GET / HTTP/→2.0\r\n\r\n'],
  ['HTTP/1.2', 'bad_version', 'GET / HTTP/1.→2\r\n\r\n'],
  ['a version in lower case', 'bad_version', 'GET / →http/1.1\r\n\r\n'],
  ['a space behind the version', 'bad_version', 'GET / HTTP/1.1→ \r\n\r\n'],
  ['a request line that ends with LF', 'bare_lf', 'GET / HTTP/1.1→\n\r\n'],
  ['a field that ends with LF', 'bare_lf', `${GET}Host: a→\n\r\n`],
  ['a head that ends with LF', 'bare_lf', `${GET}Host: a\r\n→\n`],
  ['CR in a value', 'bare_cr', `${GET}X: a\r→b\r\n\r\n`],
  ['CR CR LF', 'bare_cr', `${GET}X: a\r→\r\n\r\n`],
  ['CR before a request that no LF follows', 'bare_cr', '\r→GET / HTTP/1.1\r\n\r\n'],
  ['LF before a request', 'bad_method', '→\nGET / HTTP/1.1\r\n\r\n'],
  ['a folded value', 'obs_fold', `${GET}X: a\r\n→ b\r\n\r\n`],
  ['a value folded with a tab', 'obs_fold', `${GET}X: a\r\n→\tb\r\n\r\n`],
  ['white space before the first field', 'obs_fold', `${GET}→ X: a\r\n\r\n`],
  ['a field without a name', 'empty_header_name', `${GET}→: a\r\n\r\n`],
  ['a space before the colon', 'space_before_colon', `${POST}Content-Length→ : 5\r\n\r\nhello`],
  ['a tab before the colon', 'space_before_colon', `${POST}Transfer-Encoding→\t: chunked\r\n\r\n`],
  ['a field without a colon', 'bad_header_name', `${GET}Host→\r\n\r\n`],
  ['NUL in a name', 'bad_header_name', `${GET}X→\x00: a\r\n\r\n`],
  ['a vertical tab before a name', 'bad_header_name', `${POST}→\x0bTransfer-Encoding: chunked\r\n\r\n`],
  ['a byte above 127 in a name', 'bad_header_name', `${GET}h→\xe9: a\r\n\r\n`],
  ['NUL in a value', 'bad_header_value', `${GET}X: a→\x00b\r\n\r\n`],
  ['DEL in a value', 'bad_header_value', `${GET}X: →\x7f\r\n\r\n`],
  ['a negative length', 'bad_content_length', `${POST}Content-Length: -1→\r\n\r\n`],
  ['a length with a plus', 'bad_content_length', `${POST}Content-Length: +5→\r\n\r\nhello`],
  ['a hexadecimal length', 'bad_content_length', `${POST}Content-Length: 0x5→\r\n\r\nhello`],
  ['a length with an exponent', 'bad_content_length', `${POST}Content-Length: 1e1→\r\n\r\n`],
  ['an empty length', 'bad_content_length', `${POST}Content-Length: →\r\n\r\n`],
  ['a list of equal lengths', 'bad_content_length', `${POST}Content-Length: 5, 5→\r\n\r\nhello`],
  ['white space behind a length', 'bad_content_length', `${POST}Content-Length: 5 →\r\n\r\nhello`],
  ['a length of 2^53', 'bad_content_length', `${POST}Content-Length: 9007199254740992→\r\n\r\n`],
  ['a length above 2^64', 'bad_content_length', `${POST}Content-Length: 18446744073709551621→\r\n\r\n`],
  ['two lengths', 'content_length_repeated', `${POST}Content-Length: 5\r\nContent-Length: 6→\r\n\r\nhello`],
  ['two equal lengths', 'content_length_repeated', `${POST}Content-Length: 5\r\ncontent-length: 5→\r\n\r\nhello`],
  [
    'a length, then chunks',
    'content_length_with_transfer_encoding',
    `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked→\r\n\r\n0\r\n\r\n`,
  ],
  [
    'chunks, then a length',
    'content_length_with_transfer_encoding',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5→\r\n\r\n0\r\n\r\n`,
  ],
  ['a coding that is not chunked', 'bad_transfer_encoding', `${POST}Transfer-Encoding: gzip→\r\n\r\n`],
  ['identity', 'bad_transfer_encoding', `${POST}Transfer-Encoding: identity→\r\n\r\n`],
  ['two codings', 'bad_transfer_encoding', `${POST}Transfer-Encoding: gzip, chunked→\r\n\r\n0\r\n\r\n`],
  ['chunked before another coding', 'bad_transfer_encoding', `${POST}Transfer-Encoding: chunked, gzip→\r\n\r\n`],
  [
    'chunked twice',
    'bad_transfer_encoding',
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked→\r\n\r\n`,
  ],
  ['chunked with a letter before it', 'bad_transfer_encoding', `${POST}Transfer-Encoding: xchunked→\r\n\r\n`],
  ['chunked with a parameter', 'bad_transfer_encoding', `${POST}Transfer-Encoding: chunked;q=1→\r\n\r\n`],
  ['a tab behind chunked', 'bad_transfer_encoding', `${POST}Transfer-Encoding: chunked\t→\r\n\r\n`],
  ['an empty coding', 'bad_transfer_encoding', `${POST}Transfer-Encoding:→\r\n\r\n`],
  ['chunks in HTTP/1.0', 'transfer_encoding_in_http_1_0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked→\r\n\r\n'],
  ['CONNECT with a length', 'connect_with_body', 'CONNECT a:1 HTTP/1.1\r\nContent-Length: 1\r\n\r\n→a'],
  ['CONNECT with chunks', 'connect_with_body', 'CONNECT a:1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n→'],
  ['a head above 64 KiB', 'head_too_large', `${GET}X: ${'a'.repeat(65_517)}→aaa`],
  ['a chunk size that is no number', 'bad_chunk_size', `${CHUNKS}→x\r\n`, 1],
  ['an empty chunk size', 'bad_chunk_size', `${CHUNKS}→\r\n`, 1],
  ['a chunk size with 0x', 'bad_chunk_size', `${CHUNKS}0→x5\r\nhello\r\n`, 1],
  ['a negative chunk size', 'bad_chunk_size', `${CHUNKS}→-1\r\n`, 1],
  ['a chunk size with a plus', 'bad_chunk_size', `${CHUNKS}→+5\r\nhello\r\n`, 1],
  ['a space behind a chunk size', 'bad_chunk_size', `${CHUNKS}5→ \r\nhello\r\n`, 1],
  ['a space before an extension', 'bad_chunk_size', `${CHUNKS}5→ ;a=b\r\nhello\r\n`, 1],
  ['a chunk size of 2^53', 'chunk_size_overflow', `${CHUNKS}2000000000000→0\r\n`, 1],
  ['a chunk size above 2^64', 'chunk_size_overflow', `${CHUNKS}10000000000000→005\r\nhello`, 1],
  ['17 digits of a chunk size', 'chunk_size_overflow', `${CHUNKS}0000000000000000→5\r\nhello`, 1],
  ['a chunk size that ends with LF', 'bare_lf', `${CHUNKS}5→\nhello\r\n0\r\n\r\n`, 1],
  ['a chunk size that ends with CR', 'bare_cr', `${CHUNKS}5\r→hello\r\n0\r\n\r\n`, 1],
  ['an extension without a name', 'bad_chunk_extension', `${CHUNKS}5;→\r\nhello\r\n`, 1],
  ['an extension without a value', 'bad_chunk_extension', `${CHUNKS}5;a=→\r\nhello\r\n`, 1],
  ['white space in an extension', 'bad_chunk_extension', `${CHUNKS}5;a→ =b\r\nhello\r\n`, 1],
  ['an extension that ends with LF', 'bare_lf', `${CHUNKS}5;a→\nhello\r\n`, 1],
  ['LF in a quoted extension', 'bare_lf', `${CHUNKS}5;a="→\n"\r\nhello\r\n`, 1],
  ['extensions above 4 KiB', 'chunk_extension_too_large', `${CHUNKS}5;${'a'.repeat(4095)}→a`, 1],
  ['data longer than its size', 'missing_chunk_end', `${CHUNKS}4\r\nhell→o\r\n0\r\n\r\n`, 1],
  ['data that ends with LF', 'missing_chunk_end', `${CHUNKS}5\r\nhello→\n0\r\n\r\n`, 1],
  ['data that ends with CR', 'missing_chunk_end', `${CHUNKS}5\r\nhello\r→0\r\n\r\n`, 1],
  ['a length among the trailers', 'framing_field_in_trailers', `${CHUNKS}0\r\nContent-Length→: 5\r\n\r\n`, 1],
  ['a coding among the trailers', 'framing_field_in_trailers', `${CHUNKS}0\r\ntransfer-encoding→: chunked\r\n\r\n`, 1],
  ['a trailer with a space before its colon', 'space_before_colon', `${CHUNKS}0\r\nX→ : a\r\n\r\n`, 1],
  ['a folded trailer', 'obs_fold', `${CHUNKS}0\r\nX: a\r\n→ b\r\n\r\n`, 1],
  ['a trailer that ends with LF', 'bare_lf', `${CHUNKS}0\r\nX: a→\n\r\n`, 1],
  ['NUL in a trailer', 'bad_header_value', `${CHUNKS}0\r\nX: →\x00\r\n\r\n`, 1],
  ['a trailer without a name', 'empty_header_name', `${CHUNKS}0\r\n→: a\r\n\r\n`, 1],
  ['a last chunk that ends with LF', 'bad_header_name', `${CHUNKS}0\r\na→\r\n`, 1],
  ['trailers above 64 KiB', 'trailers_too_large', `${CHUNKS}0\r\nX: ${'a'.repeat(65_533)}→aaaa`, 1],
  ['a request behind the last one', 'bytes_after_close', `${GET}Connection: close\r\n\r\n→GET / HTTP/1.1\r\n\r\n`, 1],
  ['a request behind an HTTP/1.0 one', 'bytes_after_close', 'GET / HTTP/1.0\r\n\r\n\r\n→GET / HTTP/1.0\r\n\r\n', 1],
  ['a body that nothing announced', 'unknown_method', `${POST}\r\n→hello`, 1],
]

const responses: readonly Case[] = [
  ['a greeting of SMTP', 'not_http', '→220 mail ESMTP\r\n'],
  ['an answer of another protocol', 'not_http', '→ICY 200 OK\r\n\r\n'],
  ['an empty line before an answer', 'not_http', '→\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ['HTTP/2 in a status line', 'bad_version', 'HTTP/→2 200\r\n\r\n'],
  ['HTTP/1.2', 'bad_version', 'HTTP/1.→2 200 OK\r\n\r\n'],
  ['a status below 100', 'bad_status', 'HTTP/1.1 →099 No\r\n\r\n'],
  ['a status of two digits', 'bad_status', 'HTTP/1.1 20→ OK\r\n\r\n'],
  ['a status of four digits', 'bad_status', 'HTTP/1.1 200→0 OK\r\n\r\n'],
  ['two spaces before the status', 'bad_status', 'HTTP/1.1 → 200 OK\r\n\r\n'],
  ['NUL in the reason phrase', 'bad_reason_phrase', 'HTTP/1.1 200 a→\x00\r\n\r\n'],
  ['a status line that ends with LF', 'bare_lf', 'HTTP/1.1 200 OK→\n\r\n'],
  [
    'a length beside chunks',
    'content_length_with_transfer_encoding',
    `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked→\r\n\r\n`,
  ],
  ['two lengths', 'content_length_repeated', `${OK}Content-Length: 5\r\nContent-Length: 5→\r\n\r\nhello`],
  ['a coding up to the end', 'bad_transfer_encoding', `${OK}Transfer-Encoding: gzip→\r\n\r\n`],
  [
    'two lengths in an answer to HEAD',
    'content_length_repeated',
    `${OK}Content-Length: 5\r\nContent-Length: 6→\r\n\r\n`,
    0,
    ['HEAD'],
  ],
  ['204 with a length', 'body_not_allowed', 'HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n→hello'],
  ['204 with chunks', 'body_not_allowed', 'HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n→0\r\n\r\n'],
  ['an interim answer with a length', 'body_not_allowed', 'HTTP/1.1 103 Early\r\nContent-Length: 5\r\n\r\n→hello'],
  ['101 that nobody asked for', 'unexpected_upgrade', 'HTTP/1.1 101 Switching\r\n\r\n→\x81\x00'],
  ['content behind an answer to HEAD', 'not_http', `${OK}Content-Length: 5\r\n\r\n→hello`, 1, ['HEAD']],
  ['content behind 304', 'not_http', 'HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n→hello', 1],
  [
    'bytes behind the last answer',
    'bytes_after_close',
    `${OK}Connection: close\r\nContent-Length: 2\r\n\r\nok→HTTP/1.1 200 OK\r\n\r\n`,
    1,
  ],
]

describe.each([
  { direction: 'request' as Direction, cases: requests },
  { direction: 'response' as Direction, cases: responses },
])('a $direction', ({ direction, cases }) => {
  test.each(cases.map(named))('$name: $reason', ({ reason, marked, framed, asked }) => {
    const bytes = latin1(marked.replace(HERE, ''))
    const whole = trace(direction, [bytes], asked)
    expect({ then: whole.then, at: whole.at }).toEqual({ then: reason, at: marked.indexOf(HERE) })
    expect(whole.messages).toHaveLength(framed)

    for (const pieces of everyCut(bytes)) expect(trace(direction, pieces, asked)).toEqual(whole)
  })
})

function named([name, reason, marked, framed = 0, asked = []]: Case) {
  return { name, reason, marked, framed, asked }
}

test('every reason but one is shown above', () => {
  const shown = new Set([...requests, ...responses].map(([, reason]) => reason))
  // It needs a stream in which nothing was asked: see pausing.test.ts.
  expect(Object.keys(OPAQUE_REASONS).filter((reason) => !shown.has(reason as OpaqueReason))).toEqual([
    'unsolicited_response',
  ])
})
