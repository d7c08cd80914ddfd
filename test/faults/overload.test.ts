import { expect, test } from 'vitest'
import type { Station } from '../../src/faults/service-station.ts'
import { useExchangeFault } from './use-exchange-fault.ts'
import type { ExchangeBench } from './use-exchange-fault.ts'

/** How long a request that comes now waits, or that it is refused. */
function waitOf(bench: ExchangeBench): number | 'refused' {
  const answer = bench.request()
  if (answer.do === 'wait') return Math.round(answer.until - bench.now)
  return answer.do === 'answer' ? 'refused' : Number.NaN
}

/** One request every `every` ms for so long. */
const load = (bench: ExchangeBench, every: number, duration: number): (number | 'refused')[] =>
  Array.from({ length: Math.floor(duration / every) }, () => {
    bench.now += every
    return waitOf(bench)
  })

test('below its rate nothing waits', () => {
  const bench = useExchangeFault('overload', { rate: 100, concurrency: 4, queue: 10 })
  expect(new Set(load(bench, 11, 2000))).toEqual(new Set([0]))
})

test('a burst takes the free workers, then the queue, then is refused', () => {
  const bench = useExchangeFault('overload', { rate: 10, concurrency: 2, queue: 3 })
  expect([1, 2, 3, 4, 5, 6].map(() => waitOf(bench))).toEqual([0, 0, 200, 200, 400, 'refused'])
  bench.now = 200
  expect([1, 2, 3].map(() => waitOf(bench))).toEqual([200, 400, 'refused'])
})

test('above its rate the wait grows to that of a full queue, and as many pass as the rate says', () => {
  const bench = useExchangeFault('overload', { rate: 50, concurrency: 5, queue: 25 })
  const all = load(bench, 10, 10_000)
  const passed = all.filter((one) => one !== 'refused')
  expect(Math.abs(passed.length - 500)).toBeLessThan(40)
  expect(Math.max(...passed)).toBeLessThanOrEqual(600)
  expect(Math.min(...passed.slice(-50))).toBeGreaterThan(400)
})

test('a refusal says after how many seconds the queue will have drained', () => {
  const bench = useExchangeFault('overload', { rate: 1, concurrency: 1, queue: 3, status: 529 })
  for (let i = 0; i < 4; i++) waitOf(bench)
  const answer = bench.request()
  expect(answer).toMatchObject({ do: 'answer', status: 529 })
  expect(answer.do === 'answer' && answer.headers).toContainEqual(['retry-after', '3'])
})

test('without a queue one too many is refused at once', () => {
  const bench = useExchangeFault('overload', { rate: 10, concurrency: 1, queue: 0 })
  expect([waitOf(bench), waitOf(bench)]).toEqual([0, 'refused'])
  bench.now = 100
  expect(waitOf(bench)).toBe(0)
})

test('a request that asks again keeps its place, and goes when its time has come', () => {
  const bench = useExchangeFault('overload', { rate: 10, concurrency: 1, queue: 5 })
  bench.request()
  const first = bench.request()
  bench.now = 60
  expect(bench.askAgain()).toEqual(first)
  bench.now = 150
  expect(bench.askAgain()).toEqual({ do: 'wait', until: 100 })
})

test('when the load drops, it recovers at once', () => {
  const bench = useExchangeFault('overload', { rate: 50, concurrency: 5, queue: 25 })
  load(bench, 5, 2000)
  bench.now += 1000
  expect(new Set(load(bench, 40, 2000))).toEqual(new Set([0]))
})

test('metastable it stays down under a load that it took before, and comes back when that falls further', () => {
  const rule = { rate: 50, concurrency: 5, queue: 25, metastable: true, degraded: 0.2, recovery: 2000 }
  const bench = useExchangeFault('overload', rule)
  expect(new Set(load(bench, 40, 5000))).toEqual(new Set([0]))
  expect(load(bench, 5, 2000)).toContain('refused')
  // 25 a second was fine before, and is above the ten that are left.
  expect(load(bench, 40, 20_000).slice(-20)).toContain('refused')
  expect((bench.state as Station).down).toBe(true)
  // Five a second: the queue drains, nothing waits, and after a while it is up again.
  load(bench, 200, 12_000)
  expect(new Set(load(bench, 40, 5000))).toEqual(new Set([0]))
})

test('down to nothing it refuses everything until it is left alone', () => {
  const bench = useExchangeFault('overload', {
    rate: 10,
    concurrency: 1,
    queue: 0,
    metastable: true,
    degraded: 0,
    recovery: 1000,
  })
  expect([waitOf(bench), waitOf(bench)]).toEqual([0, 'refused'])
  expect(new Set(load(bench, 999, 20_000))).toEqual(new Set(['refused']))
  bench.now += 1000
  expect(waitOf(bench)).toBe(0)
})

test('what it remembers is bounded by workers and queue', () => {
  const bench = useExchangeFault('overload', { rate: 1000, concurrency: 3, queue: 7 })
  load(bench, 0.5, 2000)
  expect((bench.state as Station).begun.length).toBeLessThanOrEqual(10)
})
