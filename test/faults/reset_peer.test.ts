import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('an idle connection is reset, at once or after the timeout', () => {
  const now = useFault('reset_peer', { timeout: 0 })
  now.advance(1)
  expect(now.log).toEqual(['0 reset'])

  const later = useFault('reset_peer', { timeout: 100 })
  later.advance(1000)
  expect(later.log).toEqual(['100 reset'])
})

test('a connection that was open before is reset, counted from the attaching', () => {
  const bench = useFault('noop')
  bench.send('a')
  bench.advance(500)
  bench.add('reset_peer', { timeout: 100 })
  bench.advance(1000)
  expect(bench.log).toEqual(['0 a', '600 reset'])
})

test('bytes and the end that come before the reset go with it', () => {
  const bench = useFault('reset_peer', { timeout: 100 })
  bench.send('a')
  bench.end()
  bench.advance(1000)
  expect(bench.log).toEqual(['100 reset'])
})

test('removed in time, it poisons nothing: what was held passes, and the end is an end', () => {
  const bench = useFault('reset_peer', { timeout: 100 })
  bench.send('a')
  bench.advance(50)
  bench.remove()
  bench.send('b')
  bench.advance(1000)
  bench.end()
  expect(bench.log).toEqual(['50 a', '50 b', '1050 end'])
})

test('a change moves the moment, counted from when they met', () => {
  const bench = useFault('reset_peer', { timeout: 100 })
  bench.send('a')
  bench.advance(50)
  bench.patch({ timeout: 300 })
  bench.advance(1000)
  expect(bench.log).toEqual(['300 reset'])
})

test('a reset from the source itself does not wait', () => {
  const bench = useFault('reset_peer', { timeout: 100 })
  bench.advance(10)
  bench.reset()
  expect(bench.log).toEqual(['10 reset'])
})
