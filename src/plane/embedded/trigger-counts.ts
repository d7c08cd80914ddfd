import type { Trigger } from '../../contract/model.ts'

/** A bound on memory, not on behaviour: a test does not meet so many connections or keys. */
const MOST_GROUPS = 100_000

/** What a trigger counts: units that matched and units that the fault applied to, over all or by group. */
export class TriggerCounts {
  readonly #matched = new Map<string, number>()
  readonly #applied = new Map<string, number>()
  readonly #bytes = new Map<string, number>()

  /** Counts one more that matched. @returns whether the trigger lets it through */
  admits(trigger: Trigger | undefined, group: string): boolean {
    return fits(trigger, bump(this.#matched, group))
  }

  /** What `admits` and `take` would say of the next that matches. */
  foresee(trigger: Trigger | undefined, group: string) {
    const count = peek(this.#matched, group)
    const room = (this.#applied.get(group) ?? 0) < (trigger?.times ?? Infinity)
    return { count, admitted: fits(trigger, count), room, missing: this.missing(trigger, group) }
  }

  /** Bytes that `after.bytes` still waits for. */
  missing(trigger: Trigger | undefined, group: string): number {
    const wanted = bytesBefore(trigger)
    return wanted === 0 ? 0 : Math.max(0, wanted - (this.#bytes.get(group) ?? 0))
  }

  /** @returns whether these were the last that `after.bytes` waited for */
  passed(trigger: Trigger | undefined, group: string, bytes: number): boolean {
    const missing = this.missing(trigger, group)
    bump(this.#bytes, group, bytes)
    return missing > 0 && missing <= bytes
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

/** 0 where bytes do not matter. */
export const bytesBefore = (trigger: Trigger | undefined): number =>
  typeof trigger?.after === 'object' ? (trigger.after.bytes ?? 0) : 0

function fits(trigger: Trigger | undefined, n: number): boolean {
  const { first, nth, every, after } = trigger ?? {}
  const count = typeof after === 'object' ? after.count : after
  if (first !== undefined && n > first) return false
  if (nth !== undefined && n !== nth) return false
  if (every !== undefined && n % every !== 0) return false
  return count === undefined || n > count
}

export function bump(counts: Map<string, number>, group: string, by = 1): number {
  const before = counts.get(group)
  const n = (before ?? 0) + by
  if (before !== undefined || counts.size < MOST_GROUPS) counts.set(group, n)
  return n
}

/** What `bump` would answer. */
export const peek = (counts: ReadonlyMap<string, number>, group: string): number => (counts.get(group) ?? 0) + 1
