/** ln(n!) for n up to a bound, by summing. */
function logFactorials(most: number): Float64Array {
  const table = new Float64Array(most + 1)
  for (let n = 2; n <= most; n++) table[n] = (table[n - 1] ?? 0) + Math.log(n)
  return table
}

/** The exact chance that of n trials with chance p so few succeed, or so many, whichever is less likely. */
export function binomialTail(n: number, p: number, successes: number): number {
  if (p <= 0 || p >= 1) return successes === n * Math.round(p) ? 1 : 0
  const facts = logFactorials(n)
  const chanceOf = (k: number): number => {
    const ways = (facts[n] ?? 0) - (facts[k] ?? 0) - (facts[n - k] ?? 0)
    return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p))
  }
  let [low, high] = [0, 0]
  for (let k = 0; k <= successes; k++) low += chanceOf(k)
  for (let k = successes; k <= n; k++) high += chanceOf(k)
  return Math.min(1, low, high)
}

/** About six standard deviations: with a sound source of chance not one seed in a billion falls outside. */
export const LEAST_LIKELY = 1e-9
