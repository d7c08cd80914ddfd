import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { resolveFault } from '../../src/faults/resolve.ts'
import { connected, eventually, useClient, useConnected, useEcho, useUpstream } from '../plane/use-peers.ts'
import type { Peer } from '../plane/use-peers.ts'
import { proxySpec, usePlane } from '../support/use-plane.ts'
import type { CountingProxy } from '../../src/contract/ports.ts'
import type { FaultSpec } from '../../src/contract/model.ts'

type Input = Readonly<Record<string, unknown>>

const specs = (faults: readonly Input[]): FaultSpec[] => faults.map((fault) => resolveFault(fault, { owner: 'api' }))

interface Bench {
  readonly proxy: CountingProxy
  readonly address: string
  readonly client: Peer
  readonly server: Peer
}

/** A connection through a proxy; the faults meet it while it opens. */
async function usePair(faults: readonly Input[] = []): Promise<Bench> {
  const { plane } = usePlane()
  const upstream = await useUpstream()
  const proxy = await plane.open(proxySpec(upstream.address, { faults: specs(faults) }), 'seed')
  const address = proxy.status().listen
  const client = await useConnected(address)
  return { proxy, address, client, server: await upstream.peer(0) }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function timed<T>(what: Promise<T>): Promise<number> {
  const start = performance.now()
  await what
  return performance.now() - start
}

test('reset_peer resets both sides of a connection that was open and idle before', async () => {
  const { proxy, client, server } = await usePair()
  client.send('hello')
  await server.gets('hello')
  proxy.setFaults(specs([{ kind: 'reset_peer', attributes: { timeout: 20 } }]))
  expect(await client.ending()).toBe('rst')
  expect(await server.ending()).toBe('rst')
})

test('reset_peer that is removed in time leaves no trace: the connection ends with a FIN', async () => {
  const { proxy, client, server } = await usePair([{ kind: 'reset_peer', attributes: { timeout: '1h' } }])
  server.send('held')
  proxy.setFaults([])
  await client.gets('held')
  server.end()
  expect(await client.ending()).toBe('fin')
})

test('timeout closes with a FIN on both sides, although bytes keep coming', async () => {
  const { client, server } = await usePair([{ kind: 'timeout', attributes: { timeout: 150 } }])
  const chatter = setInterval(() => server.send('x'), 20)
  try {
    expect(await client.ending()).not.toBe('open')
    expect(client.length).toBe(0)
    await eventually(() => server.fate !== 'open', 'the end of the other side')
  } finally {
    clearInterval(chatter)
  }
})

test('limit_data lets a reply begin and cuts it', async () => {
  const { client, server } = await usePair([{ kind: 'limit_data', attributes: { bytes: 100_000 } }])
  server.send(Buffer.alloc(300_000))
  await client.ending()
  expect(client.length).toBe(100_000)
})

test('slow_close keeps the FIN back, and bytes the other way still pass', async () => {
  const { client, server } = await usePair([{ kind: 'slow_close', attributes: { delay: 200 } }])
  server.send('reply').end()
  await client.gets('reply')
  const late = timed(client.ending())
  client.send('still heard')
  await server.gets('still heard')
  expect(await late).toBeGreaterThan(150)
})

test('stall_after and blackhole stand still, and go on when they are removed', async () => {
  for (const fault of [
    { kind: 'stall_after', attributes: { bytes: 0 } },
    { kind: 'blackhole', attributes: { mode: 'stall' } },
  ]) {
    const { proxy, client, server } = await usePair([fault])
    server.send('reply').end()
    await pause(50)
    expect([client.length, client.fate]).toEqual([0, 'open'])
    proxy.setFaults([])
    expect(await client.ending()).toBe('fin')
    expect(client.text).toBe('reply')
  }
})

// How near it comes is measured on a manual clock and by the bench: a loaded machine is late, but never early.
test('bandwidth never runs faster than its rate, and all bytes arrive', async () => {
  const { client, server } = await usePair([{ kind: 'bandwidth', attributes: { rate: 500 } }])
  const start = performance.now()
  server.send(Buffer.alloc(1_000_000)).end()
  for (let count = 250_000; count <= 1_000_000; count += 250_000) {
    await client.getsBytes(count, 20_000)
    expect(client.length / (performance.now() - start)).toBeLessThan(500 * 1.03)
  }
  expect(await client.ending()).toBe('fin')
  expect(client.length).toBe(1_000_000)
})

test('shared_bandwidth gives several connections the rate of one', async () => {
  const { plane } = usePlane()
  const upstream = await useUpstream({ onPeer: (peer) => void peer.send(Buffer.alloc(200_000)).end() })
  const faults = specs([{ kind: 'shared_bandwidth', attributes: { rate: 400 } }])
  const proxy = await plane.open(proxySpec(upstream.address, { faults }), 'seed')
  const start = performance.now()
  const clients = [1, 2, 3].map(() => useClient(proxy.status().listen))
  await Promise.all(clients.map((client) => client.ending(20_000)))
  expect(clients.map(({ length }) => length)).toEqual([200_000, 200_000, 200_000])
  expect(600_000 / (performance.now() - start)).toBeLessThan(400 * 1.03)
})

test('corrupt changes bytes and not their number, the same for the same seed', async () => {
  const digests = await Promise.all(
    [1, 2].map(async () => {
      const { client, server } = await usePair([{ kind: 'corrupt', attributes: { rate: 0.01 } }])
      server.send(Buffer.alloc(500_000)).end()
      await client.ending()
      expect(client.length).toBe(500_000)
      return createHash('sha256').update(client.bytes).digest('hex')
    }),
  )
  expect(digests[0]).toBe(digests[1])
  expect(digests[0]).not.toBe(createHash('sha256').update(Buffer.alloc(500_000)).digest('hex'))
})

test('no byte is lost while latency, slicer and bandwidth come, change and go every few milliseconds', async () => {
  const { proxy, client, server } = await usePair()
  const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255))
  server.send(sent).end()
  for (let i = 0; client.fate === 'open' && i < 200; i++) {
    const faults: Input[] = [
      { kind: 'latency', attributes: { latency: i % 50, jitter: i % 7 } },
      { kind: 'slicer', attributes: { average_size: 500 + i * 10, size_variation: 100 } },
      { kind: 'bandwidth', attributes: { rate: 1000 + i * 100 } },
    ]
    proxy.setFaults(specs(faults.filter((_, place) => (i >> place) % 2 === 0)))
    await pause(5)
  }
  proxy.setFaults([])
  expect(await client.ending()).toBe('fin')
  expect(client.bytes.equals(sent)).toBe(true)
})

