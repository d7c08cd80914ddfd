import type { CountsKeeper, MeasuredProxy, MetricsSource } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Moment } from './account.ts'
import { Account } from './account.ts'
import { DAEMON_FAMILIES, FAULT_FAMILIES, PROXY_FAMILIES } from './families.ts'
import { SCOPED } from './family.ts'
import { FamilySeries } from './series.ts'

interface ProxyAccount {
  readonly own: Account
  readonly faults: Map<string, { readonly name: string; readonly account: Account }>
}

/** Takes numbers over from proxies and faults into series. Everything happens within one turn of the loop. */
export class Collector implements CountsKeeper {
  readonly #ofProxies = PROXY_FAMILIES.map((family) => new FamilySeries(family))
  readonly #ofFaults = FAULT_FAMILIES.map((family) => new FamilySeries(family))
  readonly #ofDaemon = DAEMON_FAMILIES.map((family) => new FamilySeries(family))
  readonly all: readonly FamilySeries[] = [...this.#ofProxies, ...this.#ofFaults, ...this.#ofDaemon]
  readonly #source: MetricsSource
  readonly #clock: Clock
  readonly #proxies = new Map<string, ProxyAccount>()
  readonly #daemon = new Account()
  #scrape = 0

  constructor(source: MetricsSource, clock: Clock) {
    this.#source = source
    this.#clock = clock
  }

  /** The number of the last scrape. */
  get scrape(): number {
    return this.#scrape
  }

  collect(): void {
    const moment: Moment = { now: this.#clock.now(), scrape: ++this.#scrape, gauges: true }
    let proxies = 0
    for (const proxy of this.#source.proxies()) {
      proxies++
      this.#take(proxy, moment)
    }
    this.#forgetUnseen()
    const overflows = this.all.map(({ family, overflowed }) => ({ family: family.name, count: overflowed }))
    const daemon = { source: this.#source, proxies, overflows }
    for (const into of this.#ofDaemon) this.#daemon.take(into, daemon, moment)
    for (const series of this.all) series.forgetUntouched(moment.now)
  }

  settle(proxy: MeasuredProxy, faults: readonly string[] | 'all'): void {
    const account = this.#take(proxy, { now: this.#clock.now(), scrape: this.#scrape, gauges: false })
    if (faults === 'all') {
      this.#proxies.delete(proxy.name)
      return
    }
    for (const [key, { name }] of account.faults) if (faults.includes(name)) account.faults.delete(key)
  }

  #take(proxy: MeasuredProxy, moment: Moment): ProxyAccount {
    let known = this.#proxies.get(proxy.name)
    if (known === undefined) this.#proxies.set(proxy.name, (known = { own: new Account(), faults: new Map() }))
    known.own.scrape = moment.scrape
    const { status } = proxy
    const subject = proxy.inDefaultScope
      ? { proxy: proxy.name, listener: status.listen, upstream: proxy.upstream, status }
      : { proxy: SCOPED, listener: SCOPED, upstream: SCOPED, status }
    for (const into of this.#ofProxies) known.own.take(into, subject, moment)
    for (const fault of proxy.faults) this.#takeFault(known, subject.proxy, fault, moment)
    return known
  }

  #takeFault(
    known: ProxyAccount,
    proxy: string,
    { name, status }: MeasuredProxy['faults'][number],
    moment: Moment,
  ): void {
    // A fault of the same name and another kind is another fault, and has counted nothing yet.
    const key = JSON.stringify([name, status.kind, status.stream])
    let entry = known.faults.get(key)
    if (entry === undefined) known.faults.set(key, (entry = { name, account: new Account() }))
    entry.account.scrape = moment.scrape
    const subject = { proxy, fault: name, status }
    for (const into of this.#ofFaults) entry.account.take(into, subject, moment)
  }

  /** What vanished without being settled: its series keep what the last scrape saw. */
  #forgetUnseen(): void {
    for (const [name, { own, faults }] of this.#proxies) {
      if (own.scrape !== this.#scrape) this.#proxies.delete(name)
      for (const [key, { account }] of faults) if (account.scrape !== this.#scrape) faults.delete(key)
    }
  }
}
