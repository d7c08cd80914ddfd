import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('so many bytes pass, then nothing, with the connection open', () => {
  const bench = useFault('stall_after', { bytes: 5 })
  bench.send('abc')
  expect(bench.src.paused).toBe(false)
  bench.send('defg')
  bench.end()
  bench.advance(1e6)
  expect(bench.log).toEqual(['0 abc', '0 de'])
  expect(bench.src.paused).toBe(true)
})

test('an end before the limit passes, one after it waits', () => {
  const before = useFault('stall_after', { bytes: 5 })
  before.send('abcd')
  before.end()
  expect(before.log).toEqual(['0 abcd', '0 end'])

  const after = useFault('stall_after', { bytes: 4 })
  after.send('abcd')
  after.end()
  after.advance(5)
  expect(after.log).toEqual(['0 abcd'])
  after.remove()
  expect(after.log).toEqual(['0 abcd', '5 end'])
})

test('removal lets go of the rest, and of a reset that came meanwhile', () => {
  const bench = useFault('stall_after', { bytes: 2 })
  bench.send('abcd')
  bench.advance(5)
  bench.remove()
  expect(bench.text).toBe('abcd')
  expect(bench.src.paused).toBe(false)

  const reset = useFault('stall_after', { bytes: 0 })
  reset.reset()
  reset.advance(5)
  expect(reset.log).toEqual([])
  reset.remove()
  expect(reset.log).toEqual(['5 reset'])

  const early = useFault('stall_after', { bytes: 2 })
  early.reset()
  expect(early.log).toEqual(['0 reset'])
})

test('a raised limit lets on what it has room for, a lowered one takes nothing back', () => {
  const bench = useFault('stall_after', { bytes: 2 })
  bench.send('abcdef')
  bench.patch({ bytes: 4 })
  expect(bench.text).toBe('abcd')
  expect(bench.src.paused).toBe(true)
  bench.patch({ bytes: 1 })
  expect(bench.text).toBe('abcd')
  bench.patch({ bytes: 100 })
  expect(bench.text).toBe('abcdef')
  expect(bench.src.paused).toBe(false)
})

test('bytes are counted from when the fault was attached, and 0 stalls at once', () => {
  const bench = useFault('noop')
  bench.send('before')
  bench.add('stall_after', { bytes: 0 })
  expect(bench.src.paused).toBe(true)
  bench.send('x')
  expect(bench.text).toBe('before')
})
