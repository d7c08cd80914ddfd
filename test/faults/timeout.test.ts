import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('bytes are dropped and the connection is closed after the timeout, traffic or not', () => {
  const chatty = useFault('timeout', { timeout: 300 })
  for (let i = 0; i < 10; i++) {
    chatty.send('x')
    chatty.advance(50)
  }
  expect(chatty.log).toEqual(['300 close'])

  const idle = useFault('timeout', { timeout: 300 })
  idle.advance(1000)
  expect(idle.log).toEqual(['300 close'])
})

test('at 0 it swallows for ever and never closes', () => {
  const bench = useFault('timeout', { timeout: 0 })
  bench.send('x')
  bench.advance(1e9)
  expect(bench.log).toEqual([])
})

test('the end passes at once', () => {
  const bench = useFault('timeout', { timeout: 300 })
  bench.send('x')
  bench.advance(10)
  bench.end()
  expect(bench.log).toEqual(['10 end'])
})

test('on a connection that was open before, the time counts from the attaching', () => {
  const bench = useFault('noop')
  bench.advance(1000)
  bench.add('timeout', { timeout: 300 })
  bench.advance(1000)
  expect(bench.log).toEqual(['1300 close'])
})

test('a change moves the moment, still counted from when they met', () => {
  const bench = useFault('timeout', { timeout: 300 })
  bench.advance(200)
  bench.patch({ timeout: 500 })
  bench.advance(1000)
  expect(bench.log).toEqual(['500 close'])

  const shorter = useFault('timeout', { timeout: 300 })
  shorter.advance(200)
  shorter.patch({ timeout: 100 })
  shorter.advance(1)
  expect(shorter.log).toEqual(['200 close'])

  const never = useFault('timeout', { timeout: 300 })
  never.advance(200)
  never.patch({ timeout: 0 })
  never.advance(10_000)
  expect(never.log).toEqual([])
})

test('removal closes the connections on which bytes were lost, and those alone', () => {
  const lost = useFault('timeout', { timeout: 300 })
  lost.send('x')
  lost.remove()
  expect(lost.log).toEqual(['0 close'])

  const spared = useFault('timeout', { timeout: 300 })
  spared.remove()
  spared.send('x')
  spared.advance(1000)
  expect(spared.log).toEqual(['0 x'])
})

test('a connection that toxicity spared lives on, also when the fault is removed', () => {
  const bench = useFault('noop')
  const fault = bench.add('timeout', { timeout: 300 })
  bench.change(fault, { toxicity: 0 })
  bench.send('a')
  bench.detach(fault)
  bench.advance(1000)
  bench.send('b')
  expect(bench.text).toBe('ab')
})
