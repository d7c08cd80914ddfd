import type { ExchangeFact, Fact } from '../../contract/events.ts'
import type { Clock } from '../../kernel/clock.ts'
import { LogHistogram } from './log-histogram.ts'

/** What passed in the window. A share or a time is undefined where nothing passed of which it could be. */
export interface ObservedTraffic {
  /** Exchanges that ended; on proxies that see none, connections that lived or were refused. */
  readonly count: number
  readonly success_ratio: number | undefined
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  /** Exchanges, or connections opened, in a second. */
  readonly throughput: number
  readonly connections_open: number
}

/** A window is this many slices; it moves by one of them at a time. */
const SLICES = 20

class Slice {
  number = -1
  good = 0
  bad = 0
  opened = 0
  readonly times = new LogHistogram()

  begin(number: number): void {
    this.number = number
    this.good = 0
    this.bad = 0
    this.opened = 0
    this.times.clear()
  }
}

export interface ObservedOptions {
  readonly clock: Clock
  readonly windowMs: number
  /** Whether what faults did is counted, or taken out. */
  readonly injected: 'included' | 'excluded'
  /** Whether the proxies see exchanges. */
  readonly protocol: 'tcp' | 'http'
  readonly connectionsOpen: () => number
}

/** faultline's own numbers of some proxies over a window that moves with time. */
export class ObservedWindow {
  readonly #options: ObservedOptions
  readonly #slices = Array.from({ length: SLICES + 1 }, () => new Slice())
  #since: number

  constructor(options: ObservedOptions) {
    this.#options = options
    this.#since = options.clock.now()
  }

  see(fact: Fact): void {
    const { protocol, injected } = this.#options
    const without = injected === 'excluded'
    switch (fact.type) {
      case 'exchange':
        if (protocol === 'http' && !(without && fact.origin === 'injected')) this.#exchange(fact, without)
        return
      case 'connection_refused':
        if (!(without && fact.origin === 'injected')) this.#now().bad++
        return
      case 'connection_opened':
        if (protocol === 'http') return
        this.#now().opened++
        this.#now().times.add(fact.dial_ms)
        return
      case 'connection_closed':
        if (protocol === 'http') return
        if (fact.how === 'rst' && fact.origin !== 'client') {
          if (!(without && fact.origin === 'injected')) this.#now().bad++
        } else this.#now().good++
        return
      default:
    }
  }

  #exchange({ complete, status, total_ms, injected_ms }: ExchangeFact, without: boolean): void {
    const slice = this.#now()
    if (complete && status !== undefined && status < 500) slice.good++
    else slice.bad++
    slice.times.add(without ? Math.max(0, total_ms - injected_ms) : total_ms)
  }

  /** What went before is of another time. */
  forget(): void {
    this.#since = this.#options.clock.now()
    for (const slice of this.#slices) slice.begin(-1)
  }

  read(): ObservedTraffic {
    const { clock, windowMs, protocol } = this.#options
    const oldest = this.#number() - SLICES
    const times = new LogHistogram()
    let good = 0
    let bad = 0
    let opened = 0
    for (const slice of this.#slices) {
      if (slice.number < oldest || slice.number < 0) continue
      good += slice.good
      bad += slice.bad
      opened += slice.opened
      times.addAll(slice.times)
    }
    const open = this.#options.connectionsOpen()
    if (protocol === 'tcp') good += open
    const count = good + bad
    // The window reaches back to where its oldest slice begins, or to the start.
    const from = Math.max(this.#since, (oldest * windowMs) / SLICES)
    const seconds = Math.max(clock.now() - from, 1) / 1000
    return {
      count,
      success_ratio: count === 0 ? undefined : good / count,
      p50: times.quantile(0.5),
      p95: times.quantile(0.95),
      p99: times.quantile(0.99),
      throughput: (protocol === 'http' ? count : opened) / seconds,
      connections_open: open,
    }
  }

  #number(): number {
    return Math.floor(this.#options.clock.now() / (this.#options.windowMs / SLICES))
  }

  #now(): Slice {
    const number = this.#number()
    const slice = this.#slices[number % this.#slices.length] as Slice
    if (slice.number !== number) slice.begin(number)
    return slice
  }
}
