import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

test('the request waits for the delay, counted from when it came', () => {
  const bench = useExchangeFault('http_delay', { delay: 250 })
  bench.now = 40
  expect(bench.request()).toEqual({ do: 'wait', until: 290 })
  bench.now = 200
  expect(bench.askAgain()).toEqual({ do: 'wait', until: 290 })
  expect(bench.response()).toEqual({ do: 'go' })
})

test('before_response it is the answer that waits', () => {
  const bench = useExchangeFault('http_delay', { delay: 250, at: 'before_response' })
  expect(bench.request()).toEqual({ do: 'go' })
  bench.now = 30
  expect(bench.response()).toEqual({ do: 'wait', until: 280 })
  expect(bench.body()).toBeUndefined()
})

test('before_body the head goes at once, and the body comes after the delay, in order', () => {
  const bench = useExchangeFault('http_delay', { delay: 100, at: 'before_body' })
  expect([bench.request(), bench.response()]).toEqual([{ do: 'go' }, { do: 'go' }])
  const body = bench.body()
  body?.send('a')
  body?.advance(60)
  body?.send('b')
  body?.advance(60)
  body?.send('c')
  body?.end()
  expect(body?.length).toBe('kept')
  expect(body?.log).toEqual(['100 a', '100 b', '120 c', '120 end'])
})

test('an answer that has no body is not delayed by before_body', () => {
  const bench = useExchangeFault('http_delay', { at: 'before_body' })
  expect(bench.body({ status: 304 })).toBeUndefined()
  bench.request({ method: 'HEAD' })
  expect(bench.body()).toBeUndefined()
})

const delays = (attributes: Record<string, unknown>): number[] => {
  const bench = useExchangeFault('http_delay', attributes)
  return Array.from({ length: 2000 }, () => (bench.request() as { until: number }).until)
}
const mean = (all: number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length
const deviation = (all: number[]): number => Math.sqrt(mean(all.map((one) => (one - mean(all)) ** 2)))

test('uniform stays within the jitter on either side', () => {
  const all = delays({ delay: 1000, jitter: 300 })
  expect(Math.min(...all)).toBeGreaterThanOrEqual(700)
  expect(Math.max(...all)).toBeLessThanOrEqual(1300)
  expect(deviation(all)).toBeGreaterThan(160)
  expect(mean(all)).toBeCloseTo(1000, -2)
})

test('normal and lognormal have the mean and the deviation that were asked for', () => {
  for (const distribution of ['normal', 'lognormal']) {
    const all = delays({ delay: 1000, jitter: 200, distribution })
    expect(Math.abs(mean(all) - 1000)).toBeLessThan(25)
    expect(Math.abs(deviation(all) - 200)).toBeLessThan(25)
  }
})

test('no draw makes a delay negative', () => {
  for (const distribution of ['uniform', 'normal', 'lognormal']) {
    expect(Math.min(...delays({ delay: 10, jitter: 1000, distribution }))).toBeGreaterThanOrEqual(0)
  }
})
