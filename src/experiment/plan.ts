import type { FaultSpec, Owner } from '../contract/model.ts'
import type { ProxyInput } from '../contract/wire.ts'

export interface PlannedFault {
  readonly proxy: string
  readonly fault: FaultSpec
}

export interface PlannedStage {
  readonly name: string
  readonly durationMs: number
  readonly faults: readonly PlannedFault[]
}

/** A profile whose targets are found: all that a run needs, and nothing left to decide. */
export interface Plan {
  readonly run: string
  readonly owner: Owner
  readonly profile: string
  readonly seed: string
  /** Every proxy the run acts on, those made for it included. */
  readonly proxies: readonly string[]
  /** Made before the first stage, removed after the last. */
  readonly inline: readonly { readonly name: string; readonly input: ProxyInput }[]
  readonly stages: readonly PlannedStage[]
}
