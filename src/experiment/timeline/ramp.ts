import type { FaultSpec } from '../../contract/model.ts'
import type { PlannedFault, PlannedStage } from '../plan.ts'

export const RAMP_SHAPES = ['linear', 'exponential', 'steps', 'sine'] as const

/** A number that moves while its stage lasts. Times are in ms from the begin of the stage. */
export interface Ramp {
  /** An attribute, or `toxicity`, which no attribute is called. */
  readonly of: string
  /** In the base unit. */
  readonly from: number
  readonly to: number
  readonly overMs: number
  readonly shape: (typeof RAMP_SHAPES)[number]
  /** Of shape `steps`: how many values there are, both ends included. */
  readonly steps?: number
  /** Of shape `sine`: how long from `from` to `to` and back. */
  readonly periodMs?: number
  readonly everyMs: number
  /** Takes whole numbers only. */
  readonly whole: boolean
}

/** A tick that floating point puts a hair before its time is that tick, and not one before it. */
const HAIR = 1e-6

/** What it is so long after the stage began: exactly `to` from the end of the ramp on, but for a sine. */
export function valueAt(ramp: Ramp, offsetMs: number): number {
  const { from, to, overMs, shape, steps = 2 } = ramp
  if (shape === 'sine') return rounded(ramp, sine(ramp, Math.min(offsetMs, overMs)))
  if (offsetMs >= overMs) return to
  const t = Math.max(0, offsetMs / overMs)
  const share = shape === 'steps' ? Math.floor(t * steps + HAIR) / (steps - 1) : t
  const value = shape === 'exponential' ? from * (to / from) ** t : from + (to - from) * Math.min(1, share)
  return rounded(ramp, value)
}

function sine({ from, to, overMs, periodMs = overMs }: Ramp, offsetMs: number): number {
  const phase = (offsetMs % periodMs) / periodMs
  // The cosine of a whole or half turn is not exact everywhere; the ends are.
  if (phase === 0) return from
  if (phase === 0.5) return to
  return from + ((to - from) * (1 - Math.cos(2 * Math.PI * phase))) / 2
}

/** Six digits of a share say more than can be seen of it, and read better. */
const rounded = ({ whole }: Ramp, value: number): number => (whole ? Math.round(value) : Math.round(value * 1e6) / 1e6)

/** When any value of the stage moves next; Infinity when none does any more. */
export function nextMove(stage: PlannedStage, offsetMs: number): number {
  let next = Infinity
  for (const { ramps = [] } of stage.faults)
    for (const ramp of ramps) next = Math.min(next, moveAfter(ramp, offsetMs, stage.moveSpacingMs))
  return next
}

function moveAfter({ overMs, shape, steps = 2, everyMs }: Ramp, offsetMs: number, spacing: number): number {
  if (offsetMs >= overMs - HAIR) return Infinity
  const step = overMs / steps
  const every = shape === 'steps' && step >= spacing ? step : Math.max(everyMs, spacing)
  return Math.min(overMs, (Math.floor(offsetMs / every + HAIR) + 1) * every)
}

/** The fault as it is so long after its stage began. */
export function faultAt({ fault, ramps }: PlannedFault, offsetMs: number): FaultSpec {
  if (ramps === undefined || ramps.length === 0) return fault
  let { toxicity } = fault
  const attributes: Record<string, unknown> = { ...fault.attributes }
  for (const ramp of ramps) {
    if (ramp.of === 'toxicity') toxicity = valueAt(ramp, offsetMs)
    else attributes[ramp.of] = valueAt(ramp, offsetMs)
  }
  return { ...fault, toxicity, attributes }
}
