import { fidelityHere } from '../../contract/kind.ts'
import type { FaultStatus } from '../../contract/ports.ts'
import type { AttachedFault } from './attached-fault.ts'

/** What a fault did, as the ports tell it. */
export const faultStatus = (fault: AttachedFault): FaultStatus => ({
  kind: fault.spec.kind,
  stream: fault.spec.stream,
  active: fault.active,
  fidelity: fidelityHere(fault.kind, process.platform),
  seen: fault.seen,
  applied: fault.applied,
  skipped: { ...fault.skipped },
  limited: fault.limited,
  evidence: fault.evidence.ids,
  ...fault.held?.status,
  asked: fault.asked,
  achieved: fault.achieved,
})
