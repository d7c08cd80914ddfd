import type { Fact } from '../../contract/events.ts'
import type { Clock } from '../../kernel/clock.ts'

/** How far a run has reached. */
export interface FaultedTraffic {
  /** Exchanges that a fault of the run acted on; connections, where faults act on these. */
  readonly count: number
  /** Of all that passed since the run began; undefined while nothing has. */
  readonly share: number | undefined
  /** How long faults of the run were attached, ms. */
  readonly time: number
  /** Client addresses that were hit. */
  readonly callers: number
}

/** Two faults on one exchange are one faulted exchange; so many of late are told apart. */
const MOST_UNITS = 10_000
const MOST_CALLERS = 100_000

/** Counts what the faults of a run did, from the facts as they come. */
export class FaultedCounter {
  readonly #clock: Clock
  readonly #isOurs: (fault: string) => boolean
  readonly #seesExchanges: (proxy: string) => boolean
  readonly #units = new Set<string>()
  readonly #callers = new Set<string>()
  #count = 0
  #total = 0
  #faulting = false
  #since = 0
  #time = 0

  constructor(clock: Clock, isOurs: (fault: string) => boolean, seesExchanges: (proxy: string) => boolean) {
    this.#clock = clock
    this.#isOurs = isOurs
    this.#seesExchanges = seesExchanges
  }

  see(fact: Fact): void {
    switch (fact.type) {
      case 'decision':
        if (fact.outcome === 'applied' && this.#isOurs(fact.fault)) this.#hit(fact)
        return
      case 'connection_opened':
        if (!this.#seesExchanges(fact.proxy)) this.#total++
        return
      case 'exchange':
      case 'connection_refused':
        this.#total++
        return
      default:
    }
  }

  #hit({ proxy, connection, client }: Extract<Fact, { type: 'decision' }>): void {
    if (this.#callers.size < MOST_CALLERS) this.#callers.add(client)
    const unit = `${proxy} ${connection}`
    if (this.#units.has(unit)) return
    this.#units.add(unit)
    this.#count++
    if (this.#units.size <= MOST_UNITS) return
    for (const oldest of this.#units) {
      this.#units.delete(oldest)
      break
    }
  }

  /** Faults of the run are attached, or are no longer. */
  faulting(on: boolean): void {
    if (on === this.#faulting) return
    const now = this.#clock.now()
    if (on) this.#since = now
    else this.#time += now - this.#since
    this.#faulting = on
  }

  read(): FaultedTraffic {
    const total = Math.max(this.#total, this.#count)
    return {
      count: this.#count,
      share: total === 0 ? undefined : this.#count / total,
      time: this.#time + (this.#faulting ? this.#clock.now() - this.#since : 0),
      callers: this.#callers.size,
    }
  }
}
