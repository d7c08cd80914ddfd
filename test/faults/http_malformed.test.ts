import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { textOf, useExchangeFault } from './use-exchange-fault.ts'

const ANSWER = {
  headers: [
    ['Content-Type', 'text/plain'],
    ['Connection', 'keep-alive, x-hop'],
    ['X-Hop', '1'],
    ['Content-Length', '10'],
  ],
  body: 'abcdefghij',
} as const
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'

const spoilt = (mode: string, more: Record<string, unknown> = {}): string =>
  textOf(useExchangeFault('http_malformed', { mode, ...more }).response(ANSWER))

test('a chunk whose size is no number stands behind half of the body', () => {
  expect(spoilt('bad_chunk_size')).toBe(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nfaultline\r\nfghij\r\n`)
})

test('the length is too long by so much, or too short by half', () => {
  expect(spoilt('length_too_long', { size: 7 })).toBe(`${HEAD}Content-Length: 17\r\n\r\nabcdefghij`)
  expect(spoilt('length_too_short')).toBe(`${HEAD}Content-Length: 5\r\n\r\nabcdefghij`)
})

test('noise comes from the first byte on, or behind the head, and is the same for the same exchange', () => {
  expect(spoilt('garbage', { size: 100 })).toHaveLength(100)
  expect(spoilt('garbage', { size: 100 })).toBe(spoilt('garbage', { size: 100 }))
  const behind = spoilt('garbage_body', { size: 100 })
  expect(behind.startsWith(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)).toBe(true)
  expect(behind.charCodeAt(HEAD.length + 'Transfer-Encoding: chunked\r\n\r\n'.length)).toBeGreaterThan(127)
})

test('a gzip stream begins as one and does not decode, whatever coding the answer had', () => {
  for (const answer of [
    ANSWER,
    { headers: [['Content-Encoding', 'gzip']] as const, body: gzipSync('abcdefghij') },
    { headers: [['Content-Encoding', 'br']] as const, body: 'no brotli' },
  ]) {
    const change = useExchangeFault('http_malformed', { mode: 'invalid_gzip' }).response(answer)
    expect(change).toMatchObject({ do: 'change', headers: { set: [['content-encoding', 'gzip']] } })
    const body = change.do === 'change' ? (change.body ?? Buffer.of()) : Buffer.of()
    expect([...body.subarray(0, 2)]).toEqual([0x1f, 0x8b])
    expect(() => gunzipSync(body)).toThrow()
  }
})

test('an oversized field leaves the rest of the answer as it is', () => {
  const bench = useExchangeFault('http_malformed', { mode: 'oversized_headers', size: '20kB' })
  expect(bench.response(ANSWER)).toEqual({
    do: 'change',
    headers: { set: [['x-faultline-padding', 'x'.repeat(20_000)]] },
  })
})

test('every field stands there twice, and the length with two values', () => {
  expect(spoilt('duplicate_headers')).toBe(
    `${HEAD}Content-Type: text/plain\r\nContent-Length: 10\r\nContent-Length: 11\r\n\r\nabcdefghij`,
  )
})

test('a status line has no status that can be read', () => {
  expect(spoilt('broken_status_line').split('\r\n')[0]).toBe('HTTP/1.1 2OO OK')
  const bench = useExchangeFault('http_malformed', { mode: 'broken_status_line' })
  expect(textOf(bench.response({ status: 418, reason: '' })).split('\r\n')[0]).toBe('HTTP/1.1 4OO ')
})

test('before_upstream an answer of our own is spoilt, and the upstream never asked', () => {
  for (const mode of [
    'bad_chunk_size',
    'length_too_long',
    'length_too_short',
    'garbage',
    'garbage_body',
    'duplicate_headers',
    'broken_status_line',
  ]) {
    const bench = useExchangeFault('http_malformed', { mode, phase: 'before_upstream', then: 'rst' })
    expect(bench.request()).toMatchObject({ do: 'raw', then: 'rst' })
    expect(bench.response(ANSWER)).toEqual({ do: 'go' })
  }
  for (const mode of ['invalid_gzip', 'oversized_headers']) {
    const bench = useExchangeFault('http_malformed', { mode, phase: 'before_upstream' })
    expect(bench.request()).toMatchObject({ do: 'answer', status: 200 })
  }
})

test('only modes that lie about the body need it whole', () => {
  const wants = (mode: string): unknown => {
    const { kind, attributes } = useExchangeFault('http_malformed', { mode })
    return kind.wants?.(attributes as never)
  }
  expect([wants('garbage'), wants('length_too_long')]).toEqual([{ response: false }, { response: true }])
})
