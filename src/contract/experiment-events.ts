import type { CheckOutcome, CheckPhase, CheckRole, CheckValues } from './checks.ts'
import type { Quantity } from './host.ts'

/** Facts that runs, partitions, scopes, the halt and faults on the machine report. */
export type ExperimentFact =
  | {
      /** An effect on the machine has begun; memory and disks may still be filling. */
      type: 'host_fault_began'
      host_fault: string
      kind: string
      owner: string
      reach: string
      service?: string
      quantity: Quantity
      asked: number
      duration_ms: number
    }
  | {
      type: 'host_fault_ended'
      host_fault: string
      kind: string
      owner: string
      quantity: Quantity
      asked: number
      /** As measured last, before it was given back. */
      achieved: number
      details: Readonly<Record<string, number>>
      /** Whether all was given back, which was looked at. */
      returned: boolean
      detail: string
    }
  | {
      /** What an earlier daemon had taken was on record still. */
      type: 'host_fault_recovered'
      host_fault: string
      kind: string
      owner: string
      returned: boolean
      detail?: string
    }
  | { type: 'run_started'; run: string; profile: string; seed: string; stages: number }
  | ({ type: 'stage_started'; duration_ms: number; faults: number } & StageOfRun)
  | ({ type: 'stage_ended'; waited?: 'met' | 'in_vain' } & StageOfRun)
  | {
      type: 'check'
      run: string
      check: string
      role: CheckRole
      phase: CheckPhase
      outcome: CheckOutcome
      /** What the expectations speak of. */
      values: CheckValues
      detail?: string
    }
  | {
      /** It holds again, and held for so many looks as it takes. */
      type: 'check_recovered'
      run: string
      check: string
      recovery_ms: number
    }
  | {
      /** Whether nothing of the run is left, after how long that was clear, and what is. */
      type: 'run_healed'
      run: string
      verified: boolean
      ms: number
      left: readonly string[]
    }
  | { type: 'scope_created'; scope: string; seed: string; ttl_ms: number; labels: Readonly<Record<string, string>> }
  | {
      type: 'scope_ended'
      scope: string
      reason: string
      detail: string
      proxies: number
      faults: number
      unfired: number
    }
  /** Somebody moved the time of a scope whose clock is manual. */
  | { type: 'time_advanced'; by_ms: number; now_ms: number; timers: number }
  | { type: 'run_ended'; run: string; profile: string; status: string; healed: boolean; detail?: string }
  | {
      type: 'partition_cut'
      partition: string
      /** From 1; one that flaps cuts again and again. */
      cut: number
      mode: string
      direction: string
      sides: readonly (readonly string[])[]
      /** How many proxies are cut, and how many connections no proxy carries. */
      links: number
      not_covered: number
    }
  | { type: 'halted'; reason?: string; faults: number }
  | { type: 'halt_lifted' }
  /** `verified` when it was for good: whether nothing is left of it. */
  | { type: 'partition_healed'; partition: string; why: string; verified?: boolean }

/** A stage within a run, by its place among all stages; with its lane and repetition where it has one. */
interface StageOfRun {
  run: string
  stage: string
  index: number
  lane?: string
  repetition?: number
}
