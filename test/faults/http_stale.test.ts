import { expect, test } from 'vitest'
import type { Shelf } from '../../src/faults/answer-shelf.ts'
import { textOf, useExchangeFault } from './use-exchange-fault.ts'
import type { ExchangeBench, RequestLike, ResponseLike } from './use-exchange-fault.ts'

/** One exchange: what the caller gets, and whether the upstream was asked. */
function exchange(bench: ExchangeBench, request: RequestLike, answer: ResponseLike | string): string {
  const early = bench.request(request)
  if (early.do === 'answer') return `${textOf(early)} (upstream not asked)`
  const response = typeof answer === 'string' ? { body: answer } : answer
  const late = bench.response(response)
  return late.do === 'answer' ? textOf(late) : String(response.body)
}

test('frozen serves the first answer again until its age is over', () => {
  const bench = useExchangeFault('http_stale', { age: 1000 })
  expect(exchange(bench, {}, 'one')).toBe('one')
  bench.now = 1000
  expect(exchange(bench, {}, 'two')).toBe('one (upstream not asked)')
  bench.now = 1001
  expect(exchange(bench, {}, 'three')).toBe('three')
  expect(exchange(bench, {}, 'four')).toBe('three (upstream not asked)')
})

test('behind asks the upstream, and serves the answer before this one', () => {
  const bench = useExchangeFault('http_stale', { mode: 'behind' })
  expect(['one', 'two', 'three'].map((body) => exchange(bench, {}, body))).toEqual(['one', 'one', 'two'])
})

test('status and fields come from then, without those of the connection', () => {
  const bench = useExchangeFault('http_stale')
  exchange(
    bench,
    {},
    {
      status: 203,
      reason: 'Fine',
      headers: [
        ['ETag', '"1"'],
        ['Connection', 'x-hop'],
        ['X-Hop', '1'],
        ['Transfer-Encoding', 'chunked'],
      ],
      body: 'x',
    },
  )
  expect(bench.request()).toMatchObject({ do: 'answer', status: 203, reason: 'Fine', headers: [['ETag', '"1"']] })
})

test('another target, host, method, caller or form is another request', () => {
  const bench = useExchangeFault('http_stale')
  exchange(bench, {}, 'one')
  for (const other of [
    { target: '/?a' },
    { method: 'HEAD' },
    ...['Host', 'Authorization', 'cookie', 'Accept', 'Accept-Encoding', 'Range'].map((name) => ({
      headers: [[name, 'x']] as const,
    })),
  ]) {
    expect(exchange(bench, other, 'other')).toBe('other')
  }
  expect(exchange(bench, { headers: [['x-request-id', '5']] }, 'two')).toBe('one (upstream not asked)')
})

test('only good answers to GET and HEAD are kept', () => {
  const bench = useExchangeFault('http_stale')
  expect(['one', 'two'].map((body) => exchange(bench, { method: 'POST' }, body))).toEqual(['one', 'two'])
  expect(exchange(bench, {}, { status: 500, body: 'broken' })).toBe('broken')
  expect(exchange(bench, {}, 'fine')).toBe('fine')
})

test('of two under way at once the first to be answered is frozen', () => {
  const bench = useExchangeFault('http_stale')
  bench.request()
  bench.request()
  expect(bench.response({ body: 'one' })).toEqual({ do: 'go' })
  expect(textOf(bench.response({ body: 'two' }))).toBe('one')
})

test('the oldest are forgotten when there are too many, or too much', () => {
  const few = useExchangeFault('http_stale', { entries: 2 })
  for (const target of ['/1', '/2', '/3']) exchange(few, { target }, 'old')
  expect(['/2', '/3', '/1'].map((target) => exchange(few, { target }, 'new'))).toEqual([
    'old (upstream not asked)',
    'old (upstream not asked)',
    'new',
  ])
  const little = useExchangeFault('http_stale', { memory: 4096 })
  for (let i = 0; i < 100; i++) {
    exchange(little, { target: `/${i}` }, 'x'.repeat(i * 50))
    const { bytes, answers } = little.state as Shelf
    expect(bytes).toBeLessThanOrEqual(4096)
    expect(answers.size).toBeLessThanOrEqual(12)
  }
})
