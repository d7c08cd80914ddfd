import type { Problem } from '../contract/errors.ts'
import type { BlockInput, ProfileInput, StageInput } from '../contract/profile-wire.ts'
import { convert } from '../faults/complete-attributes.ts'
import { readHostFaults } from './host/host-stage.ts'
import { shapeProblems } from './partitions/judge-partition.ts'
import { STAGE_TIMES } from './profile-schema.ts'
import type { ProfileBlock, ProfileStage, ProfileStep, Pulse } from './profile.ts'
import { readFault } from './read-fault.ts'
import { readWait } from './wait-schema.ts'

/** Names that may be pointed at. */
interface Known {
  readonly targets: readonly string[]
  readonly checks: readonly string[]
}

/** What a block of lanes says instead of a stage. */
const ONLY_STAGES = ['duration', 'faults', 'pulse', 'jitter', 'wait_for', 'partition', 'host'] as const

/** The stages of a profile whose shape is sound. What is wrong with them beyond that is added to `problems`. */
export function readStages(input: ProfileInput, problems: Problem[]): readonly ProfileStep[] {
  const checks = (input.steady_state ?? []).flatMap(({ name, when }) =>
    when?.includes('during') === false ? [] : [name],
  )
  const known = { targets: Object.keys(input.targets ?? {}), checks }
  const names = new Set<string>()
  return input.stages.map((step, index) => {
    const pointer = `/stages/${index}`
    unique(step.name, names, `${pointer}/name`, problems)
    return 'parallel' in step
      ? readBlock(step, pointer, known, names, problems)
      : readStage(step, pointer, known, problems)
  })
}

function readBlock(
  { name, parallel, repeat, ...rest }: BlockInput,
  pointer: string,
  known: Known,
  names: Set<string>,
  problems: Problem[],
): ProfileBlock {
  for (const field of ONLY_STAGES.filter((one) => one in rest)) {
    problems.push({
      pointer: `${pointer}/${field}`,
      message: `${field} cannot stand beside parallel; give it to the stages of the lanes`,
    })
  }
  const laneNames = new Set<string>()
  const lanes = parallel.map((lane, at) => {
    const here = `${pointer}/parallel/${at}`
    unique(lane.name, laneNames, `${here}/name`, problems, 'lane')
    const stages = lane.stages.map((stage, i) => {
      unique(stage.name, names, `${here}/stages/${i}/name`, problems)
      return readStage(stage, `${here}/stages/${i}`, known, problems)
    })
    return { name: lane.name, stages }
  })
  return { name, lanes, ...(repeat === undefined ? {} : { repeat }) }
}

function unique(name: string, names: Set<string>, pointer: string, problems: Problem[], what = 'stage'): void {
  if (names.has(name))
    problems.push({ pointer, message: `name is ${JSON.stringify(name)}, as is that of an earlier ${what}` })
  names.add(name)
}

function readStage(stage: StageInput, pointer: string, known: Known, problems: Problem[]): ProfileStage {
  const read = (field: keyof typeof STAGE_TIMES): unknown =>
    stage[field] === undefined
      ? undefined
      : convert(STAGE_TIMES[field], stage[field], `${pointer}/${field}`, (problem) => void problems.push(problem))
  if (stage.duration === undefined) {
    problems.push({
      pointer: `${pointer}/duration`,
      message: 'duration is missing; a stage says how long it lasts, or has lanes that do (parallel)',
    })
  }
  const durationMs = (read('duration') ?? 1) as number
  const jitterMs = read('jitter') as number | undefined
  const times = read('pulse') as { on: number; off: number } | undefined
  const pulse = times && { onMs: times.on, offMs: times.off }
  problems.push(...jitterProblem(jitterMs, durationMs, pulse, pointer))
  const faults = (stage.faults ?? []).map((fault, index) =>
    readFault(fault, durationMs, known.targets, `${pointer}/faults/${index}`, problems),
  )
  const waitFor = stage.wait_for && readWait(stage.wait_for, known, `${pointer}/wait_for`, problems)
  const { partition } = stage
  if (partition !== undefined) problems.push(...shapeProblems(partition, `${pointer}/partition`))
  const host = stage.host && readHostFaults(stage.host, `${pointer}/host`, problems)
  return {
    name: stage.name,
    durationMs,
    faults,
    ...(stage.repeat === undefined ? {} : { repeat: stage.repeat }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
    ...(pulse === undefined ? {} : { pulse }),
    ...(waitFor === undefined ? {} : { waitFor }),
    ...(partition === undefined ? {} : { partition }),
    ...(host === undefined ? {} : { host }),
  }
}

/** Edges that are off by as much as they are apart would change places. */
function jitterProblem(
  jitterMs: number | undefined,
  durationMs: number,
  pulse: Pulse | undefined,
  pointer: string,
): Problem[] {
  if (jitterMs === undefined) return []
  const most = pulse === undefined ? durationMs - 1 : Math.min(durationMs - 1, pulse.onMs / 2, pulse.offMs / 2)
  if (jitterMs <= most) return []
  const why = pulse === undefined ? 'less than the duration' : 'at most half of the shorter part of the pulse'
  return [
    { pointer: `${pointer}/jitter`, message: `jitter is ${jitterMs} ms, but must be ${why} (${Math.max(most, 0)} ms)` },
  ]
}
