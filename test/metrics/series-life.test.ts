import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEPT_MS, SERIES_LIMIT } from '../../src/metrics/family.ts'
import { sample } from './prometheus-text.ts'
import { newFault, newProxy } from './use-measured-plane.ts'
import { useScrape } from './use-scrape.ts'

const total = (proxy: string): string => `faultline_connections_total{proxy="${proxy}"}`

test('a deleted proxy is shown ten minutes more: counters as they were, gauges as 0', async () => {
  const db = newProxy('db')
  Object.assign(db.status, { connectionsTotal: 7, connectionsOpen: 2 })
  const { proxies, scrape, clock, metrics } = useScrape([db])
  await scrape()
  db.status.connectionsTotal = 9
  metrics.settle(db, 'all')
  proxies.pop()
  clock.advance(KEPT_MS)
  const families = await scrape()
  expect(sample(families, total('db'))).toBe(9)
  expect(sample(families, 'faultline_connections_open{proxy="db"}')).toBe(0)
  clock.advance(1)
  expect(sample(await scrape(), total('db'))).toBeUndefined()
})

test('a proxy that lived and died between two scrapes is counted all the same', async () => {
  const { metrics, value } = useScrape()
  const brief = newProxy('brief', { faults: [newFault('slow')] })
  brief.status.connectionsTotal = 3
  metrics.settle(brief, 'all')
  expect(await value(total('brief'))).toBe(3)
})

test('a proxy made anew under its old name goes on counting, even past what its predecessor had', async () => {
  const { proxies, value, metrics } = useScrape([newProxy('db')])
  Object.assign(proxies[0]?.status ?? {}, { connectionsTotal: 5 })
  expect(await value(total('db'))).toBe(5)
  metrics.settle(proxies.pop() ?? newProxy(''), 'all')
  const second = newProxy('db')
  second.status.connectionsTotal = 8
  proxies.push(second)
  expect(await value(total('db'))).toBe(13)
})

test('a reset that nobody announced does not turn counters back either', async () => {
  const db = newProxy('db')
  db.status.connectionsTotal = 5
  db.status.dials.time.observe(3)
  db.status.dials.time.observe(4)
  const { value } = useScrape([db])
  await value(total('db'))
  db.status.connectionsTotal = 1
  Object.assign(db.status.dials, { time: newProxy('x').status.dials.time })
  db.status.dials.time.observe(5)
  expect(await value(total('db'))).toBe(6)
  expect(await value('faultline_dial_seconds_count{proxy="db"}')).toBe(3)
})

test('what a fault took back, since it could not act, is made up for before more is counted', async () => {
  const slow = newFault('slow')
  const { value } = useScrape([newProxy('web', { faults: [slow] })])
  const applied = 'faultline_fault_applied_total{proxy="web",fault="slow",kind="latency"}'
  Object.assign(slow.status, { seen: 100, applied: 100 })
  expect(await value(applied)).toBe(100)
  slow.status.applied = 98
  expect(await value(applied)).toBe(100)
  Object.assign(slow.status, { seen: 103, applied: 101 })
  expect(await value(applied)).toBe(101)
  Object.assign(slow.status, { seen: 4, applied: 3 })
  expect(await value(applied)).toBe(104)
})

test('a removed fault keeps its counts, and one of the same name goes on from them', async () => {
  const slow = newFault('slow')
  slow.status.applied = 4
  const db = newProxy('db', { faults: [slow] })
  const { metrics, value } = useScrape([db])
  const line = 'faultline_fault_applied_total{proxy="db",fault="slow",kind="latency"}'
  metrics.settle(db, ['slow'])
  db.faults.pop()
  expect(await value(line)).toBe(4)
  const again = newFault('slow')
  again.status.applied = 6
  db.faults.push(again)
  expect(await value(line)).toBe(10)
})

test('a moved listener starts a series of its own; the old one keeps its bytes', async () => {
  const db = newProxy('db')
  db.status.bytes.upstream.sent = 10
  const { scrape } = useScrape([db])
  await scrape()
  db.status.listen = '127.0.0.1:20001'
  db.status.bytes.upstream.sent = 25
  const families = await scrape()
  const at = (port: number): string =>
    `toxiproxy_proxy_sent_bytes_total{direction="upstream",listener="127.0.0.1:${port}",proxy="db",upstream="localhost:20002"}`
  expect([sample(families, at(20000)), sample(families, at(20001))]).toEqual([10, 15])
})

