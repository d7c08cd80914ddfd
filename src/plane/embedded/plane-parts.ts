import type { FactSink } from '../../contract/events.ts'
import type { KindSource } from '../../contract/ports.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { HeldBudget } from './held-budget.ts'
import type { ExchangeServer } from './http/exchange-lane.ts'
import type { NameBook } from './name-book.ts'
import type { PortKeeper } from './port-keeper.ts'
import type { Proxy } from './proxy.ts'

/** What the plane lends to each of its proxies. */
export interface PlaneParts {
  readonly clock: Clock
  readonly sink: FactSink
  readonly kinds: KindSource
  readonly budget: HeldBudget
  readonly names: NameBook
  readonly keeper: PortKeeper
  readonly limits: {
    readonly connectionsPerProxy: number
    readonly heldBytesPerLink: number
    readonly dialMs: number
    readonly bodyForFaults?: number
  }
  /** Made with the first exchange that faults act on. */
  exchangeServer(): ExchangeServer
  /** Undefined when the daemon holds as many connections as it may. */
  nextConnectionId(): string | undefined
  connectionGone(): void
  proxyClosed(proxy: Proxy): void
}
