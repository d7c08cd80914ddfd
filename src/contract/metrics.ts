import type { LoopLag } from '../kernel/loop-lag.ts'
import type { CheckOutcome } from './checks.ts'
import type { HostFaultView } from './host.ts'
import type { PlaneView } from './planes.ts'
import type { FaultStatus, PlaneTotals, ProxyStatus } from './ports.ts'
import type { ScopeEnd } from './scope-wire.ts'
import type { RunStatus } from './run-wire.ts'

/** The text that Prometheus scrapes. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

/** One proxy as a scrape reads it: numbers that were counted in place. */
export interface MeasuredProxy {
  readonly name: string
  /** Id of its scope; none is the default one. Proxies of the others are shown summed up, under one name. */
  readonly scope?: string | undefined
  readonly upstream: string
  readonly status: ProxyStatus
  readonly faults: readonly { readonly name: string; readonly status: FaultStatus }[]
}

/** What metrics are made of. Read at every scrape, never kept. */
export interface MetricsSource {
  /** Read one by one, each when it is reached: a scrape of many proxies takes several turns of the loop. */
  proxies(): Iterable<MeasuredProxy>
  totals(): PlaneTotals
  /** `ended` counts since the boot and never goes back. */
  runs(): { readonly running: number; readonly ended: Readonly<Partial<Record<RunStatus, number>>> }
  /** Looks of all runs' checks, by what they found, since the boot. */
  checks(): Readonly<Record<CheckOutcome, number>>
  /** Partitions that cut links now. */
  partitions(): number
  halted(): boolean
  /** Toxiproxy servers that are driven. */
  planes(): Iterable<Pick<PlaneView, 'name' | 'state' | 'toxics'>>
  /** Those that hold something of the machine now. */
  hostFaults(): Iterable<Pick<HostFaultView, 'kind' | 'effect'>>
  scopes(): { readonly open: number; readonly ended: Readonly<Record<ScopeEnd, number>> }
  loopLag(): LoopLag
  /** Bugs of ours that tore a connection down, since the boot. */
  bugs(): number
  readonly info: { readonly version: string; readonly node: string; readonly platform: string }
}

/** Told in the very turn in which counts vanish, so that what was counted since the last scrape is not lost. */
export interface CountsKeeper {
  /** `faults` names those that go; `all` means the proxy and everything on it: what goes on counting must not be told. */
  settle(proxy: MeasuredProxy, faults: readonly string[] | 'all'): void
}
