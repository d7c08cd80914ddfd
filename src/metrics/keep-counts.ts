import type { Explanation, SampleRequest } from '../contract/explain.ts'
import type { HeldView } from '../contract/hold.ts'
import type { FaultSpec, ProxySpec } from '../contract/model.ts'
import type { CountsKeeper, MeasuredProxy } from '../contract/metrics.ts'
import type { CountingProxy, FaultStatus, Plane, ProxyStatus } from '../contract/ports.ts'

/** A plane whose proxies and faults hand over what they counted before they go: most live for less than a scrape. */
export function keepCounts(
  plane: Plane,
  keeper: CountsKeeper,
  { scope }: { readonly scope?: string | undefined } = {},
): Plane {
  return {
    open: async (spec, seed) => new KeptProxy(await plane.open(spec, seed), spec, keeper, scope),
    connections: (filter) => plane.connections(filter),
    countConnections: (filter) => plane.countConnections(filter),
    kill: (filter, how) => plane.kill(filter, how),
    totals: () => plane.totals(),
    close: () => plane.close(),
  }
}

class KeptProxy implements CountingProxy {
  readonly #proxy: CountingProxy
  readonly #keeper: CountsKeeper
  readonly #scope: string | undefined
  #spec: ProxySpec
  #faults: readonly FaultSpec[]

  constructor(proxy: CountingProxy, spec: ProxySpec, keeper: CountsKeeper, scope: string | undefined) {
    this.#proxy = proxy
    this.#spec = spec
    this.#faults = spec.faults
    this.#keeper = keeper
    this.#scope = scope
  }

  status(): ProxyStatus {
    return this.#proxy.status()
  }

  fault(name: string): FaultStatus | undefined {
    return this.#proxy.fault(name)
  }

  explain(sample: SampleRequest): Omit<Explanation, 'proxy'> {
    return this.#proxy.explain(sample)
  }

  held(fault: string): readonly HeldView[] {
    return this.#proxy.held(fault)
  }

  release(fault: string, count: number, instead: FaultSpec | undefined): number {
    return this.#proxy.release(fault, count, instead)
  }

  async reconfigure(spec: ProxySpec): Promise<void> {
    await this.#proxy.reconfigure(spec)
    this.#spec = spec
  }

  setFaults(faults: readonly FaultSpec[]): number {
    const gone = this.#faults.filter((fault) => !faults.some((one) => isSame(one, fault)))
    const before = gone.length > 0 ? this.#measured() : undefined
    const touched = this.#proxy.setFaults(faults)
    this.#faults = faults
    if (before !== undefined) {
      const names = gone.map(({ name }) => name)
      this.#keeper.settle(before, names)
    }
    return touched
  }

  resetCounters(): void {
    this.#proxy.resetCounters()
  }

  close(): Promise<void> {
    const closed = this.#proxy.close()
    // Connections are dropped, and counted, in the turn of the call; nothing is counted after it.
    this.#keeper.settle(this.#measured(), 'all')
    return closed
  }

  #measured(): MeasuredProxy {
    const faults = this.#faults.flatMap(({ name }) => {
      const status = this.#proxy.fault(name)
      return status === undefined ? [] : [{ name, status }]
    })
    const { name, upstream } = this.#spec
    return { name, upstream, scope: this.#scope, status: this.status(), faults }
  }
}

/** As the plane sees it: other attributes make no other fault. */
function isSame(a: FaultSpec, b: FaultSpec): boolean {
  return a.name === b.name && a.kind === b.kind && a.stream === b.stream
}
