import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

test('a body leaves at its rate, without a burst at the start', () => {
  const body = useExchangeFault('http_throttle', { rate: 1000 }).body()
  body?.send(Buffer.alloc(4000))
  body?.end()
  const outBy = (): number => body?.bytes.length ?? -1
  body?.advance(1000)
  expect(Math.abs(outBy() - 1000)).toBeLessThanOrEqual(100)
  body?.advance(2000)
  expect(Math.abs(outBy() - 3000)).toBeLessThanOrEqual(100)
  body?.advance(1100)
  expect(body?.log.at(-1)).toBe('4000 end')
})

test('a writer that is faster is held back, and read again before the body runs dry', () => {
  const body = useExchangeFault('http_throttle', { rate: 1000 }).body()
  body?.send(Buffer.alloc(1000))
  expect(body?.src.paused).toBe(true)
  body?.advance(950)
  expect(body?.src.paused).toBe(false)
})

test('pieces have their size and the gap between them, however the body came', () => {
  for (const chunks of [['abcdefgh'], ['ab', 'cdef', 'gh'], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']]) {
    const body = useExchangeFault('http_throttle', { chunk_size: 3, gap: 100 }).body()
    for (const chunk of chunks) body?.send(chunk)
    body?.end()
    const outAt = [0, 99, 1, 99, 1].map((wait) => {
      body?.advance(wait)
      return body?.text
    })
    expect(outAt).toEqual(['abc', 'abc', 'abcdef', 'abcdef', 'abcdefgh'])
    expect(body?.log.at(-1)).toBe('200 end')
  }
})

test('the gap counts from when a piece came, not from an idle time before it', () => {
  const body = useExchangeFault('http_throttle', { chunk_size: 2, gap: 100 }).body()
  body?.send('ab')
  body?.advance(1000)
  body?.send('cdef')
  body?.advance(1000)
  expect(body?.log).toEqual(['0 ab', '1000 cd', '1100 ef'])
})

test('many small pieces hold the writer back', () => {
  const body = useExchangeFault('http_throttle', { chunk_size: 1, gap: 10 }).body()
  body?.send(Buffer.alloc(100))
  expect(body?.src.paused).toBe(true)
  body?.advance(1000)
  expect([body?.src.paused, body?.bytes.length]).toEqual([false, 100])
})

test('other answers on the connection are not slowed down: an answer without a body has nothing to throttle', () => {
  expect(useExchangeFault('http_throttle', { rate: 1 }).body({ status: 204 })).toBeUndefined()
})

test('either a rate, or pieces and their gap', () => {
  expect(() => useExchangeFault('http_throttle', {})).toThrow('either rate')
  expect(() => useExchangeFault('http_throttle', { chunk_size: 5 })).toThrow('either rate')
  expect(() => useExchangeFault('http_throttle', { rate: 5, gap: 5 })).toThrow('rate excludes chunk_size and gap')
})