test('proxies outside the default scope are summed under one name that says nothing of them', async () => {
  const scoped = ['one', 'two'].map((name) => newProxy(name, { scope: 'scope_a' }))
  for (const proxy of scoped) {
    Object.assign(proxy.status, { connectionsTotal: 2, connectionsOpen: 1 })
    proxy.status.bytes.upstream.sent = 5
  }
  const { metrics, proxies, scrape } = useScrape([...scoped, newProxy('mine')])
  const families = await scrape()
  expect(sample(families, total('(scoped)'))).toBe(4)
  expect(sample(families, 'faultline_connections_open{proxy="(scoped)"}')).toBe(2)
  const text = await metrics.text()
  expect(text).not.toMatch(/"(one|two)"/)
  expect(text).toContain('{direction="upstream",listener="(scoped)",proxy="(scoped)",upstream="(scoped)"} 10\n')
  metrics.settle(proxies.shift() ?? newProxy(''), 'all')
  expect(sample(await scrape(), total('(scoped)'))).toBe(4)
})

test('no family has more series than the limit; the rest is summed, counted, and never falls back', async () => {
  const many = Array.from({ length: SERIES_LIMIT + 500 }, (_, i) => {
    const slow = newFault('slow')
    slow.status.skipped.toxicity = 1
    slow.status.asked.observe(1)
    const proxy = newProxy(`p${i}`, { faults: [slow] })
    proxy.status.connectionsTotal = 2
    proxy.status.dials.ok = 1
    proxy.status.dials.time.observe(1)
    return proxy
  })
  const { proxies, metrics, scrape, clock } = useScrape(many)
  const families = await scrape()
  expect([...families.values()].filter(({ samples }) => samples.size > SERIES_LIMIT)).toEqual([])
  const shown = [...(families.get('faultline_connections_total')?.samples.values() ?? [])]
  expect(shown.reduce((sum, value) => sum + value, 0)).toBe(2 * (SERIES_LIMIT + 500))
  const other = sample(families, total('(other)')) ?? 0
  expect(sample(families, 'faultline_series_overflow_total{family="faultline_connections_total"}')).toBe(other / 2)
  const merged = 'faultline_fault_skipped_total{proxy="(other)",fault="(other)",kind="(other)",reason="toxicity"}'
  expect(sample(families, merged)).toBeGreaterThan(500)

  for (const proxy of proxies.splice(0)) metrics.settle(proxy, 'all')
  clock.advance(KEPT_MS + 1)
  const later = await scrape()
  expect(later.get('faultline_connections_total')?.samples).toEqual(new Map([[total('(other)'), other]]))
})

test('what is removed or reset while a scrape goes on is counted once', async () => {
  const proxies = [newProxy('first'), newProxy('last')]
  const last = proxies[1] ?? newProxy('')
  last.status.connectionsTotal = 5
  const { metrics, value, clock } = useScrape(proxies)
  // Every proxy takes a slice of its own.
  clock.now = (
    (now) => () =>
      (now += 10)
  )(clock.now())
  const running = metrics.text()
  // The first is taken; the last is removed before its turn, with what it had.
  await new Promise((resolve) => setImmediate(resolve))
  metrics.settle(last, 'all')
  await running
  proxies.pop()
  expect(await value(total('last'))).toBe(5)
})

test('whatever is scraped, removed, reset or made anew in whatever order, a counter says all that was counted', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('count' as const), by: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ do: fc.constantFrom('scrape' as const, 'reset' as const, 'remake' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const db = newProxy('db', { faults: [newFault('slow')] })
      const { proxies, metrics, value } = useScrape([db])
      let counted = 0
      const scraped: (number | undefined)[] = []
      const expected: number[] = []
      for (const now of steps) {
        const current = proxies[0] ?? db
        if (now.do === 'count') {
          counted += now.by
          current.status.connectionsTotal += now.by
        } else if (now.do === 'scrape') {
          scraped.push(await value(total('db')))
          expected.push(counted)
        } else {
          metrics.settle(current, 'all')
          if (now.do === 'reset') current.status.connectionsTotal = 0
          else proxies[0] = newProxy('db')
        }
      }
      expect([...scraped, await value(total('db'))]).toEqual([...expected, counted])
    }),
    { numRuns: 60 },
  )
})
