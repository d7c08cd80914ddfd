import { EARLY_MS } from '../../kernel/clock.ts'
import type { Plan, PlannedFault, PlannedLane, PlannedStage } from '../plan.ts'
import { drawsOf, edgeOf } from './pulse.ts'
import { faultAt, nextMove } from './ramp.ts'

/** What changes at one moment. */
export interface Turn {
  /** The moment it was planned for, on the clock of the walk. */
  readonly at: number
  readonly ended: readonly PlannedStage[]
  readonly begun: readonly PlannedStage[]
  /** Those that begin to act, and those that cease: at begin and end, and at the edges of a pulse. */
  readonly on: readonly PlannedStage[]
  readonly off: readonly PlannedStage[]
  /** All faults that are attached from now on. */
  readonly faults: readonly PlannedFault[]
  /** The last stage has ended. */
  readonly over: boolean
}

export interface PresentStage {
  readonly stage: PlannedStage
  /** When it was to begin. */
  readonly at: number
}

interface Present extends PresentStage {
  /** When it ends: at its duration, or before that. */
  endsAt: number
  edge: number
  edgeAt: number
  /** When a value of it moves. */
  moveAt: number
  on: boolean
}

interface Change {
  readonly ended: PlannedStage[]
  readonly begun: PlannedStage[]
  readonly on: PlannedStage[]
  readonly off: PlannedStage[]
}

interface Lane {
  readonly stages: PlannedLane['stages']
  next: number
  present: Present | undefined
}

/**
 * Where a plan stands. It owns no timer: whoever walks it says what time it is, be it real or not. Every stage
 * begins at the moment at which the one before was to end, so that delays do not add up.
 */
export class Walk {
  readonly #plan: Pick<Plan, 'steps' | 'seed' | 'profile'>
  #step = -1
  #lanes: Lane[] = []
  /** When the next step begins, while no lane is live. */
  #stepAt: number | undefined

  constructor(plan: Pick<Plan, 'steps' | 'seed' | 'profile'>, startAt: number) {
    this.#plan = plan
    this.#stepAt = startAt
  }

  /** When something changes next; undefined when all is over. */
  get due(): number | undefined {
    const edge = this.#edge()
    return edge === undefined ? undefined : Math.min(edge, this.#move())
  }

  /** When a stage begins, ends, acts or rests next. */
  #edge(): number | undefined {
    if (this.#stepAt !== undefined) return this.#stepAt
    let next: number | undefined
    for (const { present } of this.#lanes) {
      if (present === undefined) continue
      const edge = Math.min(present.endsAt, present.edgeAt)
      if (next === undefined || edge < next) next = edge
    }
    return next
  }

  /** When a value moves next. */
  #move(): number {
    return Math.min(Infinity, ...this.#lanes.map(({ present }) => present?.moveAt ?? Infinity))
  }

  /** A stage ends before its duration is over. One that is not present any more stays as it is. */
  cutShort(stage: PlannedStage, at: number): void {
    const present = this.#lanes.find((lane) => lane.present?.stage === stage)?.present
    if (present !== undefined) present.endsAt = Math.min(present.endsAt, at)
  }

  /** Stages that have begun and not ended, lane by lane. */
  get present(): readonly PresentStage[] {
    return this.#lanes.flatMap(({ present }) => present ?? [])
  }

  /** The changes of the earliest moment up to `now`; undefined when none is due. */
  advance(now: number): Turn | undefined {
    const edge = this.#edge()
    if (edge === undefined) return undefined
    if (edge > now + EARLY_MS) return this.#moveValues(now)
    const at = edge
    const change: Change = { ended: [], begun: [], on: [], off: [] }
    for (const lane of this.#lanes) {
      const { present } = lane
      if (present === undefined) continue
      if (present.endsAt <= at) {
        change.ended.push(present.stage)
        if (present.on) change.off.push(present.stage)
        this.#begin(lane, at, change)
      } else if (present.edgeAt <= at) {
        present.on = !present.on
        change[present.on ? 'on' : 'off'].push(present.stage)
        present.moveAt = present.on ? nextMoveOf(present, at) : Infinity
        present.edge++
        present.edgeAt = this.#edgeAt(present.stage, present.at, present.edge)
      }
    }
    if (this.#lanes.every(({ present }) => present === undefined)) this.#nextStep(at, change)
    const over = this.due === undefined
    return { at, ...change, faults: over ? [] : this.#faults(at), over }
  }

  /** Values that should have moved several times by now move once. */
  #moveValues(now: number): Turn | undefined {
    const due = this.#move()
    if (due > now + EARLY_MS) return undefined
    const at = Math.max(due, now)
    for (const { present } of this.#lanes) {
      if (present !== undefined && present.moveAt <= at) present.moveAt = nextMoveOf(present, at)
    }
    return { at, ended: [], begun: [], on: [], off: [], faults: this.#faults(at), over: false }
  }

  #nextStep(at: number, change: Change): void {
    this.#stepAt = undefined
    this.#step++
    this.#lanes = (this.#plan.steps[this.#step]?.lanes ?? []).map(({ stages }) => ({
      stages,
      next: 0,
      present: undefined,
    }))
    for (const lane of this.#lanes) this.#begin(lane, at, change)
  }

  #begin(lane: Lane, at: number, { begun, on }: Change): void {
    const stage = lane.stages[lane.next]
    lane.next++
    lane.present = undefined
    if (stage === undefined) return
    begun.push(stage)
    on.push(stage)
    const edges = { edge: 1, edgeAt: this.#edgeAt(stage, at, 1), on: true }
    lane.present = { stage, at, endsAt: at + stage.durationMs, moveAt: at + nextMove(stage, 0), ...edges }
  }

  #edgeAt({ pulse, name, repetition }: PlannedStage, at: number, edge: number): number {
    if (pulse === undefined) return Infinity
    const { seed, profile } = this.#plan
    return at + edgeOf(pulse, edge, drawsOf(seed, profile, name, repetition ?? 1))
  }

  #faults(at: number): PlannedFault[] {
    return this.#lanes.flatMap(({ present }) => (present === undefined ? [] : faultsOf(present, at)))
  }
}

/** While a stage rests its faults stay where they are, disabled: their counts, draws and places outlast it. */
function faultsOf({ stage, on, at: begin }: Present, at: number): PlannedFault[] {
  const all = [...stage.faults, ...stage.effects.flatMap(({ faults }) => faults)]
  return all.map((planned) => {
    const fault = faultAt(planned, at - begin)
    if (on && fault === planned.fault) return planned
    return { ...planned, fault: on ? fault : { ...fault, enabled: false } }
  })
}

const nextMoveOf = ({ stage, at: begin }: PresentStage, at: number): number => begin + nextMove(stage, at - begin)
