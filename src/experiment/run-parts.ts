import type { FactSink } from '../contract/events.ts'
import type { HostFaults } from '../contract/host.ts'
import type { RemotePlanes } from '../contract/planes.ts'
import type { KindSource } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ManualClock } from '../kernel/manual-clock.ts'
import type { Log } from '../kernel/log.ts'
import type { CheckMeans } from './checks/run-checks.ts'
import type { RunJournals } from './journals/run-journals.ts'
import type { TrafficTap } from './checks/traffic-tap.ts'
import type { EffectMaker } from './timeline/stage-effect.ts'
import type { Registry } from '../registry/registry.ts'

/** What a run needs of the registry. */
export type RunRegistry = Pick<Registry, 'list' | 'find' | 'setOwned' | 'create' | 'remove'>

export interface RunParts {
  readonly registry: RunRegistry
  readonly kinds: KindSource
  readonly sink: FactSink
  readonly clock: Clock
  /** What stages go by instead, where somebody moves the time of the scope. Healing is always in real time. */
  readonly manual?: ManualClock | undefined
  readonly log: Log
  /** Shows facts about proxies in the turn in which they are told. */
  readonly traffic: Pick<TrafficTap, 'watch'>
  /** What checks look with. */
  readonly checks: CheckMeans
  /** What takes the machine's resources; without it such stages are refused. */
  readonly hostFaults?: HostFaults
  /** The planes beside the embedded one; where there are none, no proxy is on any. */
  readonly planes?: RemotePlanes | undefined
  /** Who carries out what stages do beside their faults, by its type. */
  readonly effects?: Readonly<Record<string, EffectMaker>>
  /** Where runs are written down. */
  readonly journals?: RunJournals
  /** Of one run: which part of what happened could not be written down. */
  readonly lacks?: () => string | undefined
}
