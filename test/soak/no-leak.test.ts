import { expect, test } from 'vitest'
import { useDaemon } from './use-daemon.ts'
import type { Daemon, Insight } from './use-daemon.ts'
import { usePeersProcess } from './use-peers-process.ts'

const MIB = 2 ** 20

interface View {
  readonly listen: string
  readonly connections: { readonly open: number; readonly total: number }
  readonly held_bytes: number
}

/** Until every connection is gone, and with it what it needed. */
async function settled({ call, look }: Daemon): Promise<Insight> {
  for (let tries = 0; ; tries++) {
    const { connections, held_bytes } = await call<View>('GET', '/v1/proxies/p')
    if (connections.open === 0 && held_bytes === 0) break
    if (tries > 200) throw new Error(`${connections.open} connections never ended, ${held_bytes} bytes are held`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  return look()
}

test('20,000 clients that vanish under load leave no handle, no timer and no memory behind', async () => {
  const peers = usePeersProcess()
  const daemon = await useDaemon('--journal-events', '1000', '--limits-requests', '0')
  const upstream = `127.0.0.1:${await peers({ do: 'echo' })}`
  const faults = [
    { kind: 'latency', attributes: { latency: 10, jitter: 5 } },
    { kind: 'bandwidth', stream: 'upstream', attributes: { rate: 5000 }, toxicity: 0.5 },
    { kind: 'slicer', attributes: { average_size: 4000 }, toxicity: 0.3 },
    { kind: 'slow_close', attributes: { delay: 20 } },
    { kind: 'idle_close', attributes: { idle: 500 }, toxicity: 0.5 },
    { kind: 'slow_dial', attributes: { delay: 5 }, toxicity: 0.3 },
  ]
  const { listen } = await daemon.call<View>('PUT', '/v1/proxies/p', { upstream, faults })
  const port = Number(listen.split(':').at(-1))

  await peers({ do: 'vanish', port, count: 2000 })
  const before = await settled(daemon)
  await peers({ do: 'vanish', port, count: 20_000 })
  const after = await settled(daemon)
  const { connections } = await daemon.call<View>('GET', '/v1/proxies/p')

  const heap = (after.heapUsed - before.heapUsed) / MIB
  console.log('20,000 vanished clients:', JSON.stringify({ before, after, heap_mib: heap, total: connections.total }))
  expect(connections.total).toBeGreaterThanOrEqual(22_000)
  for (const name of ['TCPSocketWrap', 'TCPConnectWrap', 'TCPServerWrap', 'GetAddrInfoReqWrap']) {
    expect([name, after.resources[name] ?? 0]).toEqual([name, before.resources[name] ?? 0])
  }
  // Clocks of the daemon itself come and go by one or two.
  expect(after.resources['Timeout'] ?? 0).toBeLessThanOrEqual((before.resources['Timeout'] ?? 0) + 3)
  expect(heap).toBeLessThan(5)
})
