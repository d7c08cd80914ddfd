import type { CheckInput, Rollback } from './checks.ts'
import type { HostFaultInput } from './host.ts'
import type { PartitionCut } from './partition.ts'
import type { StageSummary } from './run-wire.ts'
import type { FaultInput, ProxyInput } from './wire.ts'

/** Which proxies a profile's target stands for: one by name, or all with these labels. */
export interface TargetSelector {
  readonly proxy?: string
  readonly from?: string
  readonly to?: string
  /** The Toxiproxy server that it lives on, by its name in the settings. Alone: all that are there. */
  readonly plane?: string
  /** Toxicities between 0 and 1 will do there, though no seed decides them. Default false. */
  readonly allow_unseeded?: boolean
}

export type ParameterValue = string | number | boolean
export type ParameterValues = Readonly<Record<string, ParameterValue>>

/** A profile as it is written. A target may also be a whole proxy, made for the run and removed after it. */
export interface ProfileInput {
  readonly name: string
  readonly description?: string
  /** What to look at while it runs. */
  readonly watch?: string
  readonly seed?: string | number
  /** A run ends then, whatever it is doing. Default: the setting runs.max_duration. */
  readonly max_duration?: string | number
  /** Values that may be set at the start; "${name}" stands for one. */
  readonly parameters?: Readonly<Record<string, { readonly default: ParameterValue; readonly description?: string }>>
  /** Parameters and the values to go through: several runs. */
  readonly matrix?: Readonly<Record<string, readonly ParameterValue[]>>
  /** Needed where there are faults; a partition names services. */
  readonly targets?: Readonly<Record<string, TargetSelector | Omit<ProxyInput, 'faults'>>>
  /** Whether the faults go when the run ends by itself. Default always. */
  readonly rollback?: Rollback
  /** What must hold before, during and after. */
  readonly steady_state?: readonly CheckInput[]
  /** What ends the run. */
  readonly stop_when?: readonly CheckInput[]
  readonly stages: readonly (StageInput | BlockInput)[]
}

/** A stage as it is written. */
export interface StageInput {
  readonly name: string
  readonly duration: string | number
  readonly faults?: readonly AimedFaultInput[]
  /** How often in a row. Default 1. */
  readonly repeat?: number
  /** Its faults act and rest in turn. */
  readonly pulse?: { readonly on: string | number; readonly off: string | number }
  /** Most that its end, and each edge of its pulse, is off; drawn from the seed. */
  readonly jitter?: string | number
  readonly wait_for?: WaitInput
  /** Who cannot reach whom while it lasts. */
  readonly partition?: PartitionCut
  /** What is taken of the machine while it lasts. */
  readonly host?: readonly HostFaultInput[]
}

/** A fault of a stage. Its toxicity and every number among its attributes may be a ramp. */
export type AimedFaultInput = Omit<FaultInput, 'toxicity'> & {
  readonly target: string
  readonly toxicity?: number | RampInput
}

/** In the place of a number: it moves while the stage lasts. */
export interface RampInput {
  readonly ramp: {
    readonly from: number | string
    readonly to: number | string
    /** Default: as long as the stage. */
    readonly over?: number | string
    readonly shape?: 'linear' | 'exponential' | 'steps' | 'sine'
    readonly steps?: number
    readonly period?: number | string
    readonly every?: number | string
  }
}

/** What ends a stage before its duration does: one of `event`, `connections`, `exchanges` and `check`. */
export interface WaitInput {
  /** A type of fact; `count` of them. */
  readonly event?: string
  readonly count?: number
  /** Only facts about faults of this kind. */
  readonly kind?: string
  /** So many of them, since the stage began. */
  readonly connections?: number
  readonly exchanges?: number
  /** Where they are to be seen. Default: on any proxy of the run. */
  readonly target?: string
  /** A check of the profile, by its name: until it holds. */
  readonly check?: string
  /** What happens when the duration is over first. Default continue. */
  readonly otherwise?: 'continue' | 'end' | 'fail'
}

/** Lanes of stages, side by side. Ends when all of them have ended. */
export interface BlockInput {
  readonly name: string
  readonly parallel: readonly { readonly name: string; readonly stages: readonly StageInput[] }[]
  readonly repeat?: number
}

export interface ParameterView {
  readonly name: string
  readonly default: ParameterValue
  readonly description?: string
}

/** A profile as the API lists it. A file that is not valid is listed too, with what is wrong. */
export interface ProfileView {
  readonly name: string
  readonly description: string
  /** What to look at while it runs. */
  readonly watch?: string
  readonly source: 'shipped' | 'user'
  readonly seed?: string
  readonly targets: readonly string[]
  readonly parameters?: readonly ParameterView[]
  readonly matrix?: Readonly<Record<string, readonly ParameterValue[]>>
  readonly duration_ms: number
  /** As they are written, each once. */
  readonly stages: readonly (StageSummary & { readonly repeat?: number })[]
  readonly problems?: readonly { readonly pointer: string; readonly message: string }[]
}
