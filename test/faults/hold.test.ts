import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('so many bytes pass, and all that follows waits until it is let go', () => {
  const bench = useFault('hold', { after: 5 })
  bench.send('abc')
  bench.send('defg')
  bench.advance(1e6)
  bench.send('h')
  expect(bench.log).toEqual(['0 abc', '0 de'])
  expect(bench.fault.held?.list()).toMatchObject([{ id: 'c1', state: 'held', bytes: 3, held_ms: 1e6 }])
  expect(bench.fault.held?.release(1, () => undefined)).toBe(1)
  expect(bench.text).toBe('abcdefgh')
  bench.send('ij')
  expect([bench.text, bench.fault.status().held]).toEqual(['abcdefghij', { now: 0, overflowed: 0 }])
})

test('the end waits behind the bytes, and passes where nothing waits', () => {
  const bench = useFault('hold', { after: 2 })
  bench.send('ab')
  bench.end()
  expect(bench.log).toEqual(['0 ab', '0 end'])

  const waiting = useFault('hold', {})
  waiting.send('ab')
  waiting.end()
  waiting.advance(7)
  expect(waiting.log).toEqual([])
  waiting.fault.held?.release(1, () => undefined)
  expect(waiting.log).toEqual(['7 ab', '7 end'])
})

test('a reset does not wait, and ends the waiting', () => {
  const bench = useFault('hold', {})
  bench.send('ab')
  bench.reset()
  expect(bench.log.at(-1)).toContain('reset')
  expect(bench.fault.status().held).toEqual({ now: 0, overflowed: 0 })
})

test('removal lets go of what waits', () => {
  const bench = useFault('hold', { after: 1 })
  bench.send('abcd')
  bench.advance(5)
  bench.remove()
  expect([bench.text, bench.fault.status().held]).toEqual(['abcd', { now: 0, overflowed: 0 }])
})
