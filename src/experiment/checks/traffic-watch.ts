import type { Clock } from '../../kernel/clock.ts'
import type { CheckTools } from './check-kind.ts'
import { FaultedCounter } from './faulted-traffic.ts'
import { ObservedWindow } from './observed-traffic.ts'
import type { TrafficTap } from './traffic-tap.ts'

export interface WatchedProxies {
  /** By the name of the target. */
  readonly targets: ReadonlyMap<string, readonly string[]>
  readonly isOurs: (fault: string) => boolean
  readonly seesExchanges: (proxy: string) => boolean
  readonly connectionsOpen: (proxy: string) => number
}

/** What checks see of the traffic of one run. Watches only what a check has asked for. */
export class TrafficWatch implements Pick<CheckTools, 'observed' | 'faulted'> {
  readonly #clock: Clock
  readonly #tap: Pick<TrafficTap, 'watch'>
  readonly #proxies: WatchedProxies
  readonly #windows = new Map<string, ObservedWindow>()
  readonly #counters = new Map<string | undefined, FaultedCounter>()
  readonly #ends: (() => void)[] = []
  #faulting = false

  constructor(clock: Clock, tap: Pick<TrafficTap, 'watch'>, proxies: WatchedProxies) {
    this.#clock = clock
    this.#tap = tap
    this.#proxies = proxies
  }

  readonly observed: CheckTools['observed'] = (target, windowMs, injected) =>
    this.#window(target, windowMs, injected).read()

  readonly faulted: CheckTools['faulted'] = (target) => this.#counter(target).read()

  /** What went before is left out from now on. */
  forget(): void {
    for (const window of this.#windows.values()) window.forget()
  }

  /** Faults of the run are attached and act, or do not. */
  faulting(on: boolean): void {
    this.#faulting = on
    for (const counter of this.#counters.values()) counter.faulting(on)
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end()
  }

  #window(target: string, windowMs: number, injected: 'included' | 'excluded'): ObservedWindow {
    const key = `${injected} ${windowMs} ${target}`
    const known = this.#windows.get(key)
    if (known !== undefined) return known
    const proxies = this.#proxiesOf(target)
    const window = new ObservedWindow({
      clock: this.#clock,
      windowMs,
      injected,
      protocol: proxies.every((proxy) => this.#proxies.seesExchanges(proxy)) ? 'http' : 'tcp',
      connectionsOpen: () => proxies.reduce((sum, proxy) => sum + this.#proxies.connectionsOpen(proxy), 0),
    })
    this.#windows.set(key, window)
    this.#ends.push(this.#tap.watch(proxies, (fact) => window.see(fact)))
    return window
  }

  #counter(target: string | undefined): FaultedCounter {
    const known = this.#counters.get(target)
    if (known !== undefined) return known
    const { isOurs, seesExchanges } = this.#proxies
    const counter = new FaultedCounter(this.#clock, isOurs, seesExchanges)
    counter.faulting(this.#faulting)
    this.#counters.set(target, counter)
    this.#ends.push(this.#tap.watch(this.#proxiesOf(target), (fact) => counter.see(fact)))
    return counter
  }

  #proxiesOf(target: string | undefined): readonly string[] {
    const { targets } = this.#proxies
    return target === undefined ? [...new Set([...targets.values()].flat())] : (targets.get(target) ?? [])
  }
}
