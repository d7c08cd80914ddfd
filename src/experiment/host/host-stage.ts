import type { JsonSchema } from '../../contract/attributes.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { Problem } from '../../contract/errors.ts'
import type { HostFaultInput, HostFaultSpec, Reach } from '../../contract/host.ts'
import { resolveHostFault } from '../../faults/resolve-host-fault.ts'
import type { PlannedEffect } from '../timeline/stage-effect.ts'

/** A host fault is judged by its kind when the rest of the profile is sound. */
export const HOST_FAULT: JsonSchema = {
  type: 'object',
  required: ['kind'],
  properties: { kind: { type: 'string', minLength: 1, maxLength: 100, description: 'The kind of host fault.' } },
}

/** What a stage may say under `host`. @param fault the schema of one */
export const hostStage = (fault: JsonSchema): JsonSchema => ({
  type: 'array',
  maxItems: 20,
  items: fault,
  description:
    'What is taken of the machine while the stage lasts: kind, attributes, and the service that it is meant to hurt.',
})

export const HOST_EFFECT = 'host'

/** What the effect of a stage needs to be carried out. */
export interface HostStageFault {
  readonly spec: HostFaultSpec
  /** The longest that the stage may last. */
  readonly durationMs: number
}

/** The host faults of a stage whose shape is sound. What is wrong with them is added to `problems`. */
export function readHostFaults(
  list: readonly HostFaultInput[],
  pointer: string,
  problems: Problem[],
): readonly HostFaultSpec[] {
  return list.flatMap((input, index): HostFaultSpec[] => {
    try {
      return [resolveHostFault(input, { pointer: `${pointer}/${index}` })]
    } catch (error) {
      if (!(error instanceof FaultlineError)) throw error
      problems.push(
        ...(error.problems.length > 0
          ? error.problems
          : [{ pointer: error.pointer ?? `${pointer}/${index}`, message: error.message }]),
      )
      return []
    }
  })
}

/** The host faults of a stage, as its run will carry them out. */
export const hostEffects = (specs: readonly HostFaultSpec[], durationMs: number): readonly PlannedEffect[] =>
  specs.map((spec) => ({
    type: HOST_EFFECT,
    describe: describe(spec),
    faults: [],
    detail: { spec, durationMs } satisfies HostStageFault,
  }))

function describe(spec: HostFaultSpec): string {
  const { kind, attributes, service } = spec
  const values = Object.entries(attributes).map(([name, value]) => `${name}=${String(value)}`)
  const meant = service === undefined ? '' : ` for ${service}`
  return `${kind.kind}${values.length === 0 ? '' : ` (${values.join(', ')})`}${meant}, reach ${reaches(spec).join(' or ')}`
}

/** Which of several it is, only the machine can tell that carries it out. */
function reaches({ kind, attributes }: HostFaultSpec): readonly Reach[] {
  const [free, bounded] = [
    { cpuCores: undefined, memory: undefined },
    { cpuCores: 1, memory: 1 },
  ]
  return [...new Set([kind.reach(attributes, bounded), kind.reach(attributes, free)])]
}
