import type { FaultInput, ProxyInput, TargetSelector } from '../contract/wire.ts'

/** Where a fault of a profile goes: to proxies that exist, or to one made for the run. */
export type Target =
  { readonly is: 'existing'; readonly selector: TargetSelector } | { readonly is: 'inline'; readonly proxy: ProxyInput }

export interface ProfileStage {
  readonly name: string
  readonly durationMs: number
  readonly faults: readonly { readonly target: string; readonly input: FaultInput }[]
}

/** A profile that was read and found valid. What its targets stand for is known only when it is compiled. */
export interface Profile {
  readonly name: string
  readonly description: string
  readonly watch: string | undefined
  readonly seed: string | undefined
  readonly targets: ReadonlyMap<string, Target>
  readonly stages: readonly ProfileStage[]
}
