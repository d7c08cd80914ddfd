import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExchangeFact, Fact } from '../../../src/contract/events.ts'
import { LogHistogram } from '../../../src/experiment/checks/log-histogram.ts'
import { useChecks } from './use-checks.ts'

const exchange = (more: Partial<ExchangeFact> = {}): ExchangeFact => ({
  type: 'exchange',
  proxy: 'a',
  exchange: 'x1',
  connection: 'c1',
  ordinal: 1,
  client: '10.0.0.1',
  lane: 'wire',
  method: 'GET',
  target: '/',
  status: 200,
  origin: 'upstream',
  complete: true,
  total_ms: 10,
  injected_ms: 0,
  request_bytes: 0,
  response_bytes: 0,
  faults: [],
  ...more,
})

const applied = (more: Partial<Extract<Fact, { type: 'decision' }>> = {}): Fact => ({
  type: 'decision',
  proxy: 'a',
  fault: 'trial.slow',
  kind: 'http_delay',
  connection: 'x1',
  ordinal: 1,
  client: '10.0.0.1',
  outcome: 'applied',
  ...more,
})

const who = { proxy: 'd', connection: 'c1', ordinal: 1, client: '10.0.0.1:5' }
const opened: Fact = { type: 'connection_opened', ...who, upstream: '', dial_ms: 4 }
const refused = (origin: 'injected' | 'upstream'): Fact => ({ type: 'connection_refused', ...who, reason: '', origin })
const closed = (how: 'fin' | 'rst', origin: 'injected' | 'upstream' | 'client'): Fact => ({
  type: 'connection_closed',
  proxy: 'd',
  connection: 'c1',
  ordinal: 1,
  how,
  origin,
  age_ms: 1,
  bytes_upstream: 0,
  bytes_downstream: 0,
  faults: [],
})

/** Starts to watch, so that what is emitted counts. */
function useObserved(target: string, injected: 'included' | 'excluded' = 'included', windowMs = 10_000) {
  const bench = useChecks({})
  const read = () => bench.traffic.observed(target, windowMs, injected)
  read()
  return { ...bench, read, emit: (...facts: Fact[]) => facts.forEach((fact) => bench.tap.emit(fact)) }
}

describe('observed traffic of an http target', () => {
  test('is of all its proxies, and of no other', () => {
    const { emit, read, clock } = useObserved('api')
    clock.advance(2000)
    emit(exchange(), exchange({ proxy: 'b', total_ms: 100 }), exchange({ proxy: 'other' }), exchange({ status: 503 }))
    expect(read()).toMatchObject({ count: 3, success_ratio: 2 / 3, throughput: 1.5, connections_open: 4 })
  })

  test('a share or a time of nothing is no number, while nothing in a second is none', () => {
    const { read } = useObserved('api')
    expect(read()).toMatchObject({ count: 0, success_ratio: undefined, p99: undefined, throughput: 0 })
  })

  test('succeeded is a whole answer below 500; a refused connection is a failure too', () => {
    const { emit, read } = useObserved('api')
    emit(exchange({ status: 404 }), exchange({ complete: false }), exchange({ status: 500 }))
    const { status: _, ...none } = exchange({ complete: false, origin: 'client' })
    emit(none, { type: 'connection_refused', ...who, proxy: 'a', reason: '', origin: 'upstream' })
    expect(read()).toMatchObject({ count: 5, success_ratio: 0.2 })
  })

  test('what was injected is left in, or taken out', () => {
    const facts = [
      exchange({ total_ms: 510, injected_ms: 500 }),
      exchange({ status: 503, origin: 'injected', total_ms: 1 }),
    ]
    const included = useObserved('api')
    included.emit(...facts)
    expect(included.read().success_ratio).toBe(0.5)
    expect(included.read().p99).toBeCloseTo(510, -1)
    const excluded = useObserved('api', 'excluded')
    excluded.emit(...facts)
    expect(excluded.read().success_ratio).toBe(1)
    expect(excluded.read().p99).toBeCloseTo(10, 0)
  })

  test('what is older than the window is gone, at most a twentieth of it later', () => {
    const { emit, read, clock } = useObserved('api', 'included', 1000)
    emit(exchange())
    clock.advance(900)
    emit(exchange({ status: 500 }))
    expect(read().count).toBe(2)
    clock.advance(200)
    expect(read()).toMatchObject({ count: 1, success_ratio: 0 })
    clock.advance(1000)
    expect(read().count).toBe(0)
    // A year later the slices are those of another time.
    clock.advance(31_536_000_000)
    expect(read().count).toBe(0)
  })

  test('throughput is of the time that was really watched', () => {
    const { emit, read, clock } = useObserved('api')
    for (let i = 0; i < 100; i++) {
      clock.advance(50)
      emit(exchange())
    }
    expect(read().throughput).toBeCloseTo(20, 5)
    for (let i = 0; i < 1000; i++) {
      clock.advance(50)
      emit(exchange())
    }
    expect(read().throughput).toBeCloseTo(20, 0)
  })
})

