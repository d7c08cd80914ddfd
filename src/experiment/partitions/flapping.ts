import type { Draws } from '../../kernel/random.ts'

export interface Flapping {
  readonly on: number
  readonly off: number
  readonly jitter: number
}

/** A phase is never shorter, whatever jitter takes from it, ms. */
const SHORTEST = 1

/**
 * How long the n-th phase lasts, in ms. Odd ones, from 1, are cut and even ones healed. The same draws give the same
 * phases; whoever adds them up from the start is never late for long.
 */
export function phaseOf({ on, off, jitter }: Flapping, n: number, draws: Draws): number {
  const planned = n % 2 === 1 ? on : off
  return Math.max(SHORTEST, planned + jitter * (2 * draws.unit('flapping', n) - 1))
}
