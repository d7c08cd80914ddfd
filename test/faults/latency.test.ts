import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('each chunk leaves one latency after it came in, however close they follow', () => {
  const bench = useFault('latency', { latency: 100 })
  bench.send('a')
  bench.advance(30)
  bench.send('b')
  bench.advance(200)
  expect(bench.log).toEqual(['100 a', '130 b'])
})

test('delays of faults in a row add up, without the lateness of a timer', () => {
  const bench = useFault('latency', { latency: 200 })
  bench.add('latency', { latency: 100 })
  bench.send('a')
  bench.advance(400)
  expect(bench.log).toEqual(['300 a'])
})

test('jitter stays within its bounds, differs from chunk to chunk, and never reorders', () => {
  const bench = useFault('latency', { latency: 100, jitter: 50 })
  for (let i = 0; i < 200; i++) {
    bench.send(String(i % 10))
    bench.advance(200)
  }
  const delays = bench.out.map(({ at }, i) => at - i * 200)
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(50)
  expect(Math.max(...delays)).toBeLessThanOrEqual(150)
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(80)
})

test('a jitter above the latency never makes a chunk leave before it came in', () => {
  const bench = useFault('latency', { latency: 5, jitter: 1000 })
  for (let i = 0; i < 50; i++) bench.send('x')
  bench.advance(2000)
  expect(bench.out).toHaveLength(50)
})

test('the end passes at once when nothing is held, and behind the bytes otherwise', () => {
  const idle = useFault('latency', { latency: 100 })
  idle.end()
  expect(idle.log).toEqual(['0 end'])

  const busy = useFault('latency', { latency: 100 })
  busy.send('a')
  busy.end()
  busy.advance(100)
  expect(busy.log).toEqual(['100 a', '100 end'])
})

test('a change lets go of what is held at once, and later bytes feel the new latency', () => {
  const bench = useFault('latency', { latency: 1000 })
  bench.send('a')
  bench.advance(10)
  bench.patch({ latency: 50 })
  bench.send('b')
  bench.advance(100)
  expect(bench.log).toEqual(['10 a', '60 b'])
})

test('removal lets go of what is held at once, in order', () => {
  const bench = useFault('latency', { latency: 1000, jitter: 900 })
  bench.send('a')
  bench.send('b')
  bench.end()
  bench.advance(1)
  bench.remove()
  expect(bench.log).toEqual(['1 a', '1 b', '1 end'])
})
