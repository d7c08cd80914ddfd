import type { Attribute } from '../contract/attributes.ts'

export const SEED: Attribute<string | number> = {
  type: ['string', 'integer'],
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  pattern: '^[\\x21-\\x7e]{1,64}$',
  'x-allowed': '1 to 64 printable characters without spaces, or a whole number',
  description: 'All chance follows from it. Default: the seed of the daemon.',
}
