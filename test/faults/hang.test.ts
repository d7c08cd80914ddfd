import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

test('the request waits for as long as the fault is there', () => {
  const bench = useExchangeFault('hang')
  expect(bench.request()).toEqual({ do: 'wait', until: Infinity })
  bench.now = 1e9
  expect(bench.askAgain()).toEqual({ do: 'wait', until: Infinity })
  expect(bench.response()).toEqual({ do: 'go' })
})

test('after_upstream the work is done, and the answer waits', () => {
  const bench = useExchangeFault('hang', { phase: 'after_upstream' })
  expect([bench.request(), bench.response()]).toEqual([{ do: 'go' }, { do: 'wait', until: Infinity }])
})
