import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('bytes pass at once, the end late', () => {
  const bench = useFault('slow_close', { delay: 500 })
  bench.send('a')
  bench.advance(100)
  bench.end()
  bench.advance(1000)
  expect(bench.log).toEqual(['0 a', '600 end'])
})

test('a changed delay counts from when the end came in', () => {
  const bench = useFault('slow_close', { delay: 500 })
  bench.end()
  bench.advance(100)
  bench.patch({ delay: 300 })
  bench.advance(1000)
  expect(bench.log).toEqual(['300 end'])
})

test('a delay that is shortened below the time waited already ends at once', () => {
  const bench = useFault('slow_close', { delay: 500 })
  bench.end()
  bench.advance(100)
  bench.patch({ delay: 50 })
  expect(bench.log).toEqual(['100 end'])
})

test('removal ends at once, a reset does not wait, and delay 0 is no delay', () => {
  const removed = useFault('slow_close', { delay: 500 })
  removed.end()
  removed.advance(10)
  removed.remove()
  expect(removed.log).toEqual(['10 end'])

  const reset = useFault('slow_close', { delay: 500 })
  reset.reset()
  expect(reset.log).toEqual(['0 reset'])

  const none = useFault('slow_close')
  none.end()
  expect(none.log).toEqual(['0 end'])
})