describe('observed traffic of a tcp target', () => {
  test('succeeded are connections that live or ended well, of those and all that were refused or reset', () => {
    const { emit, read } = useObserved('db')
    emit(
      opened,
      opened,
      closed('fin', 'client'),
      closed('rst', 'client'),
      closed('rst', 'upstream'),
      refused('upstream'),
    )
    // Two are open.
    expect(read()).toMatchObject({ count: 6, success_ratio: 4 / 6 })
    expect(read().p50).toBeCloseTo(4, 1)
  })

  test('what faults refused or reset can be taken out', () => {
    const { emit, read } = useObserved('db', 'excluded')
    emit(refused('injected'), closed('rst', 'injected'))
    expect(read()).toMatchObject({ count: 2, success_ratio: 1 })
  })
})

describe('what a run did', () => {
  test('counts an exchange once, however many of its faults acted, and faults of others not at all', () => {
    const bench = useChecks({})
    bench.traffic.faulted(undefined)
    const emit = (...facts: Fact[]): void => facts.forEach((fact) => bench.tap.emit(fact))
    emit(applied(), applied({ fault: 'trial.cut' }), applied({ connection: 'x2', client: '10.0.0.2' }))
    emit(applied({ connection: 'x3', fault: 'theirs' }), applied({ connection: 'x4', outcome: 'toxicity' }))
    emit(applied({ proxy: 'b', connection: 'x1' }))
    emit(...Array.from({ length: 6 }, () => exchange()), opened)
    expect(bench.traffic.faulted(undefined)).toEqual({ count: 3, share: 3 / 7, time: 0, callers: 2 })
    expect(bench.traffic.faulted('db')).toMatchObject({ count: 0, share: undefined })
  })

  test('time is while its faults are on', () => {
    const bench = useChecks({})
    bench.traffic.faulted(undefined)
    bench.clock.advance(1000)
    bench.traffic.faulting(true)
    bench.traffic.faulting(true)
    bench.clock.advance(300)
    expect(bench.traffic.faulted(undefined).time).toBe(300)
    bench.traffic.faulting(false)
    bench.clock.advance(1000)
    bench.traffic.faulting(true)
    bench.clock.advance(50)
    expect(bench.traffic.faulted(undefined).time).toBe(350)
  })
})

test('a budget stops the run within its interval', async () => {
  const bench = useChecks({
    stop_when: [{ name: 'blast', faulted: { target: 'api' }, if: ['count > 1', 'share > 10%'] }],
  })
  const ends: string[] = []
  bench.checks.during((how, detail) => void ends.push(`${how}: ${detail}`))
  bench.tap.emit(exchange())
  bench.tap.emit(applied())
  bench.clock.advance(100)
  expect(ends).toEqual([])
  bench.tap.emit(applied({ connection: 'x2' }))
  // What it looks at is at hand, so that the answer comes in the turn of the look.
  bench.clock.advance(100)
  expect(ends).toEqual([
    'stopped: stop condition blast was met: count > 1 and share > 10%; found {"count":2,"share":1}',
  ])
})

test('nobody who watches costs nothing, and those who do are let go', () => {
  const bench = useChecks({})
  bench.traffic.observed('api', 1000, 'included')
  bench.tap.emit(exchange())
  bench.traffic.close()
  bench.tap.emit(exchange())
  expect(bench.traffic.observed('api', 1000, 'included').count).toBe(1)
})

test('percentiles are within one per cent of the truth', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.5, 0.95, 0.99),
      (times, share) => {
        const histogram = new LogHistogram()
        for (const time of times) histogram.add(time)
        const truth = times.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * times.length)) - 1] ?? 0
        const told = histogram.quantile(share) ?? 0
        expect(Math.abs(told - truth) / truth).toBeLessThan(0.0101)
      },
    ),
  )
})
