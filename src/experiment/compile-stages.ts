import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { FaultSpec, Owner } from '../contract/model.ts'
import { resolveFault } from '../faults/resolve.ts'
import { hostEffects } from './host/host-stage.ts'
import { StagePartitions } from './partitions/partition-stage.ts'
import type { Route } from './partitions/read-partition.ts'
import type { PlannedFault, PlannedStage, PlannedStep } from './plan.ts'
import { moveSpacing, requirePace } from './pace.ts'
import { planeEffects } from './planes/plane-stage.ts'
import { MOST_STAGES } from './profile-schema.ts'
import { stagesOf } from './profile.ts'
import type { PlacedStage, Profile, ProfileBlock, ProfileStage } from './profile.ts'
import { drawsOf } from './timeline/pulse.ts'
import { planWait } from './timeline/wait.ts'

export interface StageContext {
  readonly profile: Profile
  readonly owner: Owner
  readonly seed: string
  /** What each target stands for. */
  readonly proxies: ReadonlyMap<string, readonly string[]>
  /** Of these proxies, those on other planes. */
  readonly foreign: readonly string[]
  /** Targets whose faults may take chance without a seed. */
  readonly unseeded: ReadonlySet<string>
  /** Every proxy there is or will be made. */
  readonly routes: readonly Route[]
  readonly onMiss?: ((problem: Problem) => void) | undefined
  readonly dryRun: boolean
}

/** What a stage does, whichever of its repetitions it is. */
type StageWork = Pick<PlannedStage, 'faults' | 'effects' | 'pulse' | 'waitFor'>

const isRamped = ({ ramps = [] }: PlannedFault): boolean => ramps.length > 0

/**
 * The stages of a profile as they follow one another, each as often as it is repeated.
 * @throws FaultlineError fault_exists, invalid_partition, limit_reached
 */
export function compileStages(context: StageContext): readonly PlannedStep[] {
  requireFew(context.profile)
  requirePace(context.profile)
  const work = compileWork(context)
  const spacing = moveSpacing(context.profile, ({ stage }) => work.get(stage)?.faults.filter(isRamped).length ?? 0)
  const partitions = new StagePartitions(context)
  const placed = new Map(stagesOf(context.profile).map((one) => [one.stage, one]))
  let index = 0
  const plan = (stage: ProfileStage, lane: string | undefined, round: number, rounds: number): PlannedStage[] => {
    const times = stage.repeat ?? 1
    return Array.from({ length: times }, (_, i) => {
      const repetition = round * times + i + 1
      const done = work.get(stage) as StageWork
      const here = placed.get(stage) as PlacedStage
      const cut = partitions.effects(here, repetition)
      return {
        name: stage.name,
        index: index++,
        ...(lane === undefined ? {} : { lane }),
        ...(times * rounds === 1 ? {} : { repetition }),
        durationMs: drawDuration(context, stage, repetition),
        moveSpacingMs: spacing(here),
        ...done,
        ...(cut.length === 0 ? {} : { effects: [...cut, ...done.effects] }),
      }
    })
  }
  return context.profile.stages.flatMap((step): PlannedStep | PlannedStep[] => {
    if (!('lanes' in step)) return { lanes: [{ name: undefined, stages: plan(step, undefined, 0, 1) }] }
    const rounds = step.repeat ?? 1
    return Array.from({ length: rounds }, (_, round) => ({
      lanes: step.lanes.map(({ name, stages }) => ({
        name,
        stages: stages.flatMap((stage) => plan(stage, name, round, rounds)),
      })),
    }))
  })
}

/** Before anything is repeated: a few words could ask for more than memory holds. */
function requireFew(profile: Profile): void {
  const count = stagesOf(profile).reduce((sum, { stage, block }) => sum + (stage.repeat ?? 1) * (block?.repeat ?? 1), 0)
  if (count <= MOST_STAGES) return
  const detail = `cannot carry out ${profile.name}: with all repetitions it has ${count} stages; at most ${MOST_STAGES} are allowed`
  throw new FaultlineError('limit_reached', detail, { remedy: 'Repeat less, or let a stage pulse instead.' })
}

function drawDuration({ profile, seed }: StageContext, stage: ProfileStage, repetition: number): number {
  if (stage.jitterMs === undefined) return stage.durationMs
  const draw = drawsOf(seed, profile.name, stage.name, repetition).unit('duration')
  return stage.durationMs + stage.jitterMs * (2 * draw - 1)
}

