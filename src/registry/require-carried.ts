import { FaultlineError } from '../contract/errors.ts'
import type { FaultSpec } from '../contract/model.ts'
import type { ProxyEntry } from './entries.ts'

/** @throws FaultlineError not_on_plane, where the plane of a proxy cannot carry out one of these faults */
export function requireCarried({ spec, plane }: ProxyEntry, faults: readonly FaultSpec[]): void {
  for (const fault of faults) {
    const why = plane.refuses?.(fault)
    if (why === undefined) continue
    const detail = `cannot give proxy ${JSON.stringify(spec.name)} fault ${JSON.stringify(fault.name)}: ${why}`
    throw new FaultlineError('not_on_plane', detail)
  }
}
