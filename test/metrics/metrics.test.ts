import { register } from 'prom-client'
import { expect, test } from 'vitest'
import { FAMILIES } from '../../src/metrics/families.ts'
import { sample } from './prometheus-text.ts'
import { newFault, newProxy } from './use-measured-plane.ts'
import { useScrape } from './use-scrape.ts'

test('an empty daemon answers every family, and each parses strictly', async () => {
  const { scrape, metrics } = useScrape()
  const families = await scrape()
  expect([...families.keys()]).toEqual(FAMILIES.map(({ name }) => name))
  expect(metrics.contentType).toBe(register.contentType)
})

test('names follow the rules of Prometheus: counters end with _total, times are in seconds', () => {
  const wrong = FAMILIES.filter(
    ({ name, type, unit }) =>
      !/^(faultline|toxiproxy)_[a-z_]+$/.test(name) ||
      name.endsWith('_total') !== (type === 'counter') ||
      (unit === 'seconds') !== name.endsWith('_seconds'),
  )
  expect(wrong).toEqual([])
  expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length)
})

test('bytes, connections, dials and closes stand under their proxy', async () => {
  const db = newProxy('db')
  db.status.bytes.upstream.received = 10
  db.status.bytes.upstream.sent = 9
  db.status.connectionsOpen = 2
  db.status.connectionsTotal = 5
  db.status.connectionsLimited = 1
  db.status.connectionsRefused = 2
  db.status.dials.ok = 4
  db.status.dials.timeout = 1
  db.status.closed.injected = 3
  db.status.heldBytes = 77
  const families = await useScrape([db]).scrape()
  expect(sample(families, 'faultline_received_bytes_total{proxy="db",direction="upstream"}')).toBe(10)
  expect(sample(families, 'faultline_sent_bytes_total{proxy="db",direction="upstream"}')).toBe(9)
  expect(sample(families, 'faultline_sent_bytes_total{proxy="db",direction="downstream"}')).toBe(0)
  expect(sample(families, 'faultline_connections_open{proxy="db"}')).toBe(2)
  expect(sample(families, 'faultline_connections_total{proxy="db"}')).toBe(5)
  expect(families.get('faultline_connections_refused_total')?.samples).toEqual(
    new Map([
      ['faultline_connections_refused_total{proxy="db",reason="limit",origin="faultline"}', 1],
      ['faultline_connections_refused_total{proxy="db",reason="fault",origin="injected"}', 2],
      ['faultline_connections_refused_total{proxy="db",reason="dial_timeout",origin="upstream"}', 1],
    ]),
  )
  expect(sample(families, 'faultline_dials_total{proxy="db",result="ok"}')).toBe(4)
  expect(sample(families, 'faultline_connections_closed_total{proxy="db",origin="injected"}')).toBe(3)
  expect(sample(families, 'faultline_held_bytes{proxy="db"}')).toBe(77)
  expect(sample(families, 'faultline_proxy_state{proxy="db",state="listening"}')).toBe(1)
})

test("Toxiproxy's two byte counters stand there exactly as its clients look for them", async () => {
  const shop = newProxy('shopify_http')
  shop.status.bytes.downstream.sent = 1234
  const text = await useScrape([shop]).metrics.text()
  expect(text).toContain(
    '\ntoxiproxy_proxy_sent_bytes_total{direction="downstream",listener="127.0.0.1:20000",proxy="shopify_http",upstream="localhost:20002"} 1234\n',
  )
  expect(text).toContain(
    '\n# HELP toxiproxy_proxy_sent_bytes_total \n# TYPE toxiproxy_proxy_sent_bytes_total counter\n',
  )
})

