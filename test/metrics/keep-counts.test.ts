import { expect, test } from 'vitest'
import { keepCounts } from '../../src/metrics/keep-counts.ts'
import { useClient, useConnected, useEcho } from '../plane/use-peers.ts'
import { faultSpec, proxySpec, usePlane } from '../support/use-plane.ts'
import { sample } from './prometheus-text.ts'
import { useScrape } from './use-scrape.ts'

/** A real proxy in front of an echo, whose counts are kept; scrapes see it only through what it hands over. */
async function useKeptProxy() {
  const { metrics, scrape } = useScrape()
  const { plane } = usePlane()
  const echo = await useEcho()
  const slow = faultSpec('latency', { latency: 20, jitter: 0 }, { name: 'slow' })
  const proxy = await keepCounts(plane, metrics).open(proxySpec(echo.address, { faults: [slow] }), 's')
  const exchange = async (): Promise<void> => {
    const client = await useConnected(proxy.status().listen)
    client.send('hello')
    await client.until(() => client.text === 'hello', 'the echo')
  }
  return { proxy, slow, exchange, scrape }
}

const applied = 'faultline_fault_applied_total{proxy="p",fault="slow",kind="latency"}'

test('a fault that is removed, added and removed again between two scrapes is counted whole', async () => {
  const { proxy, slow, exchange, scrape } = await useKeptProxy()
  await exchange()
  proxy.setFaults([])
  proxy.setFaults([slow])
  await exchange()
  proxy.setFaults([{ ...slow, attributes: { latency: 10, jitter: 0 } }])
  await exchange()
  proxy.setFaults([])
  const families = await scrape()
  // Re-added, it also meets the connection that was open; changed, it stays the fault it was.
  expect(sample(families, applied)).toBe(4)
  expect(sample(families, 'faultline_fault_achieved_delay_seconds_count{proxy="p",fault="slow",kind="latency"}')).toBe(
    3,
  )
})

test('a proxy that is closed between two scrapes leaves its bytes and how its connections ended', async () => {
  const { proxy, exchange, scrape } = await useKeptProxy()
  await exchange()
  await proxy.close()
  const families = await scrape()
  expect(sample(families, 'faultline_sent_bytes_total{proxy="p",direction="downstream"}')).toBe(5)
  expect(sample(families, 'faultline_connections_closed_total{proxy="p",origin="faultline"}')).toBe(1)
  expect(sample(families, applied)).toBe(1)
})

test('a client that a fault refused is told apart from one that the upstream failed', async () => {
  const { metrics, scrape } = useScrape()
  const { plane } = usePlane()
  const refuse = faultSpec('refuse', { mode: 'reset' })
  const kept = keepCounts(plane, metrics)
  const proxy = await kept.open(proxySpec('127.0.0.1:1', { faults: [refuse] }), 's')
  const refused = useClient(proxy.status().listen)
  await refused.ending()
  proxy.setFaults([])
  const failed = useClient(proxy.status().listen)
  await failed.ending()
  await proxy.close()
  expect((await scrape()).get('faultline_connections_refused_total')?.samples).toEqual(
    new Map([
      ['faultline_connections_refused_total{proxy="p",reason="fault",origin="injected"}', 1],
      ['faultline_connections_refused_total{proxy="p",reason="dial_failed",origin="upstream"}', 1],
    ]),
  )
})
