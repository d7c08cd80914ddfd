import type { FactSink } from '../contract/events.ts'
import type { EventLog, Plane, RecentExchanges } from '../contract/ports.ts'
import type { Registry } from '../registry/registry.ts'
import type { Experiments } from './experiments.ts'
import type { Proof } from './proof.ts'
import type { ManualTime } from './scopes/manual-time.ts'
import type { Waits } from './waits.ts'

/** A registry and all that hangs on it. The default scope is one, and each scope of a test has one of its own. */
export interface World extends Experiments {
  readonly registry: Registry
  readonly plane: Plane
  readonly journal: EventLog
  readonly exchanges: RecentExchanges
  readonly proof: Proof
  readonly waits: Waits
  /** Set where its faults and runs go by a clock that somebody moves. */
  readonly time?: ManualTime | undefined
  /** Where its facts go. */
  readonly sink: FactSink
}
