import type { Trigger } from '../../contract/model.ts'

/** A bound on memory, not on behaviour: a test does not meet so many connections or keys. */
const MOST_GROUPS = 100_000

/** What a trigger counts: units that matched and units that the fault applied to, over all or by group. */
export class TriggerCounts {
  readonly #matched = new Map<string, number>()
  readonly #applied = new Map<string, number>()

  /** Counts one more that matched. @returns whether the trigger lets it through */
  admits(trigger: Trigger | undefined, group: string): boolean {
    return fits(trigger, bump(this.#matched, group))
  }

  /** What `admits` and `take` would say of the next that matches. */
  foresee(trigger: Trigger | undefined, group: string): { count: number; admitted: boolean; room: boolean } {
    const count = peek(this.#matched, group)
    const room = (this.#applied.get(group) ?? 0) < (trigger?.times ?? Infinity)
    return { count, admitted: fits(trigger, count), room }
  }

  /** Whether `times` leaves room for one more; if so it is taken. */
  take(trigger: Trigger | undefined, group: string): boolean {
    const { times } = trigger ?? {}
    if (times === undefined) return true
    if ((this.#applied.get(group) ?? 0) >= times) return false
    bump(this.#applied, group)
    return true
  }
}

function fits(trigger: Trigger | undefined, n: number): boolean {
  const { first, nth, every, after } = trigger ?? {}
  const count = typeof after === 'object' ? after.count : after
  if (first !== undefined && n > first) return false
  if (nth !== undefined && n !== nth) return false
  if (every !== undefined && n % every !== 0) return false
  return count === undefined || n > count
}

export function bump(counts: Map<string, number>, group: string): number {
  const n = (counts.get(group) ?? 0) + 1
  if (n > 1 || counts.size < MOST_GROUPS) counts.set(group, n)
  return n
}

/** What `bump` would answer. */
export const peek: typeof bump = (counts, group) => (counts.get(group) ?? 0) + 1
