import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

test('the request is detained, and the answer passes', () => {
  const bench = useExchangeFault('http_hold')
  expect([bench.request(), bench.response()]).toEqual([{ do: 'detain' }, { do: 'go' }])
})

test('after_upstream the request passes, and the answer is detained', () => {
  const bench = useExchangeFault('http_hold', { phase: 'after_upstream' })
  expect([bench.request(), bench.response()]).toEqual([{ do: 'go' }, { do: 'detain' }])
})
