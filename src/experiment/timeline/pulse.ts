import { Draws } from '../../kernel/random.ts'
import type { PlannedPulse } from '../plan.ts'

/**
 * When the n-th edge of a pulse comes, in ms from the begin of its stage: at even ones it begins to act, at odd
 * ones to rest. Worked out when it is needed: a long stage with a short pulse has millions.
 */
export function edgeOf({ onMs, offMs, jitterMs }: PlannedPulse, n: number, draws: Draws): number {
  const planned = Math.floor(n / 2) * (onMs + offMs) + (n % 2 === 0 ? 0 : onMs)
  if (n === 0 || jitterMs === 0) return planned
  return planned + jitterMs * (2 * draws.unit('pulse', n) - 1)
}

/** The draws of one stage: they follow from the seed and its name alone, so that other stages do not move them. */
export const drawsOf = (seed: string, profile: string, stage: string, repetition: number): Draws =>
  Draws.root(seed).fork(profile).fork('stage').fork(stage).fork(repetition)
