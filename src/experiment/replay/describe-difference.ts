import type { FaultSpec } from '../../contract/model.ts'
import type { Plan, PlannedStage } from '../plan.ts'

/** Of a fault, what a profile says of it. */
const FIELDS = [
  'kind',
  'stream',
  'toxicity',
  'attributes',
  'trigger',
  'match',
  'key',
  'appliesTo',
  'oneOf',
  'dryRun',
] as const satisfies readonly (keyof FaultSpec)[]

interface Placed {
  readonly proxy: string
  readonly fault: FaultSpec
  readonly ramps?: unknown
}

/** The first way in which a stage is not what it was; undefined where it is the same. */
export function stageDifference(was: PlannedStage | undefined, is: PlannedStage | undefined): string | undefined {
  if (was === undefined && is === undefined) return undefined
  if (is === undefined) return `there is a stage ${was?.name} in the journal, and none now`
  if (was === undefined) return `there is a stage ${is.name} now, and none in the journal`
  const label = `stage ${was.name}`
  if (was.name !== is.name) return `${label} is called ${is.name} now`
  const before = faultsOf(was)
  const after = faultsOf(is)
  for (const [key, one] of before) {
    const other = after.get(key)
    if (other === undefined) return `${label}: ${nameOf(one)} is not attached now`
    const why = faultDifference(one, other)
    if (why !== undefined) return `${label}: ${nameOf(one)}: ${why}`
  }
  for (const [key, one] of after) if (!before.has(key)) return `${label}: ${nameOf(one)} is attached now, and was not`
  for (const field of ['durationMs', 'pulse', 'waitFor', 'lane', 'repetition'] as const) {
    const why = difference(field, was[field], is[field])
    if (why !== undefined) return `${label}: ${why}`
  }
  return difference(
    `${label}: effects`,
    was.effects.map(({ describe }) => describe),
    is.effects.map(({ describe }) => describe),
  )
}

/** Every fault that a stage attaches, those that its effects stand for included. */
export const placedFaults = ({ faults, effects }: PlannedStage) => [
  ...faults,
  ...effects.flatMap((effect) => effect.faults),
]

const faultsOf = (stage: PlannedStage): ReadonlyMap<string, Placed> =>
  new Map(placedFaults(stage).map((one) => [`${one.proxy}\n${one.fault.name}`, one]))

const nameOf = ({ proxy, fault }: Placed): string => `fault ${fault.name} on proxy ${proxy}`

function faultDifference(was: Placed, is: Placed): string | undefined {
  for (const field of FIELDS) {
    const why = difference(field, was.fault[field], is.fault[field])
    if (why !== undefined) return why
  }
  return difference('ramps', was.ramps, is.ramps)
}

function difference(what: string, was: unknown, is: unknown): string | undefined {
  if (text(was) === text(is)) return undefined
  return `${what} was ${text(was)} and is ${text(is)}`
}

/** Fields in one order, so that only what they say counts. */
function text(value: unknown): string {
  const sorted = (_: string, one: unknown): unknown =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one
  return JSON.stringify(value, sorted) ?? 'not set'
}

/** What of two plans as wholes is not the same, beside their stages. */
export function planDifference(was: Plan, is: Plan): string | undefined {
  if (was.profile !== is.profile) return `the profile was ${was.profile} and is ${is.profile}`
  return difference('the number of stages', was.stages.length, is.stages.length)
}
