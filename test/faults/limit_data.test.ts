import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('the chunk that reaches the limit is cut there, and the connection closed', () => {
  const bench = useFault('limit_data', { bytes: 5 })
  bench.send('abc')
  bench.send('defg')
  bench.send('never')
  expect(bench.log).toEqual(['0 abc', '0 de', '0 close'])
})

test('reaching the limit exactly closes without one byte more', () => {
  const bench = useFault('limit_data', { bytes: 3 })
  bench.send('abc')
  expect(bench.log).toEqual(['0 abc', '0 close'])
})

test('at 0 an idle connection stays open and the first byte closes it', () => {
  const bench = useFault('limit_data', { bytes: 0 })
  bench.advance(10_000)
  expect(bench.log).toEqual([])
  bench.send('a')
  expect(bench.log).toEqual(['10000 close'])
})

test('bytes are counted from when the fault was attached', () => {
  const bench = useFault('noop')
  bench.send('0123456789')
  bench.add('limit_data', { bytes: 3 })
  bench.send('abcd')
  expect(bench.text).toBe('0123456789abc')
})

test('a raised limit goes on from the count, a lowered one closes at the next byte', () => {
  const raised = useFault('limit_data', { bytes: 3 })
  raised.send('ab')
  raised.patch({ bytes: 5 })
  raised.send('cdefg')
  expect(raised.text).toBe('abcde')

  const lowered = useFault('limit_data', { bytes: 10 })
  lowered.send('abcd')
  lowered.patch({ bytes: 3 })
  expect(lowered.log).toEqual(['0 abcd'])
  lowered.send('e')
  expect(lowered.log).toEqual(['0 abcd', '0 close'])
})

test('the bytes before the limit arrive, late where a latency stands behind it, and then the close', () => {
  const bench = useFault('limit_data', { bytes: 2 })
  bench.add('latency', { latency: 100 })
  bench.send('abc')
  bench.advance(200)
  expect(bench.log).toEqual(['100 ab', '100 close'])
})