test('idle_close resets a connection that nobody uses and spares one that is used', async () => {
  const { plane } = usePlane()
  const echo = await useEcho()
  const faults = specs([{ kind: 'idle_close', attributes: { idle: 250, how: 'rst' } }])
  const proxy = await plane.open(proxySpec(echo.address, { faults }), 'seed')
  const idle = await useConnected(proxy.status().listen)
  const busy = await useConnected(proxy.status().listen)
  const chatter = setInterval(() => busy.send('x'), 50)
  try {
    expect(await idle.ending()).toBe('rst')
    await pause(100)
    expect(busy.fate).toBe('open')
  } finally {
    clearInterval(chatter)
  }
})

test('max_age closes at its age, measured from the accept', async () => {
  const start = performance.now()
  const { client } = await usePair([{ kind: 'max_age', attributes: { age: 200 } }])
  expect(await client.ending()).toBe('fin')
  expect(performance.now() - start).toBeGreaterThan(195)
})

test('connection_limit resets one too many, makes it wait, or resets the oldest', async () => {
  for (const mode of ['reset_new', 'queue', 'reset_oldest']) {
    const { proxy, address, client } = await usePair()
    proxy.setFaults(specs([{ kind: 'connection_limit', attributes: { limit: 1, mode } }]))
    const second = useClient(address)
    if (mode === 'reset_new') expect(await second.ending()).toBe('rst')
    if (mode === 'reset_oldest') expect(await client.ending()).toBe('rst')
    if (mode === 'queue') {
      await connected(second)
      await pause(50)
      expect(proxy.status().dials.ok).toBe(1)
      client.reset()
      await eventually(() => proxy.status().dials.ok === 2, 'the turn of the second')
    }
  }
})

test('refuse by reset accepts and resets; without a listener nobody is accepted', async () => {
  const { proxy, address } = await usePair()
  proxy.setFaults(specs([{ kind: 'refuse', attributes: { mode: 'reset' } }]))
  expect(await useClient(address).ending()).toBe('rst')
  proxy.setFaults(specs([{ kind: 'refuse' }]))
  await eventually(() => proxy.status().state === 'refused', 'the closing of the listener')
  const refused = useClient(address)
  await refused.ending()
  expect(refused.code).toBe('ECONNREFUSED')
  proxy.setFaults([])
  await eventually(() => proxy.status().state === 'listening', 'the healing')
  await useConnected(address)
})

test('slow_accept and slow_dial make the first answer late', async () => {
  for (const kind of ['slow_accept', 'slow_dial']) {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(
      proxySpec(echo.address, { faults: specs([{ kind, attributes: { delay: 150 } }]) }),
      'seed',
    )
    const client = useClient(proxy.status().listen).send('ping')
    expect(await timed(client.gets('ping'))).toBeGreaterThan(149)
  }
})
