/** A request of the demo's client; see the daemon's Traffic. */
interface Sample {
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: string
}

/** From when to when a stage acted, on the monotonic clock. */
export interface StageWindow {
  readonly from: number
  readonly to: number
}

export interface StageStats {
  readonly requests: number
  readonly failed: number
  /** How often which failure. */
  readonly failures: Readonly<Record<string, number>>
  /** Of those that went well, in ms; undefined when none did. */
  readonly p50: number | undefined
  readonly p99: number | undefined
}

/** A request this near to a stage's edge saw both sides of it, and tells nothing about either. */
export const EDGE_MS = 50

export function stageStats(samples: readonly Sample[], window: StageWindow): StageStats {
  const inside = samples.filter(
    ({ startedAt, endedAt }) =>
      startedAt >= window.from + EDGE_MS && endedAt <= window.to && startedAt <= window.to - EDGE_MS,
  )
  const failures: Record<string, number> = {}
  const times: number[] = []
  for (const { outcome, startedAt, endedAt } of inside) {
    if (outcome === 'ok') times.push(endedAt - startedAt)
    else failures[outcome] = (failures[outcome] ?? 0) + 1
  }
  times.sort((a, b) => a - b)
  return {
    requests: inside.length,
    failed: inside.length - times.length,
    failures,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  }
}

/** The nearest rank: a value that really occurred. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)]
}
