import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

const sizes = (bench: ReturnType<typeof useFault>): number[] =>
  bench.out.flatMap((one) => (one.what === 'bytes' ? [one.bytes.length] : []))

test('slices are between half the average and the average plus its variation', () => {
  const bench = useFault('slicer', { average_size: 1000, size_variation: 100 })
  bench.send(new Uint8Array(10_000))
  bench.advance(10)
  expect(sizes(bench).length).toBeGreaterThanOrEqual(10)
  expect(Math.max(...sizes(bench))).toBeLessThanOrEqual(1100)
  expect(Math.min(...sizes(bench))).toBeGreaterThanOrEqual(400)
  expect(bench.bytes).toHaveLength(10_000)
})

test('the delay is in microseconds and follows every slice, the last one too', () => {
  const bench = useFault('slicer', { average_size: 1, delay: 10_000 })
  bench.send('abcd')
  bench.send('e')
  bench.advance(1000)
  expect(bench.log).toEqual(['0 a', '10 b', '20 c', '30 d', '40 e'])
})

test('with all attributes zero, chunks stay whole and nothing crashes', () => {
  const bench = useFault('slicer')
  bench.send(new Uint8Array(65_536))
  bench.send(new Uint8Array(65_536))
  expect(bench.log).toEqual(['0 65536', '0 65536'])
  expect(bench.src.paused).toBe(false)
})

test('a variation above the average, which ends Toxiproxy, only makes slices uneven', () => {
  const bench = useFault('slicer', { average_size: 10, size_variation: 1_000_000 })
  bench.send(new Uint8Array(2_000_000))
  bench.advance(60_000)
  expect(bench.bytes).toHaveLength(2_000_000)

  const one = useFault('slicer', { average_size: 1, size_variation: 1 })
  one.send(new Uint8Array(8_000))
  one.advance(1000)
  expect(one.bytes).toHaveLength(8_000)
  expect(Math.max(...sizes(one))).toBeLessThanOrEqual(2)
})

test('a writer that is faster than the slices leave is held back, and goes on when they have left', () => {
  const bench = useFault('slicer', { average_size: 10, delay: 1000 })
  bench.send(new Uint8Array(10_000))
  expect(bench.src.paused).toBe(true)
  bench.advance(2000)
  expect(bench.bytes).toHaveLength(10_000)
  expect(bench.src.paused).toBe(false)
})

test('slices without a delay are writes of their own, and hold the writer back as well', () => {
  const bench = useFault('slicer', { average_size: 10 })
  bench.send(new Uint8Array(10_000))
  expect(sizes(bench)).toHaveLength(1)
  expect(bench.src.paused).toBe(true)
  bench.advance(10)
  expect(sizes(bench).length).toBeGreaterThanOrEqual(1000)
  expect(bench.src.paused).toBe(false)
})

test('a change or removal lets go of what is held', () => {
  const changed = useFault('slicer', { average_size: 10, delay: '1s' })
  changed.send(new Uint8Array(10_000))
  changed.advance(10)
  changed.patch({ average_size: 0 })
  changed.advance(0)
  expect(changed.bytes).toHaveLength(10_000)
  expect(changed.src.paused).toBe(false)

  const removed = useFault('slicer', { average_size: 10, delay: '1s' })
  removed.send(new Uint8Array(10_000))
  removed.end()
  removed.advance(10)
  removed.remove()
  removed.advance(0)
  expect(removed.bytes).toHaveLength(10_000)
  expect(removed.log.at(-1)).toBe('10 end')
})

test.each([
  [10, 6, 767, 'cb8522167f31fd2f'],
  [1, 1, 5011, '5abaf41821550926'],
  [700, 300, 11, '8c8b9a05fbe764f6'],
  [1, 0, 8000, 'b308ef71b54262d1'],
])('the same seed cuts in the same places in every version (%d, %d)', (average_size, size_variation, count, digest) => {
  const bench = useFault('slicer', { average_size, size_variation, delay: 10 })
  bench.send(new Uint8Array(5000))
  bench.send(new Uint8Array(3000))
  bench.advance(1000)
  expect(sizes(bench)).toHaveLength(count)
  expect(createHash('sha256').update(sizes(bench).join(' ')).digest('hex')).toMatch(new RegExp(`^${digest}`))
})
