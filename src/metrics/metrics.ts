import type { CountsKeeper, MetricsSource, MetricsText } from '../contract/metrics.ts'
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
    await collector.collect()
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
 * Loaded at the first scrape, and not from the package's entry: that takes 30 ms, out of the start or out of the
 * time of traffic, nearly all of it for parts that are not used here.
 */
const REGISTRY_FILE: string = 'prom-client/lib/registry.js'

async function loadRegistry(collector: Collector, runtimeMetrics: boolean): Promise<Registry> {
  const { default: Own } = (await import(REGISTRY_FILE)) as { default: new () => Registry }
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
