import { expect, test } from 'vitest'
import { EXCHANGE_PLACES, exchangePlace } from '../../src/contract/exchange-counts.ts'
import { WISH_OUTCOMES } from '../../src/contract/wishes.ts'
import type { WishOutcome } from '../../src/contract/wishes.ts'
import { DelayHistogram } from '../../src/kernel/histogram.ts'
import { sample } from './prometheus-text.ts'
import { newProxy } from './use-measured-plane.ts'
import type { CountedProxy } from './use-measured-plane.ts'
import { useScrape } from './use-scrape.ts'

function useHttpProxy(name: string) {
  const exchanges = {
    counts: new Array<number>(EXCHANGE_PLACES).fill(0),
    upstreamTime: new DelayHistogram(),
    injectedTime: new DelayHistogram(),
    opaque: 0,
  }
  const proxy: CountedProxy = newProxy(name)
  Object.assign(proxy.status, { exchanges })
  const count = (place: number): void => void (exchanges.counts[place] = (exchanges.counts[place] ?? 0) + 1)
  return { proxy, exchanges, count }
}

test('exchanges are counted by method, status class and origin, whatever the caller invents', async () => {
  const { proxy, count } = useHttpProxy('api')
  count(exchangePlace('GET', 200, 'upstream'))
  count(exchangePlace('GET', 204, 'upstream'))
  count(exchangePlace('POST', 503, 'injected'))
  count(exchangePlace('PROPFIND', undefined, 'client'))
  count(exchangePlace('BREW', 999, 'client'))
  const families = await useScrape([proxy]).scrape()
  const line = (labels: string): string => `faultline_exchanges_total{proxy="api",${labels}}`
  expect(families.get('faultline_exchanges_total')?.samples).toEqual(
    new Map([
      [line('method="GET",status_class="2xx",origin="upstream"'), 2],
      [line('method="POST",status_class="5xx",origin="injected"'), 1],
      [line('method="other",status_class="none",origin="client"'), 2],
    ]),
  )
})

test('time upstream and time injected stand apart', async () => {
  const { proxy, exchanges } = useHttpProxy('api')
  exchanges.upstreamTime.observe(30)
  exchanges.injectedTime.observe(2500)
  exchanges.opaque = 4
  const families = await useScrape([proxy]).scrape()
  expect(sample(families, 'faultline_exchange_upstream_seconds_sum{proxy="api"}')).toBeCloseTo(0.03)
  expect(sample(families, 'faultline_exchange_upstream_seconds_count{proxy="api"}')).toBe(1)
  expect(sample(families, 'faultline_exchange_injected_seconds_sum{proxy="api"}')).toBeCloseTo(2.5)
  expect(sample(families, 'faultline_connections_opaque_total{proxy="api"}')).toBe(4)
})

test('faults that requests ask for are counted by kind and outcome, whichever kind comes first', async () => {
  const { proxy } = useHttpProxy('api')
  const none = Object.fromEntries(WISH_OUTCOMES.map((outcome) => [outcome, 0])) as Record<WishOutcome, number>
  const wishes = new Map([['http_delay', { ...none, applied: 2, not_allowed: 1 }]])
  Object.assign(proxy.status, { wishes })
  const { scrape } = useScrape([proxy])
  await scrape()
  wishes.set('http_delay', { ...none, applied: 5, not_allowed: 1, limit: 1 })
  wishes.set('none', { ...none, malformed: 3 })
  const line = (labels: string): string => `faultline_request_faults_total{proxy="api",${labels}}`
  expect((await scrape()).get('faultline_request_faults_total')?.samples).toEqual(
    new Map([
      [line('kind="http_delay",outcome="applied"'), 5],
      [line('kind="http_delay",outcome="not_allowed"'), 1],
      [line('kind="http_delay",outcome="limit"'), 1],
      [line('kind="none",outcome="malformed"'), 3],
    ]),
  )
})

test('a proxy that is not http has no such series, and nothing shifts beside one that is', async () => {
  const { proxy, count } = useHttpProxy('api')
  count(exchangePlace('GET', 200, 'upstream'))
  const { scrape } = useScrape([newProxy('db'), proxy])
  await scrape()
  count(exchangePlace('GET', 500, 'upstream'))
  const samples = (await scrape()).get('faultline_exchanges_total')?.samples
  expect([...(samples?.values() ?? [])]).toEqual([1, 1])
  expect([...(samples?.keys() ?? [])].join()).not.toContain('db')
})
