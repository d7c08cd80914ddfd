import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

const SEGMENT = 1448

/** For each of many segments, sent far apart, how long it took. */
function stalls(attributes: Readonly<Record<string, unknown>>, count: number): number[] {
  const bench = useFault('loss', attributes)
  const gap = 10_000_000
  for (let i = 0; i < count; i++) {
    bench.send(new Uint8Array(SEGMENT))
    bench.advance(gap)
  }
  return bench.out.map(({ at }, i) => at - i * gap)
}

test('a share of the segments stalls for one timeout, and few of them for more', () => {
  const found = stalls({ rate: 0.1, rtt: 50, min_rto: 200 }, 4000)
  const lost = found.filter((stall) => stall > 0)
  expect(Math.abs(lost.length / found.length - 0.1)).toBeLessThan(0.02)
  expect(new Set(lost.filter((stall) => stall < 700))).toEqual(new Set([200, 600]))
  expect(lost.filter((stall) => stall === 200).length / lost.length).toBeGreaterThan(0.85)
})

test('the timeout is twice the round trip where that is longer', () => {
  expect(new Set(stalls({ rate: 0.05, rtt: 300, min_rto: 200 }, 200).map((stall) => stall % 600))).toEqual(new Set([0]))
})

test('when every transmission is lost, each segment passes after fifteen timeouts, as long as Linux tries', () => {
  const linux = 200 * (2 ** 10 - 1) + 5 * 120_000
  expect(stalls({ rate: 1, rtt: 0, min_rto: 200 }, 3)).toEqual([linux, linux, linux])
})

test('rate 0 delays nothing', () => {
  const bench = useFault('loss', { rate: 0 })
  bench.send(new Uint8Array(100_000))
  expect(bench.log).toEqual(['0 100000'])
})

test('what follows a lost segment waits for it, and then comes all at once', () => {
  const bench = useFault('loss', { rate: 0.02, rtt: 10, min_rto: 200 })
  bench.send(new Uint8Array(200 * SEGMENT))
  bench.advance(10_000)
  const first = bench.out[0]
  expect(first?.what).toBe('bytes')
  expect(bench.out.length).toBeGreaterThan(1)
  expect(bench.out.length).toBeLessThan(6)
  if (first?.what === 'bytes') expect(first.bytes.length % SEGMENT).toBe(0)
  expect(bench.bytes).toHaveLength(200 * SEGMENT)
})

test('losses fall on the same segments at the same times however the input was cut', () => {
  const [whole, cut] = [200 * SEGMENT, 777].map((size) => {
    const bench = useFault('loss', { rate: 0.05, burst: 3 })
    for (let sent = 0; sent < 200 * SEGMENT; sent += size)
      bench.send(new Uint8Array(Math.min(size, 200 * SEGMENT - sent)))
    bench.advance(1e6)
    return [0, 100, 300, 700, 1500, 1e6].map((moment) => bench.outBy(moment))
  })
  expect(whole).toEqual(cut)
  expect(whole?.[0]).toBeLessThan(200 * SEGMENT)
})

test('bursts keep the share of lost segments and put them next to each other', () => {
  const found = stalls({ rate: 0.1, burst: 5, rtt: 10 }, 8000).map((stall) => stall > 0)
  const lost = found.filter(Boolean).length
  const begun = found.filter((isLost, i) => isLost && found[i - 1] !== true).length
  expect(Math.abs(lost / found.length - 0.1)).toBeLessThan(0.03)
  expect(Math.abs(lost / begun - 5)).toBeLessThan(1)
})

test('a change lets go of what is held', () => {
  const bench = useFault('loss', { rate: 1 })
  bench.send('a')
  bench.advance(10)
  bench.patch({ rate: 0 })
  bench.send('b')
  expect(bench.log).toEqual(['10 a', '10 b'])
})
