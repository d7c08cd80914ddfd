import { SKIP_REASONS } from '../../src/contract/model.ts'
import type { FaultStatus, MeasuredProxy, MetricsSource, ProxyStatus } from '../../src/contract/ports.ts'
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
      asked: new DelayHistogram(),
      achieved: new DelayHistogram(),
    },
  }
}

export function newProxy(
  name: string,
  more: { inDefaultScope?: boolean; faults?: CountedProxy['faults'] } = {},
): CountedProxy {
  return {
    name,
    inDefaultScope: more.inDefaultScope ?? true,
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
    loopLag: () => ({ mean: 0.2, p50: 0.1, p90: 0.5, p99: 2, max: 30 }),
    bugs: () => 0,
    info: { version: '0.1.0', node: 'v20.20.2', platform: 'linux' },
  }
}
