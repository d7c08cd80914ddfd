import type { CountsKeeper, MetricsSource, MetricsText } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Registry } from 'prom-client'
import { Collector } from './collector.ts'

export interface MetricsOptions {
  readonly clock: Clock
  /** Node's own metrics (`nodejs_*`, `process_*`) too. */
  readonly runtimeMetrics?: boolean
}

/** The format that prom-client writes, known before it is loaded. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The text that Prometheus scrapes, made from plain numbers at each scrape. */
export function createMetrics(source: MetricsSource, options: MetricsOptions): MetricsText & CountsKeeper {
  const collector = new Collector(source, options.clock)
  let registry: Promise<Registry> | undefined
  let running: Promise<string> | undefined

  async function scrape(): Promise<string> {
    registry ??= loadRegistry(collector, options.runtimeMetrics ?? false)
    const loaded = await registry
    collector.collect()
    const texts: string[] = []
    for (const { name } of loaded.getMetricsAsArray()) {
      texts.push(await loaded.getSingleMetricAsString(name))
      // Thousands of lines take milliseconds: traffic passes between one family and the next.
      await new Promise<void>((resolve) => options.clock.soon(resolve))
    }
    return `${texts.join('\n\n')}\n`
  }

  return {
    contentType: CONTENT_TYPE,
    text() {
      running ??= scrape().finally(() => (running = undefined))
      return running
    },
    settle: (proxy, faults) => collector.settle(proxy, faults),
  }
}

/**
 * Not at start-up, and not from the package's entry: that takes 30 ms, at start or out of the data plane's time,
 * nearly all for parts that are not used here.
 */
async function loadRegistry(collector: Collector, runtimeMetrics: boolean): Promise<Registry> {
  const { default: Own } = await import('prom-client/lib/registry.js')
  const registry = new Own()
  for (const series of collector.all) {
    const { name, help, type } = series.family
    const get = () => Promise.resolve({ name, help, type, values: series.samples(collector.scrape) })
    // prom-client declares its own classes here, but asks them for no more than this.
    registry.registerMetric({ name, get } as never)
  }
  if (runtimeMetrics) {
    const { collectDefaultMetrics } = await import('prom-client')
    collectDefaultMetrics({ register: registry })
  }
  return registry
}
