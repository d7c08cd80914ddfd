const ALPHABET = '0123456789abcdefghijklmnopqrstuv'

/**
 * Ids of 20 lower-case characters that sort by time, as Toxiproxy sends them: seconds (4 bytes), this life of the
 * daemon (5), a counter (3), in base32.
 */
export function requestIds(bootId: string, wall: () => number): () => string {
  const boot = fold(bootId)
  let count = fold(`${bootId} count`) % 0x1000000n
  return () => {
    count = (count + 1n) % 0x1000000n
    const seconds = BigInt(Math.floor(wall() / 1000)) % 0x100000000n
    let bits = (((seconds << 40n) | boot) << 24n) | count
    // 96 bits are 19 digits and a fifth; the last digit carries one bit, as in the ids that this stands in for.
    bits <<= 4n
    let id = ''
    for (let i = 0; i < 20; i++) {
      id = (ALPHABET[Number(bits & 31n)] ?? '') + id
      bits >>= 5n
    }
    return id
  }
}

/** FNV-1a over 40 bits: no secret, only different from one life to the next. */
function fold(text: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++)
    hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash >> 24n
}
