import { expect, test } from 'vitest'
import { useConnectionFault } from './use-connection-fault.ts'

test.each(['fin', 'rst'])('a connection is closed with a %s at its age, busy or not', (how) => {
  const bench = useConnectionFault('max_age', { age: 500, how }).accept()
  for (let i = 0; i < 10; i++) {
    bench.clock.advance(100)
    bench.touch()
  }
  expect(bench.log.at(-1)).toBe(`500 ${how}`)
})

test('a connection that is older when the fault is attached is closed at once', () => {
  const bench = useConnectionFault('max_age', { age: 500 })
  bench.clock.advance(800)
  bench.faults.sync([bench.fault])
  expect(bench.log).toEqual(['800 fin'])
})

test('with a jitter connections do not all go at the same time, but each at a time of its own', () => {
  const age = (ordinal: number): string | undefined => {
    const bench = useConnectionFault('max_age', { age: 1000, jitter: 500 }, { ordinal }).accept()
    bench.clock.advance(2000)
    return bench.log.at(-1)
  }
  expect(new Set([1, 2, 3, 4, 5].map(age)).size).toBe(5)
  expect(age(3)).toBe(age(3))
})
