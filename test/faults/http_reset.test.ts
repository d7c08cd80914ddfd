import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

test('before_upstream the connection is cut at the request', () => {
  expect(useExchangeFault('http_reset').request()).toEqual({ do: 'cut', how: 'rst' })
  expect(useExchangeFault('http_reset', { how: 'fin' }).request()).toEqual({ do: 'cut', how: 'fin' })
})

test('after_upstream the upstream is asked, and its answer never passed on', () => {
  const bench = useExchangeFault('http_reset', { at: 'after_upstream' })
  expect([bench.request(), bench.response()]).toEqual([{ do: 'go' }, { do: 'cut', how: 'rst' }])
})

test('after_bytes so many pass, however the body is cut into chunks', () => {
  const bench = useExchangeFault('http_reset', { at: 'after_bytes', bytes: 5 })
  expect([bench.request(), bench.response()]).toEqual([{ do: 'go' }, { do: 'go' }])
  for (const chunks of [['abcdefgh'], ['abc', 'defgh'], ['a', 'b', 'c', 'd', 'e', 'f'], ['abcde', 'f']]) {
    const body = bench.body()
    for (const chunk of chunks) body?.send(chunk)
    body?.end()
    expect([body?.text, body?.how]).toEqual(['abcde', 'rst'])
  }
})

test('a shorter body passes whole', () => {
  const bench = useExchangeFault('http_reset', { at: 'after_bytes', bytes: 5 })
  expect(bench.body({ headers: [['Content-Length', '4']] })).toBeUndefined()
  const body = bench.body()
  body?.send('abcd')
  body?.end()
  expect(body?.log).toEqual(['0 abcd', '0 end'])
})

test('after 0 bytes even an empty body is cut behind the head', () => {
  const body = useExchangeFault('http_reset', { at: 'after_bytes', bytes: 0, how: 'fin' }).body()
  body?.end()
  expect(body?.log).toEqual(['0 fin'])
})

test('bytes and the place belong together', () => {
  expect(() => useExchangeFault('http_reset', { at: 'after_bytes' })).toThrow('at after_bytes needs bytes')
  expect(() => useExchangeFault('http_reset', { bytes: 5 })).toThrow('bytes means nothing at before_upstream')
})
