import { describe, expect, test } from 'vitest'
import type { FaultSpec } from '../../src/contract/model.ts'
import { faultSpec, proxySpec, usePlane } from '../support/use-plane.ts'
import type { PlaneBench } from '../support/use-plane.ts'
import type { Proxy } from '../../src/plane/embedded/proxy.ts'
import { eventually, useClient, useConnected, useEcho, useUpstream } from './use-peers.ts'
import type { Peer } from './use-peers.ts'

const whole = (kind: string, attributes: Record<string, unknown>, more: Partial<FaultSpec> = {}): FaultSpec =>
  faultSpec(kind, attributes, { stream: undefined, ...more })

async function useProxy(
  faults: FaultSpec[] = [],
  limits: Parameters<typeof usePlane>[0] = {},
): Promise<PlaneBench & { proxy: Proxy; listen: string; open: () => Promise<Peer> }> {
  const bench = usePlane(limits)
  const echo = await useEcho()
  const proxy = (await bench.plane.open(proxySpec(echo.address, { faults }), 's')) as Proxy
  const { listen } = proxy.status()
  const open = async (): Promise<Peer> => {
    const client = await useConnected(listen)
    return client.send('x').gets('x')
  }
  return { ...bench, proxy, listen, open }
}

describe('limits', () => {
  test('of connections for the daemon: what is too much is reset, counted and told', async () => {
    const { plane, proxy, listen, open, facts } = await useProxy([], { limits: { connections: 2 } })
    const [first] = [await open(), await open()]
    const third = useClient(listen)
    expect(await third.ending()).toBe('rst')
    expect(proxy.status()).toMatchObject({ connectionsOpen: 2, connectionsTotal: 3, connectionsLimited: 1 })
    expect(facts).toContainEqual(
      expect.objectContaining({ type: 'connection_refused', reason: 'limits.connections', origin: 'faultline' }),
    )
    first?.end()
    await eventually(() => plane.totals().connectionsOpen === 1, 'a place')
    await open()
  })

  test('of connections for one proxy leave the others alone', async () => {
    const bench = usePlane({ limits: { connectionsPerProxy: 1 } })
    const echo = await useEcho()
    const [a, b] = [
      await bench.plane.open(proxySpec(echo.address, { name: 'a' }), 's'),
      await bench.plane.open(proxySpec(echo.address, { name: 'b' }), 's'),
    ]
    await (await useConnected(a.status().listen)).send('x').gets('x')
    expect(await useClient(a.status().listen).ending()).toBe('rst')
    await (await useConnected(b.status().listen)).send('x').gets('x')
    expect([a.status().connectionsLimited, b.status().connectionsLimited]).toEqual([1, 0])
  })
})

describe('a kill', () => {
  for (const how of ['fin', 'rst'] as const) {
    test(`with ${how} ends both sides so, and says how many`, async () => {
      const bench = usePlane()
      const upstream = await useUpstream()
      const proxy = await bench.plane.open(proxySpec(upstream.address), 's')
      const client = await useConnected(proxy.status().listen)
      const server = await upstream.peer(0)
      await eventually(() => [...bench.plane.connections()][0]?.state === 'open', 'the opening')
      expect(bench.plane.kill({ proxy: 'p' }, how)).toBe(1)
      expect([await client.ending(), await server.ending()]).toEqual([how, how])
      client.end()
      server.end()
      await eventually(() => bench.plane.totals().connectionsOpen === 0, 'the end')
      expect(bench.facts).toContainEqual(
        expect.objectContaining({ type: 'connection_closed', how, origin: 'faultline' }),
      )
    })
  }

  test('meets those that its filter names: by id, client, proxy and fault', async () => {
    const { plane, open, proxy } = await useProxy()
    const [one, two, three] = [await open(), await open(), await open()]
    const [first, second] = [...plane.connections()]
    expect(plane.kill({ id: 'c999' }, 'rst')).toBe(0)
    expect(plane.kill({ proxy: 'other' }, 'rst')).toBe(0)
    expect(plane.kill({ id: first?.id }, 'rst')).toBe(1)
    expect(plane.kill({ client: second?.client }, 'rst')).toBe(1)
    expect(await Promise.all([one?.ending(), two?.ending()])).toEqual(['rst', 'rst'])
    expect(plane.kill({ fault: 'noop' }, 'rst')).toBe(0)
    proxy.setFaults([faultSpec('noop')])
    expect(plane.kill({ fault: 'noop', client: '127.0.0.1' }, 'rst')).toBe(1)
    expect(await three?.ending()).toBe('rst')
  })

  test('ends a connection that is closing already and whose peer does not read', async () => {
    const bench = usePlane()
    const upstream = await useUpstream()
    const proxy = await bench.plane.open(proxySpec(upstream.address), 's')
    const client = await useConnected(proxy.status().listen)
    client.socket.pause()
    const server = await upstream.peer(0)
    server.send(Buffer.alloc(20_000_000))
    await eventually(() => ([...bench.plane.connections()][0]?.held_bytes ?? 0) > 0, 'the jam')
    expect(bench.plane.kill({}, 'fin')).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect([...bench.plane.connections()][0]?.state).toBe('closing')
    expect(bench.plane.totals().heldBytes).toBe(0)
    expect(bench.plane.kill({}, 'fin')).toBe(1)
    await eventually(() => bench.plane.totals().connectionsOpen === 0, 'the end', 1000)
  })
})

