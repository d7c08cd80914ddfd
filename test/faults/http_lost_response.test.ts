import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

test('the request goes to the upstream, and its answer is swallowed whole', () => {
  for (const then of ['fin', 'rst', 'stall']) {
    const bench = useExchangeFault('http_lost_response', { then })
    expect(bench.request({ method: 'POST' })).toEqual({ do: 'go' })
    expect(bench.response({ status: 201 })).toEqual({ do: 'swallow', then })
  }
})

test('an end that is not known is refused with those that are', () => {
  expect(() => useExchangeFault('http_lost_response', { then: 'reset' })).toThrow(
    'then is "reset", but must be one of fin, rst, stall',
  )
})
