import type { KindSource, PlaneLimits, PlaneTotals } from '../../contract/ports.ts'
import type { WishReader } from '../../contract/wishes.ts'
import type { Clock } from '../../kernel/clock.ts'
import { PlaneHttp } from './http/plane-http.ts'
import { HeldBudget } from './held-budget.ts'
import { NameBook } from './name-book.ts'
import type { Lookup } from './name-book.ts'
import type { PlaneParts } from './plane-parts.ts'
import { PortKeeper } from './port-keeper.ts'
import type { Proxy } from './proxy.ts'

export interface PlaneGroundOptions {
  readonly clock: Clock
  readonly kinds: KindSource
  /** Understands the faults that requests ask for. */
  readonly wishes: WishReader
  readonly limits: PlaneLimits
  /** Default: the system's resolver. */
  readonly lookup?: Lookup
}

/** What all rooms of a plane stand on: limits, kept ports, looked-up names and the numbers of connections. */
export class PlaneGround {
  readonly #keeper = new PortKeeper()
  readonly parts: Omit<PlaneParts, 'sink' | 'sightings' | 'proxyClosed'>
  /** Scopes that have a room here. */
  readonly scopes = new Set<string>()
  /** The proxies of the default scope, whose listeners others may share. */
  readonly commons = new Map<string, Proxy>()
  readonly #limits: PlaneLimits
  readonly #budget: HeldBudget
  #connections = 0
  #lastId = 0

  constructor({ clock, kinds, wishes, limits, lookup }: PlaneGroundOptions) {
    this.#limits = limits
    this.#budget = new HeldBudget(limits.heldBytesTotal, clock)
    this.parts = {
      clock,
      kinds,
      wishes,
      limits,
      budget: this.#budget,
      names: new NameBook(clock, lookup),
      keeper: this.#keeper,
      http: new PlaneHttp(),
      nextConnectionId: () => this.#nextConnectionId(),
      connectionGone: () => void this.#connections--,
      scopeIsOpen: (scope) => this.scopes.has(scope),
    }
  }

  /** When every room is closed. */
  close(): void {
    this.#keeper.close()
  }

  totals(): PlaneTotals {
    return {
      connectionsOpen: this.#connections,
      connectionsLimit: this.#limits.connections,
      heldBytes: this.#budget.used,
      heldBytesLimit: this.#budget.limit,
    }
  }

  #nextConnectionId(): string | undefined {
    if (this.#connections >= this.#limits.connections) return undefined
    this.#connections++
    return `c${++this.#lastId}`
  }
}
