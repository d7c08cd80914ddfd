import { expect, test } from 'vitest'
import { useConnectionFault } from './use-connection-fault.ts'

test.each(['fin', 'rst'])('a connection without a byte is closed with a %s after its idle time', (how) => {
  const bench = useConnectionFault('idle_close', { idle: 500, how }).accept()
  bench.clock.advance(1000)
  expect(bench.log.at(-1)).toBe(`500 ${how}`)
})

test('every byte, in either direction, begins the idle time anew', () => {
  const bench = useConnectionFault('idle_close', { idle: 500 }).accept()
  for (let i = 0; i < 5; i++) {
    bench.clock.advance(400)
    bench.touch()
  }
  bench.clock.advance(1000)
  expect(bench.log.at(-1)).toBe('2500 fin')
})

test('a connection that was idle for longer when the fault is attached is closed at once', () => {
  const bench = useConnectionFault('idle_close', { idle: 500 })
  bench.clock.advance(800)
  bench.faults.sync([bench.fault])
  expect(bench.log).toEqual(['800 fin'])
})

test('a change of the idle time counts for connections that are open', () => {
  const bench = useConnectionFault('idle_close', { idle: '1h' }).accept()
  bench.clock.advance(100)
  bench.patch({ idle: 300 })
  bench.clock.advance(1000)
  expect(bench.log.at(-1)).toBe('300 fin')
})
