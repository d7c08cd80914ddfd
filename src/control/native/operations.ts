import { configOperations } from './config.ts'
import { connectionOperations } from './connections.ts'
import type { EventStreams } from './event-stream.ts'
import { eventOperations } from './events.ts'
import { exchangeOperations } from './exchanges.ts'
import { explainOperations } from './explain.ts'
import { faultOperations } from './faults.ts'
import { haltOperations } from './halt.ts'
import { holdOperations } from './holds.ts'
import { hostFaultOperations } from './host-faults.ts'
import { kindOperations } from './kinds.ts'
import type { AnyOperation } from './operation.ts'
import { partitionOperations } from './partitions.ts'
import { planeOperations } from './planes.ts'
import { proofOperations } from './proof.ts'
import { proxyOperations } from './proxies.ts'
import { runOperations } from './runs.ts'
import { scopeOperations } from './scopes.ts'
import { sweepOperations } from './sweeps.ts'
import { systemOperations } from './system.ts'

/** The native API, in the order of its document. */
export function nativeOperations(streams: EventStreams): readonly AnyOperation[] {
  return [
    ...proxyOperations,
    ...faultOperations,
    ...holdOperations,
    ...configOperations,
    ...kindOperations,
    ...connectionOperations,
    ...exchangeOperations,
    ...explainOperations,
    ...eventOperations(streams),
    ...runOperations,
    ...sweepOperations,
    ...partitionOperations,
    ...haltOperations,
    ...hostFaultOperations,
    ...planeOperations,
    ...proofOperations,
    ...scopeOperations,
    ...systemOperations,
  ]
}
