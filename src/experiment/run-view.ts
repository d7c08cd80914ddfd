import type { StageProgress, RunView } from '../contract/run-wire.ts'
import type { Plan, PlannedStage } from './plan.ts'
import type { PresentStage } from './timeline/walk.ts'

/** Where a stage stands beside its name. */
export const placeOf = ({ lane, repetition }: PlannedStage): { lane?: string; repetition?: number } => ({
  ...(lane === undefined ? {} : { lane }),
  ...(repetition === undefined ? {} : { repetition }),
})

export const stagesView = ({ stages }: Pick<Plan, 'stages'>): RunView['stages'] =>
  stages.map((stage) => ({
    name: stage.name,
    duration_ms: Math.round(stage.durationMs),
    faults: stage.faults.length,
    ...placeOf(stage),
  }))

/** The stages that a run is in, as they stand now. */
export function presentView(
  present: readonly PresentStage[],
  of: number,
  now: number,
): Pick<RunView, 'stage' | 'lanes'> {
  const views = present.map(({ stage, at }): StageProgress => {
    const duration = Math.round(stage.durationMs)
    return {
      name: stage.name,
      index: stage.index,
      of,
      elapsed_ms: Math.min(Math.max(Math.round(now - at), 0), duration),
      duration_ms: duration,
      ...placeOf(stage),
    }
  })
  const [first] = views
  if (first === undefined) return {}
  return { stage: first, ...(first.lane === undefined ? {} : { lanes: views }) }
}
