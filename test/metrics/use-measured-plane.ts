import { SKIP_REASONS } from '../../src/contract/model.ts'
import type { MeasuredProxy, MetricsSource } from '../../src/contract/metrics.ts'
import type { FaultStatus, ProxyStatus } from '../../src/contract/ports.ts'
import { DelayHistogram } from '../../src/kernel/histogram.ts'

type Mutable<T> = { -readonly [field in keyof T]: T[field] }

export interface CountedFault extends Mutable<Omit<FaultStatus, 'skipped' | 'asked' | 'achieved'>> {
  skipped: Mutable<FaultStatus['skipped']>
  asked: DelayHistogram
  achieved: DelayHistogram
}

export interface CountedProxy extends MeasuredProxy {
  readonly status: Mutable<Omit<ProxyStatus, 'bytes' | 'dials' | 'closed'>> & {
    bytes: Record<'upstream' | 'downstream', { received: number; sent: number }>
    dials: Mutable<Omit<ProxyStatus['dials'], 'time'>> & { time: DelayHistogram }
    closed: Mutable<ProxyStatus['closed']>
  }
  readonly faults: { readonly name: string; readonly status: CountedFault }[]
}

export function newFault(name: string, kind = 'latency'): { readonly name: string; readonly status: CountedFault } {
  return {
    name,
    status: {
      kind,
      stream: 'downstream',
      fidelity: 'exact',
      active: true,
      seen: 0,
      applied: 0,
      skipped: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as CountedFault['skipped'],
      limited: 0,
      evidence: [],
      asked: new DelayHistogram(),
      achieved: new DelayHistogram(),
    },
  }
}

export function newProxy(name: string, more: { scope?: string; faults?: CountedProxy['faults'] } = {}): CountedProxy {
  return {
    name,
    scope: more.scope,
    upstream: 'localhost:20002',
    faults: more.faults ?? [],
    status: {
      state: 'listening',
      listen: '127.0.0.1:20000',
      error: undefined,
      connectionsOpen: 0,
      connectionsTotal: 0,
      connectionsLimited: 0,
      connectionsRefused: 0,
      bytes: { upstream: { received: 0, sent: 0 }, downstream: { received: 0, sent: 0 } },
      heldBytes: 0,
      dials: { ok: 0, failed: 0, timeout: 0, cancelled: 0, time: new DelayHistogram() },
      closed: { injected: 0, upstream: 0, client: 0, faultline: 0 },
    },
  }
}

/** The numbers a daemon would count, set by hand. */
export function useMeasuredPlane(
  proxies: CountedProxy[] = [],
): MetricsSource & { readonly proxies: () => CountedProxy[] } {
  return {
    proxies: () => proxies,
    totals: () => ({ connectionsOpen: 3, connectionsLimit: 9872, heldBytes: 4096, heldBytesLimit: 536_870_912 }),
    runs: () => ({ running: 1, ended: { completed: 4, aborted: 2 } }),
    checks: () => ({ passed: 0, failed: 0, no_data: 0, met: 0, not_met: 0 }),
    partitions: () => 0,
    halted: () => false,
    hostFaults: () => [],
    scopes: () => ({ open: 2, ended: { ended: 5, expired: 1, stream_closed: 0, process_ended: 0, shutdown: 0 } }),
    planes: () => [],
    loopLag: () => ({ mean: 0.2, p50: 0.1, p90: 0.5, p99: 2, max: 30 }),
    bugs: () => 0,
    info: { version: '0.1.0', node: 'v20.20.2', platform: 'linux' },
  }
}
