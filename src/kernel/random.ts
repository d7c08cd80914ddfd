/**
 * A keyed draw: the value depends on the key alone, never on how many draws came before or elsewhere.
 * Forking by a label gives an independent branch: root(seed) -> proxy -> fault -> unit -> ordinal.
 */
export class Draws {
  readonly #a: number
  readonly #b: number

  private constructor(a: number, b: number) {
    this.#a = a
    this.#b = b
  }

  static root(seed: string): Draws {
    return new Draws(0x9e3779b9, 0x85ebca6b).fork(seed)
  }

  fork(label: string | number): Draws {
    const text = typeof label === 'number' ? `#${label}` : label
    // The length goes in first, so that ("ab", "c") and ("a", "bc") are different keys.
    let a = absorb(this.#a, text.length, 0x85ebca77)
    let b = absorb(this.#b, text.length, 0xc2b2ae3d)
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      a = absorb(a, code, 0x9e3779b1)
      b = absorb(b, code, 0x5f356495)
    }
    return new Draws(avalanche(a ^ (b >>> 7)), avalanche(b ^ (a >>> 11)))
  }

  /** A number in [0, 1) for this key, a purpose, and a place (a byte offset, a count). */
  unit(purpose: string, place = 0): number {
    let a = absorb(this.#a, place >>> 0, 0x27d4eb2f)
    let b = absorb(this.#b, Math.floor(place / 4294967296), 0x165667b1)
    for (let i = 0; i < purpose.length; i++) {
      const code = purpose.charCodeAt(i)
      a = absorb(a, code, 0x9e3779b1)
      b = absorb(b, code, 0x5f356495)
    }
    const high = avalanche(a ^ (b >>> 5)) >>> 5
    const low = avalanche(b ^ avalanche(a)) >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }
}

function absorb(state: number, value: number, prime: number): number {
  const mixed = Math.imul(state ^ value, prime)
  return mixed ^ (mixed >>> 15)
}

/** The finaliser of MurmurHash3 (public domain): every input bit moves every output bit. */
function avalanche(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
