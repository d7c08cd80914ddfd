import { nearest } from '../../kernel/nearest.ts'
import type { Wrong } from './check-kind.ts'

/** A target that the profile does not have. */
export function targetProblems(target: string, targets: readonly string[]): readonly Wrong[] {
  if (targets.length === 0 || targets.includes(target)) return []
  const near = nearest(target, targets)
  const hint = near === undefined ? `the targets are ${targets.join(', ')}` : `did you mean ${near}?`
  return [
    { pointer: '/target', message: `target is ${JSON.stringify(target)}, which the profile does not have; ${hint}` },
  ]
}
