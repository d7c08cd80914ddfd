import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('discard swallows bytes, the end and a reset', () => {
  const bench = useFault('blackhole', { mode: 'discard' })
  bench.send('a')
  bench.end()
  bench.reset()
  bench.advance(1e6)
  expect(bench.log).toEqual([])
  expect(bench.src.paused).toBe(false)
})

test('stall reads no more, and holds what was on its way', () => {
  const bench = useFault('blackhole', { mode: 'stall' })
  expect(bench.src.paused).toBe(true)
  bench.send('a')
  bench.end()
  bench.advance(1e6)
  expect(bench.log).toEqual([])
})

test('removal closes where bytes were lost', () => {
  const bench = useFault('blackhole', { mode: 'discard' })
  bench.send('a')
  bench.remove()
  expect(bench.log).toEqual(['0 close'])
})

test('removal without a loss lets everything go on, with the end or reset that was kept back', () => {
  const idle = useFault('blackhole', { mode: 'discard' })
  idle.remove()
  idle.send('a')
  expect(idle.log).toEqual(['0 a'])

  const stalled = useFault('blackhole', { mode: 'stall' })
  stalled.send('a')
  stalled.end()
  stalled.advance(5)
  stalled.remove()
  expect(stalled.log).toEqual(['5 a', '5 end'])
  expect(stalled.src.paused).toBe(false)

  const ended = useFault('blackhole', { mode: 'discard' })
  ended.end()
  ended.remove()
  expect(ended.log).toEqual(['0 end'])

  const reset = useFault('blackhole', { mode: 'stall' })
  reset.reset()
  reset.advance(5)
  reset.remove()
  expect(reset.log).toEqual(['5 reset'])
})

test('the mode can be changed: what was held is thrown away, what was thrown away stays lost', () => {
  const bench = useFault('blackhole', { mode: 'stall' })
  bench.send('a')
  bench.patch({ mode: 'discard' })
  expect(bench.src.paused).toBe(false)
  bench.patch({ mode: 'stall' })
  expect(bench.src.paused).toBe(true)
  bench.remove()
  expect(bench.log).toEqual(['0 close'])
})