function compileWork(context: StageContext): ReadonlyMap<ProfileStage, StageWork> {
  const work = new Map<ProfileStage, StageWork>()
  const byBlock = new Map<ProfileBlock, LaneNames>()
  for (const placed of stagesOf(context.profile)) {
    const { stage, block, lane = '' } = placed
    let names: LaneNames | undefined
    if (block !== undefined) byBlock.set(block, (names = byBlock.get(block) ?? new LaneNames()))
    names?.enter(lane)
    const faults = compileFaults(context, placed, names)
    const { pulse, jitterMs = 0, waitFor } = stage
    work.set(stage, {
      faults,
      effects: [...planeEffects(context.foreign), ...hostEffects(stage.host ?? [], stage.durationMs + jitterMs)],
      ...(pulse === undefined ? {} : { pulse: { ...pulse, jitterMs } }),
      ...(waitFor === undefined ? {} : { waitFor: planWait(waitFor, context.proxies) }),
    })
  }
  return work
}

/** Names on each proxy: those of one stage must differ, and those of lanes that can meet. */
class LaneNames {
  #lane = ''
  #others = new Map<string, Set<string>>()
  #own = new Map<string, Set<string>>()

  /** Stages come lane by lane. */
  enter(lane: string): void {
    if (lane === this.#lane) return
    for (const [proxy, names] of this.#own) for (const name of names) add(this.#others, proxy, name)
    this.#own = new Map()
    this.#lane = lane
  }

  has(proxy: string, name: string): boolean {
    return this.#others.get(proxy)?.has(name) === true
  }

  take(proxy: string, name: string): void {
    add(this.#own, proxy, name)
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key)
  if (set === undefined) map.set(key, new Set([value]))
  else set.add(value)
}

function compileFaults(
  { profile, proxies, owner, seed, dryRun, unseeded }: StageContext,
  placed: PlacedStage,
  lanes: LaneNames | undefined,
): readonly PlannedFault[] {
  const faults: PlannedFault[] = []
  const taken = new Map<string, Set<string>>()
  for (const { target, input, spec: judged, ramps } of placed.stage.faults) {
    // Where reading it gave nothing, this says why.
    const resolved = judged ?? resolveFault(input, { owner })
    const chance = unseeded.has(target) ? { unseeded: true as const } : {}
    const own = { ...resolved, ...chance, owner, seed, dryRun: dryRun || resolved.dryRun }
    const spec: FaultSpec = aimed(own, proxies)
    const moves = ramps === undefined ? {} : { ramps }
    for (const proxy of proxies.get(target) ?? []) {
      const isTaken = (name: string): boolean =>
        taken.get(proxy)?.has(name) === true || lanes?.has(proxy, name) === true
      const name = freeName(spec, input.name !== undefined, isTaken)
      if (name === undefined) throw twice(placed, spec.name, proxy)
      add(taken, proxy, name)
      lanes?.take(proxy, name)
      // The profile's name in front keeps them apart from the faults of others, and draws the same in every run.
      const fault = { ...spec, name: `${profile.name}.${name}`, ...(ramps === undefined ? {} : { moving: true }) }
      faults.push({ proxy, fault, ...moves })
    }
  }
  return faults
}

/** What a trigger waits to see is looked for on the proxy that its target stands for, if it names a target of one. */
function aimed(spec: FaultSpec, proxies: ReadonlyMap<string, readonly string[]>): FaultSpec {
  const { trigger } = spec
  const after = trigger?.after
  if (typeof after !== 'object' || after.seen === undefined) return spec
  const [proxy, ...more] = proxies.get(after.seen.proxy) ?? []
  if (proxy === undefined || more.length > 0) return spec
  return { ...spec, trigger: { ...trigger, after: { ...after, seen: { ...after.seen, proxy } } } }
}

/** Names that nobody chose are numbered; one that was chosen twice is a mistake. */
function freeName({ name }: FaultSpec, chosen: boolean, isTaken: (name: string) => boolean): string | undefined {
  if (!isTaken(name)) return name
  if (chosen) return undefined
  let number = 2
  while (isTaken(`${name}_${number}`)) number++
  return `${name}_${number}`
}

function twice({ stage, pointer, lane }: PlacedStage, fault: string, proxy: string): FaultlineError {
  const beside = lane === undefined ? '' : ', or one besides the fault of that name in another lane'
  const problem: Problem = {
    pointer: `${pointer}/faults`,
    message: `stage ${stage.name} has two faults named ${fault} on proxy ${proxy}${beside}`,
  }
  return new FaultlineError('fault_exists', problem.message, {
    problems: [problem],
    remedy: 'Give one of them another name.',
  })
}