test('a fault shows what it saw, applied, skipped and delayed', async () => {
  const slow = newFault('slow')
  Object.assign(slow.status, { seen: 5, applied: 3, limited: 1 })
  slow.status.skipped.toxicity = 2
  for (const delay of [100, 100, 250]) slow.status.asked.observe(delay)
  slow.status.achieved.observe(70_000)
  const families = await useScrape([newProxy('db', { faults: [slow] })]).scrape()
  const labels = 'proxy="db",fault="slow",kind="latency"'
  expect(sample(families, `faultline_fault_seen_total{${labels}}`)).toBe(5)
  expect(sample(families, `faultline_fault_applied_total{${labels}}`)).toBe(3)
  expect(families.get('faultline_fault_skipped_total')?.samples).toEqual(
    new Map([[`faultline_fault_skipped_total{${labels},reason="toxicity"}`, 2]]),
  )
  expect(sample(families, `faultline_fault_limited_total{${labels}}`)).toBe(1)
  expect(sample(families, `faultline_fault_active{${labels}}`)).toBe(1)
  expect(sample(families, `faultline_fault_asked_delay_seconds_bucket{${labels},le="0.05"}`)).toBe(0)
  expect(sample(families, `faultline_fault_asked_delay_seconds_bucket{${labels},le="0.1"}`)).toBe(2)
  expect(sample(families, `faultline_fault_asked_delay_seconds_bucket{${labels},le="0.5"}`)).toBe(3)
  expect(sample(families, `faultline_fault_asked_delay_seconds_sum{${labels}}`)).toBeCloseTo(0.45)
  expect(sample(families, `faultline_fault_achieved_delay_seconds_bucket{${labels},le="60"}`)).toBe(0)
  expect(sample(families, `faultline_fault_achieved_delay_seconds_bucket{${labels},le="+Inf"}`)).toBe(1)
})

test('the daemon shows its limits, its lag, its runs and what it is', async () => {
  const families = await useScrape([newProxy('a'), newProxy('b')]).scrape()
  expect(sample(families, 'faultline_proxies')).toBe(2)
  expect(sample(families, 'faultline_daemon_held_bytes_limit')).toBe(536_870_912)
  expect(sample(families, 'faultline_event_loop_lag_seconds{stat="p99"}')).toBe(0.002)
  expect(sample(families, 'faultline_runs_active')).toBe(1)
  expect(sample(families, 'faultline_runs_total{status="aborted"}')).toBe(2)
  expect(sample(families, 'faultline_bugs_total')).toBe(0)
  expect(sample(families, 'faultline_build_info{version="0.1.0",node="v20.20.2",platform="linux"}')).toBe(1)
})

test('a proxy that changes its state shows 1 for the new one and 0 for the old', async () => {
  const db = newProxy('db')
  const { scrape } = useScrape([db])
  await scrape()
  db.status.state = 'disabled'
  const families = await scrape()
  expect(sample(families, 'faultline_proxy_state{proxy="db",state="listening"}')).toBe(0)
  expect(sample(families, 'faultline_proxy_state{proxy="db",state="disabled"}')).toBe(1)
})

test('names with quotes, backslashes and line breaks do not break the text', async () => {
  const families = await useScrape([newProxy('a"b\\c\nd'), newProxy('naïve — 数据')]).scrape()
  expect(sample(families, 'faultline_connections_total{proxy="a\\"b\\\\c\\nd"}')).toBe(0)
  expect(sample(families, 'faultline_connections_total{proxy="naïve — 数据"}')).toBe(0)
})

test("Node's own metrics come only when asked for, and nothing ever goes to prom-client's global registry", async () => {
  const plain = await useScrape().scrape()
  const more = await useScrape([], true).scrape()
  expect([...plain.keys()].filter((name) => /^(nodejs|process)_/.test(name))).toEqual([])
  expect([...more.keys()].filter((name) => /^(nodejs|process)_/.test(name)).length).toBeGreaterThan(10)
  expect(register.getMetricsAsArray()).toEqual([])
})

test('scrapes that come while one is running share its answer', async () => {
  const { metrics } = useScrape([newProxy('db')])
  const [one, two] = await Promise.all([metrics.text(), metrics.text()])
  expect(two).toBe(one)
})
