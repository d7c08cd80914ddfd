import { sequence } from '../kernel/sequence.ts'

/** A copy in which each byte has one bit flipped with probability `rate`, and one byte at the least. */
export function flipBits(bytes: Uint8Array, rate: number, draw: number): Uint8Array {
  const out = new Uint8Array(bytes)
  if (out.length === 0) return out
  const next = sequence(draw)
  const flip = (place: number): void => {
    out[place] = (out[place] ?? 0) ^ (1 << Math.floor(next() * 8))
  }
  // How far it is to the next hit is drawn, instead of asking byte for byte.
  const step = (): number =>
    rate <= 0 ? Infinity : rate >= 1 ? 0 : Math.floor(Math.log1p(-next()) / Math.log1p(-rate))
  let hits = 0
  for (let place = step(); place < out.length; place += 1 + step(), hits++) flip(place)
  if (hits === 0) flip(Math.floor(next() * out.length))
  return out
}
