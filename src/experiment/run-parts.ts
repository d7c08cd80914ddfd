import type { FactSink } from '../contract/events.ts'
import type { KindSource } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'

/** What a run needs of the registry. */
export type RunRegistry = Pick<Registry, 'list' | 'find' | 'setOwned' | 'create' | 'remove'>

export interface RunParts {
  readonly registry: RunRegistry
  readonly kinds: KindSource
  readonly sink: FactSink
  readonly clock: Clock
  readonly log: Log
}
