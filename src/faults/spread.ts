import type { Random } from '../contract/kind.ts'

/** A standard normal draw out of two even ones (Box and Muller, 1958). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.unit('radius')))
  return radius * Math.cos(2 * Math.PI * random.unit('angle'))
}

/** A draw whose mean and deviation are those of the value itself, not of its logarithm. */
export function lognormal(mean: number, deviation: number, random: Random): number {
  if (mean === 0) return 0
  const variance = Math.log1p((deviation / mean) ** 2)
  return Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * normal(random))
}
