import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

const bits = (byte: number): number => byte.toString(2).replaceAll('0', '').length

/** What a stream of noughts looks like behind the fault. */
function flips(rate: number, size: number, options: { seed?: string; cut?: number } = {}): Buffer {
  const bench = useFault('corrupt', { rate }, { seed: options.seed ?? 'test' })
  const cut = options.cut ?? 65_536
  for (let sent = 0; sent < size; sent += cut) bench.send(new Uint8Array(Math.min(cut, size - sent)))
  return bench.bytes
}

test.each([0.5, 0.1, 0.001, 0.00001])('a share of %d of the bytes is hit, each in one bit', (rate) => {
  const size = rate < 0.01 ? 8_000_000 : 200_000
  const hit = flips(rate, size).filter((byte) => byte !== 0)
  const spread = 4 * Math.sqrt(size * rate * (1 - rate))
  expect(Math.abs(hit.length - size * rate)).toBeLessThan(spread)
  expect(new Set([...hit].map(bits))).toEqual(new Set([1]))
})

test('rate 1 hits every byte, rate 0 none', () => {
  expect(flips(1, 10_000).every((byte) => bits(byte) === 1)).toBe(true)
  expect(flips(0, 10_000).every((byte) => byte === 0)).toBe(true)
})

test('all eight bits and all places of a block are hit alike', () => {
  const out = flips(0.2, 1_000_000)
  const places = new Array<number>(8).fill(0)
  const masks = new Map<number, number>()
  for (const [i, byte] of out.entries()) {
    if (byte === 0) continue
    const eighth = Math.floor((i % 1024) / 128)
    places[eighth] = (places[eighth] ?? 0) + 1
    masks.set(byte, (masks.get(byte) ?? 0) + 1)
  }
  for (const count of [...places, ...masks.values()]) expect(Math.abs(count - 25_000)).toBeLessThan(1000)
  expect(masks.size).toBe(8)
})

test('what is hit depends on seed and offset, not on how the stream was cut', () => {
  expect(flips(0.01, 50_000, { cut: 1 }).equals(flips(0.01, 50_000))).toBe(true)
  expect(flips(0.01, 50_000, { cut: 1000 }).equals(flips(0.01, 50_000))).toBe(true)
  expect(flips(0.01, 50_000, { seed: 'other' }).equals(flips(0.01, 50_000))).toBe(false)
})

test('a change of the rate acts in the middle of a block', () => {
  const bench = useFault('corrupt', { rate: 0 })
  bench.send(new Uint8Array(100))
  bench.patch({ rate: 1 })
  bench.send(new Uint8Array(100))
  bench.patch({ rate: 0 })
  bench.send(new Uint8Array(100))
  const hit = [...bench.bytes].map((byte) => byte !== 0)
  expect([hit.slice(0, 100), hit.slice(100, 200), hit.slice(200)].map((part) => part.filter(Boolean).length)).toEqual([
    0, 100, 0,
  ])
})

test('a chunk that is not hit is passed on as it is, without a copy', () => {
  const bench = useFault('corrupt', { rate: 1e-9 })
  const bytes = new Uint8Array(1000)
  bench.send(bytes)
  const out = bench.out[0]
  expect(out?.what === 'bytes' && out.bytes === bytes).toBe(true)
})
