import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'
import type { BodyBench } from './use-exchange-fault.ts'

const TEN = { headers: [['Content-Length', '10']] } as const

function play(body: BodyBench | undefined, chunks = ['abcd', 'efgh', 'ij']): BodyBench {
  if (body === undefined) throw new Error('the fault left the body alone')
  for (const chunk of chunks) body.send(chunk)
  body.end()
  return body
}

test('with fin and rst the head promises more than comes', () => {
  for (const how of ['fin', 'rst']) {
    const body = play(useExchangeFault('http_truncate', { bytes: 6, how }).body(TEN))
    expect([body.length, body.text, body.how]).toEqual(['kept', 'abcdef', how])
  }
})

test('valid makes the length fit, and ends the message as soon as it is reached', () => {
  const body = useExchangeFault('http_truncate', { bytes: 6, how: 'valid' }).body(TEN)
  expect(body?.length).toBe(6)
  body?.send('abcdefgh')
  expect(body?.log).toEqual(['0 abcdef', '0 end'])
  body?.send('ij')
  body?.end()
  expect(body?.log).toEqual(['0 abcdef', '0 end'])
})

test('valid ends an answer without a length in chunks', () => {
  const body = play(useExchangeFault('http_truncate', { bytes: 6, how: 'valid' }).body())
  expect([body.length, body.text, body.out.at(-1)?.what]).toEqual(['unknown', 'abcdef', 'end'])
})

test('a stall holds the rest with the connection open, stops reading, and loses nothing', () => {
  const body = play(useExchangeFault('http_truncate', { bytes: 6, how: 'stall' }).body(TEN))
  body.advance(1e9)
  expect(body.text).toBe('abcdef')
  expect(body.src.paused).toBe(true)
  body.remove()
  expect([body.text, body.out.at(-1)?.what, body.src.paused]).toEqual(['abcdefghij', 'end', false])
})

test('a fraction counts from the length that the head tells', () => {
  const bench = useExchangeFault('http_truncate', { fraction: 0.35 })
  expect(bench.kind.wants?.(bench.attributes as never, { status: 200, reason: '', ...TEN })).toEqual({
    response: false,
  })
  expect(play(bench.body(TEN)).text).toBe('abc')
})

test('a fraction of an answer without a length needs the whole body', () => {
  const bench = useExchangeFault('http_truncate', { fraction: 0.5, how: 'valid' })
  const head = { status: 200, reason: '', headers: [] }
  expect(bench.kind.wants?.(bench.attributes as never, head)).toEqual({ response: true })
  const body = play(bench.body({ body: 'abcdefghij' }))
  expect([body.length, body.text]).toEqual([5, 'abcde'])
})

test('a body that is not longer is left alone', () => {
  expect(useExchangeFault('http_truncate', { bytes: 10 }).body(TEN)).toBeUndefined()
  expect(useExchangeFault('http_truncate', { fraction: 1 }).body(TEN)).toBeUndefined()
  const unknown = play(useExchangeFault('http_truncate', { bytes: 11 }).body())
  expect([unknown.text, unknown.out.at(-1)?.what]).toEqual(['abcdefghij', 'end'])
  const head = useExchangeFault('http_truncate', { bytes: 1 })
  head.request({ method: 'HEAD' })
  expect(head.body(TEN)).toBeUndefined()
})

test('exactly one of bytes and fraction says where', () => {
  expect(() => useExchangeFault('http_truncate', {})).toThrow('one of bytes and fraction must say where to cut')
  expect(() => useExchangeFault('http_truncate', { bytes: 1, fraction: 0.5 })).toThrow('exclude each other')
})