describe('a change of faults', () => {
  test('is seen by idle connections, and says how many it concerns', async () => {
    const { proxy, open } = await useProxy()
    const clients = [await open(), await open(), await open()]
    expect(proxy.setFaults([faultSpec('reset_peer', { timeout: 30 })])).toBe(3)
    for (const client of clients) expect(await client.ending()).toBe('rst')
  })

  test('of nothing concerns none', async () => {
    const { proxy, open } = await useProxy()
    await open()
    const faults = [faultSpec('noop')]
    expect([proxy.setFaults(faults), proxy.setFaults([...faults])]).toEqual([1, 0])
  })

  test('frees what a removed fault held, on a connection that says nothing', async () => {
    const { proxy, listen } = await useProxy([faultSpec('latency', { latency: 60_000, jitter: 0 })])
    const client = (await useConnected(listen)).send('x')
    await eventually(() => proxy.status().heldBytes === 1, 'the holding')
    proxy.setFaults([])
    await client.gets('x')
    expect(proxy.status().heldBytes).toBe(0)
  })

  test('reaches thousands of connections in slices of the loop', async () => {
    const { proxy, open } = await useProxy()
    await Promise.all(Array.from({ length: 300 }, () => open()))
    expect(proxy.setFaults([faultSpec('noop')])).toBe(300)
    await eventually(() => proxy.fault('noop')?.applied === 300, 'the visit', 1000)
  })
})

describe('kinds on whole connections', () => {
  test('refuse with mode reset lets the connect succeed and resets it, by toxicity and trigger', async () => {
    const { listen, open, proxy } = await useProxy([whole('refuse', { mode: 'reset' }, { trigger: { nth: 2 } })])
    await open()
    expect(await useClient(listen).ending()).toBe('rst')
    await open()
    expect(proxy.fault('refuse')).toMatchObject({ seen: 3, applied: 1, skipped: { trigger: 2 } })
  })

  test('slow_accept answers late and dials late', async () => {
    const { listen } = await useProxy([whole('slow_accept', { delay: 80, jitter: 0 })])
    const began = performance.now()
    const client = await useConnected(listen)
    expect(performance.now() - began).toBeLessThan(60)
    await client.send('x').gets('x')
    expect(performance.now() - began).toBeGreaterThanOrEqual(79)
  })

  test('connection_limit resets the new one', async () => {
    const { plane, listen, open } = await useProxy([whole('connection_limit', { limit: 2, mode: 'reset_new' })])
    const [first] = [await open(), await open()]
    expect(await useClient(listen).ending()).toBe('rst')
    first?.reset()
    await eventually(() => plane.countConnections() === 1, 'the room')
    await open()
  })

  test('connection_limit makes the new one wait until another goes', async () => {
    const { listen, open, plane } = await useProxy([whole('connection_limit', { limit: 1, mode: 'queue' })])
    const first = await open()
    const waiting = [useClient(listen).send('a'), useClient(listen).send('b')]
    await eventually(
      () => [...plane.connections()].filter(({ state }) => state === 'accepting').length === 2,
      'the queue',
    )
    first.end()
    await eventually(() => waiting.some((one) => one.length === 1), 'one being let in')
    expect(waiting.filter((one) => one.length === 1)).toHaveLength(1)
    waiting.find((one) => one.length === 1)?.end()
    await eventually(() => waiting.every((one) => one.length === 1), 'the other being let in')
  })

  test('connection_limit lets a queue go on when it is raised or removed', async () => {
    const limit = whole('connection_limit', { limit: 0, mode: 'queue' })
    const { listen, proxy } = await useProxy([limit])
    const clients = [useClient(listen).send('a'), useClient(listen).send('b')]
    await eventually(() => proxy.status().connectionsOpen === 2, 'the queue')
    proxy.setFaults([{ ...limit, attributes: { limit: 1, mode: 'queue' } }])
    await eventually(() => clients.filter((one) => one.length === 1).length === 1, 'one')
    proxy.setFaults([])
    await eventually(() => clients.every((one) => one.length === 1), 'both')
  })

  test('connection_limit resets the oldest', async () => {
    const { open } = await useProxy([whole('connection_limit', { limit: 2, mode: 'reset_oldest' })])
    const [first, second] = [await open(), await open()]
    const third = await open()
    expect(await first?.ending()).toBe('rst')
    await second?.send('y').gets('xy')
    await third.send('y').gets('xy')
  })

  test('when two that make a connection wait are removed together, the third is still asked', async () => {
    const slow = (name: string): FaultSpec => whole('slow_accept', { delay: 60_000, jitter: 0 }, { name })
    const refuse = whole('refuse', { mode: 'reset' })
    const { proxy, listen } = await useProxy([
      whole('slow_accept', { delay: 1, jitter: 0 }, { name: 'first' }),
      slow('second'),
      refuse,
    ])
    const client = useClient(listen)
    await eventually(() => proxy.fault('first')?.achieved.count === 1, 'the first to pass')
    proxy.setFaults([refuse])
    expect(await client.ending()).toBe('rst')
  })

  for (const how of ['fin', 'rst'] as const) {
    test(`idle_close ends with ${how} after silence in both directions, not before`, async () => {
      const { open } = await useProxy([whole('idle_close', { idle: 400, how })])
      const client = await open()
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 100))
        await client.send('y').getsBytes(2 + i)
      }
      const began = performance.now()
      expect(await client.ending()).toBe(how)
      expect(performance.now() - began).toBeGreaterThanOrEqual(395)
    })

    test(`max_age ends with ${how} at its age, busy or not`, async () => {
      const { open } = await useProxy([whole('max_age', { age: 150, jitter: 0, how })])
      const began = performance.now()
      const client = await open()
      const talk = setInterval(() => client.socket.writable && client.send('y'), 10)
      try {
        await client.ending()
      } finally {
        clearInterval(talk)
      }
      expect(performance.now() - began).toBeGreaterThanOrEqual(145)
      // Bytes that meet a closed socket are answered with a reset, as any server's would be.
      if (how === 'rst') expect(client.fate).toBe('rst')
    })
  }

  test('max_age that is attached later closes old connections at once', async () => {
    const { open, proxy } = await useProxy()
    const client = await open()
    await new Promise((resolve) => setTimeout(resolve, 50))
    proxy.setFaults([whole('max_age', { age: 40, jitter: 0, how: 'rst' })])
    expect(await client.ending(500)).toBe('rst')
  })

  test('a fault of a kind that fails costs its connection, is told, and the rest goes on', async () => {
    const broken = {
      ...(await import('../../src/faults/kinds/stream/noop.ts')).default,
      kind: 'broken',
      chunk(): never {
        throw new Error('on purpose')
      },
    }
    const { proxy, listen, facts, open } = await useProxy([], { kinds: [broken] })
    const other = await open()
    proxy.setFaults([faultSpec('broken', {}, { appliesTo: 'new' })])
    const client = useClient(listen).send('x')
    await client.ending()
    expect(facts).toContainEqual(
      expect.objectContaining({ type: 'bug', message: expect.stringContaining('on purpose') as string }),
    )
    await other.send('y').gets('xy')
  })
})

