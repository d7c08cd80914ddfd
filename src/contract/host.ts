import type { KindBase } from './kind-base.ts'
import type { Owner } from './model.ts'

/**
 * What is really short afterwards: our own control group, the whole machine, a filesystem, one process, or what
 * listens at an address.
 */
export type Reach = 'own_cgroup' | 'machine' | 'filesystem' | `process:${string}` | `target:${string}`

/** What the reach of a kind depends on besides its attributes. */
export interface Surroundings {
  /** CPU time that our control group may take, in cores; undefined where nothing limits it. */
  readonly cpuCores: number | undefined
  /** Memory that our control group may take, in bytes; undefined where only the machine ends it. */
  readonly memory: number | undefined
}

export type Which = 'oldest' | 'newest' | 'all'

/** What a host fault asks of the machine, as plain data. The host floor alone carries it out. */
export type HostEffect =
  /** `workers` undefined: one for each core. `load`: percent of a core that each takes. */
  | { readonly take: 'cpu'; readonly workers: number | undefined; readonly load: number }
  /** `rate`: bytes a second that it grows by; undefined: at once. */
  | { readonly take: 'memory'; readonly size: Amount; readonly rate: number | undefined }
  /** `percent`: until so much of the filesystem is used. */
  | { readonly take: 'disk_space'; readonly folder: string; readonly size: Amount }
  /** `rate`: bytes a second; undefined: as much as is allowed. */
  | {
      readonly take: 'disk_writes'
      readonly folder: string
      readonly rate: number | undefined
      readonly block: number
      readonly size: number
    }
  | { readonly take: 'connections'; readonly target: string; readonly count: number }
  | { readonly take: 'descriptor_limit'; readonly process: string; readonly which: Which; readonly limit: number }
  /** `stays`: what the signal does is taken back at the end by SIGCONT. */
  | {
      readonly take: 'signal'
      readonly process: string
      readonly which: Which
      readonly signal: HostSignal
      readonly stays: boolean
    }

export type Amount = { readonly bytes: number } | { readonly percent: number }

/** Signals that may be sent to a process. */
export const HOST_SIGNALS = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGTRAP',
  'SIGPIPE',
  'SIGALRM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGCONT',
] as const
export type HostSignal = (typeof HOST_SIGNALS)[number]

/** What an effect is counted in. */
export const QUANTITIES = ['cores', 'bytes', 'bytes_per_second', 'connections', 'descriptors', 'processes'] as const
export type Quantity = (typeof QUANTITIES)[number]

/** A fault on the machine instead of on traffic. It describes an effect and owns no process, file or timer. */
export interface HostKind<A = never> extends KindBase<A> {
  readonly layer: 'host'
  /** Every reach it may have; `process` and `target` stand for any. For the catalogue. */
  readonly reaches: readonly ('own_cgroup' | 'machine' | 'filesystem' | 'process' | 'target')[]
  readonly quantity: (attributes: A) => Quantity
  reach(attributes: A, surroundings: Surroundings): Reach
  effect(attributes: A): HostEffect
  /** How what it took is given back, in words. */
  readonly undo: string
}

// `any` is the erased boundary, as in kind.ts: the catalogue holds kinds whose attribute types differ.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyHostKind = HostKind<any>

export function hostFault<A>(kind: Omit<HostKind<A>, 'layer'>): HostKind<A> {
  return Object.freeze({ layer: 'host' as const, ...kind })
}

/** A host fault whose every field was checked, converted and completed. */
export interface HostFaultSpec {
  readonly kind: AnyHostKind
  readonly attributes: Readonly<Record<string, unknown>>
  /** The service that it is meant to hurt; it must stand within the reach. */
  readonly service: string | undefined
}

/** A host fault as people write it: in the API with a duration, in a stage of a profile without. */
export interface HostFaultInput {
  readonly kind: string
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly service?: string
}

/** `POST /v1/host_faults` */
export interface HostFaultStart extends HostFaultInput {
  /** After so long it is given back. */
  readonly duration: string | number
}

export const HOST_STATES = ['starting', 'active', 'ending', 'returned', 'failed'] as const
export type HostState = (typeof HOST_STATES)[number]

/** What was asked and what was measured, in one unit, and what else was read where. */
export interface HostMeasure {
  readonly quantity: Quantity
  readonly asked: number
  readonly achieved: number
  readonly details: Readonly<Record<string, number>>
}

export interface HostFaultView {
  readonly id: string
  readonly kind: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly service?: string
  readonly owner: Owner
  readonly reach: Reach
  /** `returned`: all that it took was given back, and that was looked at. `failed`: `detail` says what went wrong. */
  readonly state: HostState
  readonly started_at: string
  /** When it is given back at the latest. */
  readonly ends_at: string
  readonly ended_at?: string
  readonly effect: HostMeasure
  /** Whether all was given back, which was looked at. Known once it ended. */
  readonly returned?: boolean
  readonly detail?: string
}

export interface HostStart {
  readonly owner: Owner
  readonly durationMs: number
}

/** What carries out host faults. */
export interface HostFaults {
  /** Whether these would be carried out now, side by side. Touches nothing. @returns the reach of each @throws as `begin` */
  judge(specs: readonly HostFaultSpec[], durationMs: number): readonly Reach[]
  /**
   * Settles when the effect has begun; memory and disks may still be filling.
   * @throws FaultlineError host_faults_off, host_not_allowed, host_out_of_reach, host_fault_failed; then nothing is left
   */
  begin(spec: HostFaultSpec, start: HostStart): Promise<HostFaultView>
  /** Latest first. */
  list(): readonly HostFaultView[]
  /** @throws FaultlineError host_fault_not_found */
  get(id: string): HostFaultView
  /** Settles when all is given back. One that has ended is answered as it is. @throws FaultlineError host_fault_not_found */
  end(id: string, why?: string): Promise<HostFaultView>
  /** All of one owner, or of everybody. */
  endAll(why: string, owner?: Owner): Promise<readonly HostFaultView[]>
}
