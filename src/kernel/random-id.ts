/** No vowels that spell words by chance, nothing that reads like another: the alphabet of Crockford's base 32. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** As many characters of base 32 as asked for, five random bits each. */
export function randomId(randomBytes: (size: number) => Uint8Array, length = 12): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join('')
}
