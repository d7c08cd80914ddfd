import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

const name = { name: 'x-a', value: '1' }

test('the edit is made on the answer, or on the request, and on no other', () => {
  const edit = { set: [['x-a', '1']], add: [], remove: [] }
  const response = useExchangeFault('http_headers', { set: [name] })
  expect([response.request(), response.response()]).toEqual([{ do: 'go' }, { do: 'change', headers: edit }])
  const request = useExchangeFault('http_headers', { direction: 'request', set: [name] })
  expect([request.request(), request.response()]).toEqual([{ do: 'change', headers: edit }, { do: 'go' }])
})

test('fields can be set, added and removed at once', () => {
  const bench = useExchangeFault('http_headers', { set: [name], add: [name, name], remove: ['ETag'] })
  const pair = ['x-a', '1']
  expect(bench.response()).toEqual({ do: 'change', headers: { set: [pair], add: [pair, pair], remove: ['ETag'] } })
})

test('an edit without a field, and fields that frame the message, are refused', () => {
  expect(() => useExchangeFault('http_headers')).toThrow('one of set, add and remove must name a field')
  expect(() => useExchangeFault('http_headers', { remove: ['x', 'Transfer-Encoding'] })).toThrow(
    'remove/1 names Transfer-Encoding',
  )
  expect(() => useExchangeFault('http_headers', { add: [{ name: 'connection', value: 'close' }] })).toThrow(
    'add/0 names connection',
  )
})
