import { FaultlineError } from '../contract/errors.ts'
import { stagesOf } from './profile.ts'
import type { PlacedStage, Profile, ProfileBlock } from './profile.ts'

/** Every change takes a look at all proxies and at the open connections of those it concerns: so many in a second. */
const MOST_EDGES = 400
const MOST_MOVES = 100

/** What may go on at the same time: the stages of a block, at most one of each lane; or one stage alone. */
function together<T>(
  placed: readonly PlacedStage[],
  of: (one: PlacedStage) => number,
  take: (block: ProfileBlock | PlacedStage, sum: number) => T,
): T[] {
  const groups = new Map<ProfileBlock | PlacedStage, Map<string, number>>()
  for (const one of placed) {
    const group = one.block ?? one
    const lanes = groups.get(group) ?? new Map<string, number>()
    groups.set(group, lanes)
    const lane = one.lane ?? ''
    lanes.set(lane, Math.max(lanes.get(lane) ?? 0, of(one)))
  }
  return [...groups].map(([group, lanes]) =>
    take(
      group,
      [...lanes.values()].reduce((sum, most) => sum + most, 0),
    ),
  )
}

/** @throws FaultlineError limit_reached where pulses side by side would turn too often */
export function requirePace(profile: Profile): void {
  const edges = ({ stage: { pulse } }: PlacedStage): number =>
    pulse === undefined ? 0 : 2000 / (pulse.onMs + pulse.offMs)
  together(stagesOf(profile), edges, (group, sum) => {
    if (sum <= MOST_EDGES) return
    const name = 'name' in group ? group.name : group.stage.name
    const detail = `cannot carry out ${profile.name}: the pulses of ${name} turn ${Math.round(sum)} times a second; at most ${MOST_EDGES} are allowed`
    throw new FaultlineError('limit_reached', detail, { remedy: 'Pulse more slowly, or in fewer lanes.' })
  })
}

/**
 * How long the ramps of a stage wait between two moves at the least, ms: together with those of the other lanes they
 * move only so many faults in a second.
 * @param ramped how many faults of a stage have ramps, over all its proxies
 */
export function moveSpacing(
  profile: Profile,
  ramped: (one: PlacedStage) => number,
): (one: Pick<PlacedStage, 'stage' | 'block'>) => number {
  const spacing = new Map(
    together(
      stagesOf(profile),
      ramped,
      (group, sum) => ['name' in group ? group : group.stage, (sum * 1000) / MOST_MOVES] as const,
    ),
  )
  return ({ stage, block }) => spacing.get(block ?? stage) ?? 0
}
