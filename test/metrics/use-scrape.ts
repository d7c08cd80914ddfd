import { createMetrics } from '../../src/metrics/metrics.ts'
import { ManualClock } from '../support/manual-clock.ts'
import type { ReadFamily } from './prometheus-text.ts'
import { readPrometheusText, sample } from './prometheus-text.ts'
import type { CountedProxy } from './use-measured-plane.ts'
import { useMeasuredPlane } from './use-measured-plane.ts'

/** Time stands still, but a later turn of the loop comes by itself. */
class ScrapeClock extends ManualClock {
  override soon(fn: () => void): void {
    setImmediate(fn)
  }
}

/** Metrics over proxies that the test may change between scrapes. */
export function useScrape(proxies: CountedProxy[] = [], runtimeMetrics = false) {
  const clock = new ScrapeClock()
  const metrics = createMetrics(useMeasuredPlane(proxies), { clock, runtimeMetrics })
  const scrape = async (): Promise<Map<string, ReadFamily>> => readPrometheusText(await metrics.text())
  return {
    clock,
    metrics,
    proxies,
    scrape,
    /** One sample of a fresh scrape. */
    value: async (line: string): Promise<number | undefined> => sample(await scrape(), line),
  }
}