describe('the same seed', () => {
  const decisions = async (faults: FaultSpec[], noise: boolean): Promise<(string | undefined)[]> => {
    const bench = usePlane()
    const echo = await useEcho()
    const proxy = await bench.plane.open(proxySpec(echo.address, { faults }), 'seed')
    if (noise) {
      const other = await bench.plane.open(proxySpec(echo.address, { name: 'other', faults }), 'seed')
      await Promise.all(
        Array.from({ length: 10 }, async () => (await useConnected(other.status().listen)).send('x').gets('x')),
      )
    }
    for (let i = 0; i < 20; i++) await (await useConnected(proxy.status().listen)).send('x').gets('x')
    return bench.facts.flatMap((fact) =>
      fact.type === 'decision' && fact.proxy === 'p' && fact.fault === 'half'
        ? [`${fact.ordinal} ${fact.outcome}`]
        : [],
    )
  }
  const half = faultSpec('noop', {}, { name: 'half', toxicity: 0.5 })

  test('gives the n-th connection the same decision whatever else is attached or open', async () => {
    const alone = await decisions([half], false)
    const crowd = await decisions([faultSpec('latency', { latency: 1, jitter: 1 }), half, faultSpec('noop')], true)
    expect(alone).toHaveLength(20)
    expect(alone.filter((one) => one?.endsWith('applied')).length).toBeGreaterThan(2)
    expect(alone.filter((one) => one?.endsWith('toxicity')).length).toBeGreaterThan(2)
    expect(crowd).toEqual(alone)
  })

  test('with a key gives each client the same decisions whatever the order of arrival', async () => {
    const outcomes = async (order: readonly string[]): Promise<Map<string, string[]>> => {
      const bench = usePlane()
      const echo = await useEcho()
      const faults = [{ ...half, key: { client: 'address' as const } }]
      const proxy = await bench.plane.open(proxySpec(echo.address, { faults }), 'seed')
      const port = proxy.status().listen.split(':')[1]
      const found = new Map<string, string[]>()
      for (const [i, address] of order.entries()) {
        const client = useClient(`127.0.0.1:${port}`, { localAddress: address })
        await client.send('x').gets('x')
        const facts = bench.facts.filter((fact) => fact.type === 'decision')
        const [fact] = facts.slice(i)
        found.set(address, [...(found.get(address) ?? []), fact?.outcome ?? ''])
      }
      return found
    }
    const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
    const forth = await outcomes(addresses.flatMap((one) => [one, one, one]))
    const back = await outcomes([...addresses, ...addresses, ...addresses].reverse())
    expect(addresses.map((one) => back.get(one))).toEqual(addresses.map((one) => forth.get(one)))
  })
})
