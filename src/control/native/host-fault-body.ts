import { ms } from '../../contract/attributes.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { Problem } from '../../contract/errors.ts'
import type { HostFaultSpec, HostFaultStart } from '../../contract/host.ts'
import { validator } from '../../contract/validate.ts'
import { convert } from '../../faults/complete-attributes.ts'
import { resolveHostFault } from '../../faults/resolve-host-fault.ts'
import type { Body } from './bodies.ts'

/** What stands beside a host fault when it is begun over the API. */
export const DURATION: JsonSchema = ms(
  'After so long it is given back. At most host_faults.allow.duration of the config.',
  { min: 1 },
)

const TIMED: JsonSchema = { type: 'object', required: ['duration'], properties: { duration: DURATION } }

export interface HostFaultOrder {
  readonly spec: HostFaultSpec
  readonly durationMs: number
}

export const hostFaultBody: Body<HostFaultOrder> = {
  shape: 'HostFaultStart',
  read(value) {
    if (value === undefined)
      throw new FaultlineError('invalid_json', 'the request has no body; a host fault is expected')
    const problems: Problem[] = [...validator(TIMED)(value)]
    const { duration, ...fault } = value as HostFaultStart
    const durationMs =
      problems.length === 0 ? convert(DURATION, duration, '/duration', (problem) => problems.push(problem)) : 0
    let spec: HostFaultSpec | undefined
    try {
      spec = resolveHostFault(typeof value === 'object' ? fault : value)
    } catch (error) {
      // All that is wrong is told together.
      if (!(error instanceof FaultlineError) || error.code !== 'invalid_fault') throw error
      problems.push(...error.problems)
    }
    if (spec !== undefined && problems.length === 0) return { spec, durationMs: durationMs as number }
    const messages = [...new Set(problems.map(({ message }) => message))].join('; ')
    throw new FaultlineError('invalid_fault', `the host fault was refused: ${messages}`, { problems })
  },
}
