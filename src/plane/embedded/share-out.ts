import type { AttachedFault } from './attached-fault.ts'

/** Gives each fault of a group its part of [0, 1), one behind the other in the order of attachment. */
export function shareOut(faults: readonly AttachedFault[]): void {
  const taken = new Map<string, number>()
  for (const fault of faults) {
    const { oneOf } = fault.spec
    if (oneOf === undefined) {
      fault.share = undefined
      continue
    }
    const from = taken.get(oneOf.group) ?? 0
    taken.set(oneOf.group, from + oneOf.weight)
    fault.share = { from, to: from + oneOf.weight }
  }
}
