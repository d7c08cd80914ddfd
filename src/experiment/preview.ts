import type { PlanRow, PlanWarning, PreviewView } from '../contract/plan-wire.ts'
import { describeCheck } from './checks/check.ts'
import type { Plan, PlannedFault, PlannedStage } from './plan.ts'
import { describeWait } from './timeline/wait.ts'
import { Walk } from './timeline/walk.ts'
import type { Turn } from './timeline/walk.ts'

/** Rows of a preview, where nobody says otherwise; and at most. */
export const PREVIEW_ROWS = { usual: 1000, most: 10_000 }

/** A long stage with a short pulse turns millions of times: nobody looks at so many. */
const MOST_TURNS = 50_000

/** A ramp is shown so many times on its way. */
const SHOWN_MOVES = 10

/** What a plan would do and when, in virtual time, walked just as a run walks it. Touches nothing. */
export function previewOf(plan: Plan, warnings: readonly PlanWarning[], limit = PREVIEW_ROWS.usual): PreviewView {
  const walk = new Walk(plan, 0)
  const rows: PlanRow[] = []
  const attached = new Map<string, PlannedFault>()
  const shown = new Map<string, number>()
  let ended: number | undefined
  for (let turns = 0; turns < MOST_TURNS && rows.length <= limit; turns++) {
    const due = walk.due
    const turn = due === undefined ? undefined : walk.advance(due)
    if (turn === undefined) break
    describe(turn, attached, shown, rows)
    if (turn.over) ended = turn.at
  }
  const { profile, seed, parameters, proxies, inline, checks, rollback, stages } = plan
  return {
    profile,
    seed,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    duration_ms: ended ?? longest(plan),
    proxies,
    made: inline.map(({ name }) => name),
    checks: checks.map((check) => ({ ...describeCheck(check), when: check.phases, every_ms: check.everyMs })),
    rollback,
    stages: stages.length,
    rows: rows.slice(0, limit),
    complete: ended !== undefined && rows.length <= limit,
    warnings,
  }
}

/** All stages at their longest. */
const longest = ({ steps }: Plan): number =>
  steps.reduce((total, { lanes }) => {
    const sums = lanes.map((lane) => lane.stages.reduce((sum, { durationMs }) => sum + durationMs, 0))
    return total + Math.max(...sums)
  }, 0)

const keyOf = ({ proxy, fault }: PlannedFault): string =>
  `${proxy}\n${fault.name}\n${fault.kind}\n${fault.stream ?? ''}`

function describe(turn: Turn, attached: Map<string, PlannedFault>, shown: Map<string, number>, rows: PlanRow[]): void {
  const { at, ended, begun, on, off, faults, over } = turn
  const row = (what: PlanRow['what'], more: Omit<PlanRow, 'at_ms' | 'what'> = {}): void =>
    void rows.push({ at_ms: Math.round(at * 1000) / 1000, what, ...more })
  for (const stage of ended) row('stage_ends', stageRow(stage))
  for (const stage of off) for (const { describe: effect } of stage.effects) row('effect_ends', { effect })
  for (const stage of begun) {
    const wait = stage.waitFor
    const duration = { duration_ms: Math.round(stage.durationMs * 1000) / 1000 }
    row('stage_begins', {
      ...stageRow(stage),
      ...duration,
      ...(wait === undefined ? {} : { waits_for: describeWait(wait) }),
    })
  }
  const present = new Set(faults.map(keyOf))
  for (const [key, planned] of attached) {
    if (present.has(key)) continue
    attached.delete(key)
    shown.delete(key)
    row('fault_removed', { proxy: planned.proxy, fault: planned.fault.name, kind: planned.fault.kind })
  }
  const isEdge = begun.length + ended.length + on.length + off.length > 0
  for (const planned of faults) {
    const key = keyOf(planned)
    const before = attached.get(key)
    if (before !== undefined && (same(before, planned) || (!isEdge && !isShown(planned, at, shown.get(key))))) continue
    attached.set(key, planned)
    shown.set(key, at)
    row(whatOf(before, planned), faultRow(planned))
  }
  for (const stage of on) for (const { describe: effect } of stage.effects) row('effect_begins', { effect })
  if (over) row('run_ends')
}

function stageRow({ name, lane, repetition }: PlannedStage): Pick<PlanRow, 'stage' | 'lane' | 'repetition'> {
  return {
    stage: name,
    ...(lane === undefined ? {} : { lane }),
    ...(repetition === undefined ? {} : { repetition }),
  }
}

function faultRow({ proxy, fault }: PlannedFault): Omit<PlanRow, 'at_ms' | 'what'> {
  return {
    proxy,
    fault: fault.name,
    kind: fault.kind,
    ...(fault.stream === undefined ? {} : { stream: fault.stream }),
    toxicity: fault.toxicity,
    attributes: fault.attributes,
  }
}

function whatOf(before: PlannedFault | undefined, { fault }: PlannedFault): PlanRow['what'] {
  if (before === undefined) return 'fault_attached'
  if (before.fault.enabled === fault.enabled) return 'fault_changed'
  return fault.enabled ? 'fault_acts' : 'fault_rests'
}

/** Of a ramp, its end and some moves on the way. */
function isShown({ fault, ramps = [] }: PlannedFault, at: number, last = 0): boolean {
  return ramps.some(({ of, to, overMs }) => {
    const value = of === 'toxicity' ? fault.toxicity : fault.attributes[of]
    return value === to || at - last >= overMs / SHOWN_MOVES - 1
  })
}

function same({ fault: a }: PlannedFault, { fault: b }: PlannedFault): boolean {
  if (a === b) return true
  const told = ({ toxicity, attributes, enabled }: typeof a): string => JSON.stringify([toxicity, attributes, enabled])
  return told(a) === told(b)
}
