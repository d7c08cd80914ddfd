import type { FactSink } from '../../contract/events.ts'
import type { KindSource } from '../../contract/ports.ts'
import type { WishReader } from '../../contract/wishes.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { ManualClock } from '../../kernel/manual-clock.ts'
import type { HeldBudget } from './held-budget.ts'
import type { PlaneHttp } from './http/plane-http.ts'
import type { NameBook } from './name-book.ts'
import type { PortKeeper } from './port-keeper.ts'
import type { Proxy } from './proxy.ts'
import type { Sightings } from './sightings.ts'

/** What the plane lends to each of its proxies. */
export interface PlaneParts {
  readonly clock: Clock
  /** What faults go by instead, in a scope whose time a test moves. */
  readonly manual?: ManualClock | undefined
  readonly sink: FactSink
  readonly sightings: Sightings
  /** Whether a scope of that id is open. */
  readonly scopeIsOpen: (scope: string) => boolean
  readonly kinds: KindSource
  readonly wishes: WishReader
  readonly budget: HeldBudget
  readonly names: NameBook
  readonly keeper: PortKeeper
  readonly limits: {
    readonly connectionsPerProxy: number
    readonly heldBytesPerLink: number
    readonly dialMs: number
    readonly bodyForFaults?: number
  }
  readonly http: PlaneHttp
  /** Undefined when the daemon holds as many connections as it may. */
  nextConnectionId(): string | undefined
  connectionGone(): void
  proxyClosed(proxy: Proxy): void
}
