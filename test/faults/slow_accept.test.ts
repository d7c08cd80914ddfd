import { expect, test } from 'vitest'
import { useConnectionFault } from './use-connection-fault.ts'

test('an accepted connection is left lying for the delay, and dialled then', () => {
  const bench = useConnectionFault('slow_accept', { delay: 500 }).accept()
  bench.clock.advance(499)
  expect(bench.log).toEqual([])
  bench.clock.advance(1)
  expect(bench.log).toEqual(['500 accepted', '500 dialled'])
})

test('jitter differs from connection to connection, and stays within its bounds', () => {
  const waits = Array.from({ length: 100 }, (_, i) => {
    const bench = useConnectionFault('slow_accept', { delay: 100, jitter: 50 }, { ordinal: i + 1 }).accept()
    bench.clock.advance(1000)
    return Number(bench.log[0]?.split(' ')[0])
  })
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(50)
  expect(Math.max(...waits)).toBeLessThanOrEqual(150)
  expect(new Set(waits).size).toBeGreaterThan(20)
})

test('removal lets the connection go on at once, and a change counts from the accept', () => {
  const removed = useConnectionFault('slow_accept', { delay: 500 }).accept()
  removed.clock.advance(100)
  removed.remove()
  expect(removed.log).toEqual(['100 accepted', '100 dialled'])

  const changed = useConnectionFault('slow_accept', { delay: 500 }).accept()
  changed.clock.advance(100)
  changed.patch({ delay: 200 })
  changed.clock.advance(1000)
  expect(changed.log).toEqual(['200 accepted', '200 dialled'])
})
