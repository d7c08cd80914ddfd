import type { CountsKeeper, MeasuredProxy, MetricsSource } from '../contract/metrics.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Moment } from './account.ts'
import { Account } from './account.ts'
import { DAEMON_FAMILIES } from './daemon-families.ts'
import { FAULT_FAMILIES, PROXY_FAMILIES } from './families.ts'
import { SCOPED } from './family.ts'
import { FamilySeries } from './series.ts'

/** How long the loop may be held at a time. */
const SLICE_MS = 4

interface ProxyAccount {
  readonly own: Account
  readonly faults: Map<string, { readonly name: string; readonly account: Account }>
}

/** Takes numbers over from proxies and faults into series. */
export class Collector implements CountsKeeper {
  readonly #ofProxies = PROXY_FAMILIES.map((family) => new FamilySeries(family))
  readonly #ofFaults = FAULT_FAMILIES.map((family) => new FamilySeries(family))
  readonly #ofDaemon = DAEMON_FAMILIES.map((family) => new FamilySeries(family))
  readonly all: readonly FamilySeries[] = [...this.#ofProxies, ...this.#ofFaults, ...this.#ofDaemon]
  readonly #source: MetricsSource
  readonly #clock: Clock
  readonly #proxies = new Map<string, ProxyAccount>()
  readonly #daemon = new Account()
  /** Proxies whose counts were all put in safety while this scrape goes on. */
  readonly #settled = new Set<string>()
  #scrape = 0
  #collecting = false

  constructor(source: MetricsSource, clock: Clock) {
    this.#source = source
    this.#clock = clock
  }

  /** The number of the last scrape. */
  get scrape(): number {
    return this.#scrape
  }

  /** In slices: a thousand proxies are not to be seen in the delays of traffic. One at a time. */
  async collect(): Promise<void> {
    this.#scrape++
    this.#collecting = true
    let proxies = 0
    let sliceEnd = this.#clock.now() + SLICE_MS
    for (const proxy of this.#source.proxies()) {
      proxies++
      // What was put in safety while this scrape went on must not be counted twice.
      this.#take(proxy, this.#settled.has(keyOf(proxy)) ? 'gauges' : 'both')
      if (this.#clock.now() < sliceEnd) continue
      await new Promise<void>((resolve) => this.#clock.soon(resolve))
      sliceEnd = this.#clock.now() + SLICE_MS
    }
    this.#collecting = false
    this.#settled.clear()
    this.#forgetUnseen()
    const overflows = this.all.map(({ family, overflowed }) => ({ family: family.name, count: overflowed }))
    const daemon = { source: this.#source, proxies, overflows }
    const moment = this.#moment('both')
    for (const into of this.#ofDaemon) this.#daemon.take(into, daemon, moment)
    for (const series of this.all) series.forgetUntouched(moment.now)
  }

  settle(proxy: MeasuredProxy, faults: readonly string[] | 'all'): void {
    const account = this.#take(proxy, 'counts')
    if (faults === 'all') {
      if (this.#collecting) this.#settled.add(keyOf(proxy))
      this.#proxies.delete(keyOf(proxy))
      return
    }
    for (const [key, { name }] of account.faults) if (faults.includes(name)) account.faults.delete(key)
  }

  #moment(takes: Moment['takes']): Moment {
    return { now: this.#clock.now(), scrape: this.#scrape, takes }
  }

  #take(proxy: MeasuredProxy, takes: Moment['takes']): ProxyAccount {
    const moment = this.#moment(takes)
    const key = keyOf(proxy)
    let known = this.#proxies.get(key)
    if (known === undefined) this.#proxies.set(key, (known = { own: new Account(), faults: new Map() }))
    known.own.scrape = moment.scrape
    const { status } = proxy
    const subject =
      proxy.scope === undefined
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

/** Two scopes may have proxies of one name. */
const keyOf = ({ scope = '', name }: MeasuredProxy): string => `${scope}\n${name}`
