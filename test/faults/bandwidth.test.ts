import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'
import type { FaultBench } from './use-fault.ts'

/** A writer that has always more to give, in reads of 64 KiB, and gives it whenever it is read. */
function flood(bench: FaultBench, ms: number, read = 65_536): void {
  for (let t = 0; t < ms; t++) {
    if (!bench.src.paused) bench.send(new Uint8Array(read))
    bench.advance(1)
  }
}

test.each([10, 100, 1000, 20_000])(
  '%i KB/s carry that within 2 percent over two seconds, with a fast writer',
  (rate) => {
    const bench = useFault('bandwidth', { rate })
    flood(bench, 2000)
    const carried = bench.outBy(2000)
    // Steps of 512 bytes are the most that a slow link is off by.
    expect(carried).toBeGreaterThan(2000 * rate * 0.98 - 512)
    expect(carried).toBeLessThanOrEqual(2000 * rate)
  },
)

test('there is no burst at the start: 100 KB at 100 KB/s take a second, evenly', () => {
  const bench = useFault('bandwidth', { rate: 100 })
  bench.send(new Uint8Array(100_000))
  bench.advance(2000)
  expect(bench.outBy(1)).toBe(0)
  expect(bench.outBy(250)).toBeCloseTo(25_000, -3)
  expect(bench.outBy(500)).toBeCloseTo(50_000, -3)
  expect(bench.out.at(-1)?.at).toBeCloseTo(1000, 0)
})

test('idle time earns no credit', () => {
  const bench = useFault('bandwidth', { rate: 1 })
  bench.advance(10_000)
  bench.send('x'.repeat(100))
  bench.advance(50)
  expect(bench.outBy(10_050)).toBe(0)
  bench.advance(50)
  expect(bench.outBy(10_100)).toBe(100)
})

test('a fast writer is held back, and reading begins again before the link runs dry', () => {
  const bench = useFault('bandwidth', { rate: 100 })
  bench.send(new Uint8Array(65_536))
  expect(bench.src.paused).toBe(true)
  bench.advance(570)
  expect(bench.src.paused).toBe(true)
  bench.advance(10)
  expect(bench.src.paused).toBe(false)
  expect(bench.outBy(580)).toBeLessThan(65_536)
})

test('at rate 0 nothing passes and nothing is lost; a higher rate lets it go on', () => {
  const bench = useFault('bandwidth', { rate: 0 })
  bench.send('held')
  bench.end()
  bench.advance(60_000)
  expect(bench.log).toEqual([])
  bench.patch({ rate: 1 })
  bench.advance(10)
  expect(bench.log).toEqual(['60004 held', '60004 end'])
})

test('at rate 0 the end of an idle connection passes, and so does a reset', () => {
  const idle = useFault('bandwidth', { rate: 0 })
  idle.end()
  expect(idle.log).toEqual(['0 end'])

  const busy = useFault('bandwidth', { rate: 0 })
  busy.send('held')
  busy.reset()
  expect(busy.log).toEqual(['0 reset'])
})

test('at rate 0 a peer that says little is still read, one that floods is not', () => {
  const bench = useFault('bandwidth', { rate: 0 })
  bench.send(new Uint8Array(1000))
  expect(bench.src.paused).toBe(false)
  bench.send(new Uint8Array(65_000))
  expect(bench.src.paused).toBe(true)
  bench.remove()
  expect(bench.src.paused).toBe(false)
  expect(bench.bytes).toHaveLength(66_000)
})

test('a change of the rate goes on at the new one and releases no burst', () => {
  const bench = useFault('bandwidth', { rate: 10 })
  bench.send(new Uint8Array(50_000))
  bench.advance(1000)
  bench.patch({ rate: 20 })
  bench.advance(1000)
  const before = bench.outBy(1000)
  expect(before).toBeGreaterThan(9400)
  expect(before).toBeLessThanOrEqual(10_000)
  expect(bench.outBy(1010) - before).toBeLessThan(1000)
  expect(bench.outBy(2000)).toBeGreaterThan(29_000)
  expect(bench.outBy(2000)).toBeLessThanOrEqual(30_000)
})

test('changes that follow each other closely neither starve the link nor speed it up', () => {
  const bench = useFault('bandwidth', { rate: 100 })
  for (let i = 0; i < 200; i++) {
    if (!bench.src.paused) bench.send(new Uint8Array(65_536))
    bench.patch({ rate: 100 + (i % 2) })
    bench.advance(10)
  }
  expect(bench.outBy(2000)).toBeGreaterThan(190_000)
  expect(bench.outBy(2000)).toBeLessThan(206_000)
})

test('the highest rate there is carries on without a pause', () => {
  const bench = useFault('bandwidth', { rate: Number.MAX_SAFE_INTEGER })
  bench.send(new Uint8Array(1_000_000))
  expect(bench.log).toEqual(['0 1000000'])
  expect(bench.src.paused).toBe(false)
})

test('removal lets go of everything at once', () => {
  const bench = useFault('bandwidth', { rate: 1 })
  bench.send(new Uint8Array(65_536))
  bench.end()
  bench.advance(50)
  bench.remove()
  expect(bench.bytes).toHaveLength(65_536)
  expect(bench.log.at(-1)).toBe('50 end')
})
