import type { Kind } from '../../contract/kind.ts'
import type { FaultSpec } from '../../contract/model.ts'

/** Settings of a fault that a toxic does not have, and how to tell that one is used. */
const UNKNOWN: readonly (readonly [name: string, used: (fault: FaultSpec) => boolean])[] = [
  ['trigger', ({ trigger }) => trigger !== undefined],
  ['match', ({ match }) => match !== undefined],
  ['key', ({ key }) => key !== undefined],
  ['one_of', ({ oneOf }) => oneOf !== undefined],
  ['dry_run', ({ dryRun }) => dryRun],
  ['applies_to', ({ appliesTo }) => appliesTo !== 'both'],
]

/** Why a Toxiproxy server cannot carry out a fault; undefined when it can. */
export function refusal(fault: FaultSpec, kind: Kind | undefined, allowUnseeded: boolean): string | undefined {
  if (kind?.toxiproxy !== true) return `a Toxiproxy server has no toxic ${fault.kind}`
  const unknown = UNKNOWN.filter(([, used]) => used(fault)).map(([name]) => name)
  if (unknown.length > 0) return `a toxic of a Toxiproxy server has no ${unknown.join(', ')}`
  const { toxicity, unseeded = allowUnseeded } = fault
  if (toxicity > 0 && toxicity < 1 && !unseeded)
    return `a Toxiproxy server draws without our seed, so that a toxicity of ${toxicity} could not be repeated; allowed are 0 and 1, or any with allow_unseeded: true`
  return undefined
}
