import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

test('the request is sent twice, and the caller gets the last answer', () => {
  const bench = useExchangeFault('http_duplicate')
  expect(bench.request({ method: 'POST', body: 'x' })).toEqual({ do: 'repeat', times: 2, keep: 'last', gap: 0 })
  expect(bench.response()).toEqual({ do: 'go' })
})

test('it needs the body of the request, to send it again', () => {
  const { kind, attributes } = useExchangeFault('http_duplicate', { times: 3, keep: 'first', gap: '1s' })
  expect(kind.wants?.(attributes as never)).toEqual({ request: true })
})

test('once is no duplicate, and a storm is not what it is for', () => {
  expect(() => useExchangeFault('http_duplicate', { times: 1 })).toThrow('times is 1')
  expect(() => useExchangeFault('http_duplicate', { times: 11 })).toThrow('times is 11')
})
