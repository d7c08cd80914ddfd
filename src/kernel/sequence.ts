/**
 * Many numbers in [0, 1) out of one keyed draw, for a place where a key for each would cost too much.
 * Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, and far cheaper than a keyed draw.
 */
export function sequence(seed: number): () => number {
  let state = Math.floor(seed * 4_294_967_296) | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
