import { expect, test } from 'vitest'
import { textOf, useExchangeFault } from './use-exchange-fault.ts'

test('the caller gets the status, and a body that says where it comes from', () => {
  const bench = useExchangeFault('http_abort', { status: 503 })
  const answer = bench.request()
  expect(answer).toMatchObject({ do: 'answer', status: 503, headers: [['content-type', 'text/plain; charset=utf-8']] })
  expect(textOf(answer)).toBe('503: answered by faultline (http_abort), not by the upstream\n')
})

test('a body of JSON says so, any other is text, and a content type that was given stays alone', () => {
  const typeOf = (attributes: Record<string, unknown>): unknown =>
    (useExchangeFault('http_abort', attributes).request() as { headers: unknown }).headers
  expect(typeOf({ body: '{"error":"no"}' })).toEqual([['content-type', 'application/json']])
  expect(typeOf({ body: '{"error":' })).toEqual([['content-type', 'text/plain; charset=utf-8']])
  expect(typeOf({ body: 'no' })).toEqual([['content-type', 'text/plain; charset=utf-8']])
  const headers = [{ name: 'Content-Type', value: 'application/problem+json' }]
  expect(typeOf({ body: '{}', headers })).toEqual([['Content-Type', 'application/problem+json']])
  expect(typeOf({ body: '' })).toEqual([])
})

test('before_upstream it answers at the request alone, after_upstream at the answer alone', () => {
  const before = useExchangeFault('http_abort', { phase: 'before_upstream' })
  expect([before.request().do, before.response().do]).toEqual(['answer', 'go'])
  const after = useExchangeFault('http_abort', { phase: 'after_upstream' })
  expect([after.request().do, after.response().do]).toEqual(['go', 'answer'])
})

test('a status without a body gets none, and refuses one', () => {
  expect(textOf(useExchangeFault('http_abort', { status: 204 }).request())).toBe('')
  expect(() => useExchangeFault('http_abort', { status: 304, body: 'x' })).toThrow(
    'body cannot be sent with status 304, which never has one',
  )
})

test('impossible statuses, line breaks in fields and fields that frame the message are refused', () => {
  expect(() => useExchangeFault('http_abort', { status: 199 })).toThrow('status is 199')
  expect(() => useExchangeFault('http_abort', { status: 600 })).toThrow('status is 600')
  const field = (name: string, value: string): unknown => ({ headers: [{ name, value }] })
  expect(() => useExchangeFault('http_abort', field('x', 'a\r\nb: c') as never)).toThrow('value is "a\\r\\nb: c"')
  expect(() => useExchangeFault('http_abort', field('x y', 'a') as never)).toThrow('name is "x y"')
  expect(() => useExchangeFault('http_abort', field('Content-Length', '5') as never)).toThrow(
    'headers/0 names Content-Length, which frames the message',
  )
})
