import { describe, expect, test } from 'vitest'
import { proxySpec, faultSpec, usePlane } from '../support/use-plane.ts'
import { eventually, useClient, useConnected, useEcho, useUpstream } from './use-peers.ts'
import type { Peer } from './use-peers.ts'

async function usePair(faults: Parameters<typeof faultSpec>[] = []): Promise<{
  client: Peer
  server: Peer
  bench: ReturnType<typeof usePlane>
}> {
  const bench = usePlane()
  const upstream = await useUpstream()
  const proxy = await bench.plane.open(
    proxySpec(upstream.address, { faults: faults.map((one) => faultSpec(...one)) }),
    's',
  )
  const client = await useConnected(proxy.status().listen)
  const server = await upstream.peer(0)
  await eventually(() => bench.facts.some((fact) => fact.type === 'connection_opened'), 'the opening')
  return { client, server, bench }
}

describe('bytes', () => {
  test('come back from an echo, whole and in order', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address), 's')
    const client = useClient(proxy.status().listen)
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255))
    client.send(sent).end()
    expect(await client.ending()).toBe('fin')
    expect(client.bytes.equals(sent)).toBe(true)
    await eventually(() => plane.totals().connectionsOpen === 0, 'the end of the connection')
    expect(proxy.status().bytes).toEqual({
      upstream: { received: 300_000, sent: 300_000 },
      downstream: { received: 300_000, sent: 300_000 },
    })
  })

  test('that a client sends before the upstream is reached are not lost', async () => {
    const { plane } = usePlane()
    const upstream = await useUpstream()
    const faults = [faultSpec('slow_dial', { delay: 80, jitter: 0 }, { stream: undefined })]
    const proxy = await plane.open(proxySpec(upstream.address, { faults }), 's')
    const client = useClient(proxy.status().listen)
    client.send('early').end()
    const server = await upstream.peer(0)
    expect(await server.ending()).toBe('fin')
    expect(server.text).toBe('early')
    server.send('reply').end()
    await client.gets('reply')
  })

  test('reach a reader that starts late, although the writer is long gone', async () => {
    const { client, server } = await usePair()
    client.socket.pause()
    const block = Buffer.alloc(3_000_000, 'x')
    server.send(block).end()
    await new Promise((resolve) => setTimeout(resolve, 100))
    client.socket.resume()
    await client.ending()
    expect(client.length).toBe(block.length)
  })

  test('come in order to a reader that stops at every chunk, while small ones and large ones follow each other', async () => {
    const { client, server } = await usePair()
    client.socket.on('data', () => {
      client.socket.pause()
      setImmediate(() => client.socket.resume())
    })
    const sent = Buffer.from(Array.from({ length: 8_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255))
    for (let from = 0, turn = 0; from < sent.length; turn += 1) {
      const size = turn % 3 === 0 ? 600_000 : 100
      server.send(sent.subarray(from, from + size))
      from += size
      if (turn % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    server.socket.end()
    expect(await client.ending()).toBe('fin')
    expect(client.bytes.equals(sent)).toBe(true)
  })
})

describe('a half-closed request', () => {
  test('gets its reply from the server', async () => {
    const { client, server } = await usePair()
    client.send('ask').end()
    expect(await server.ending()).toBe('fin')
    server.send('answer').end()
    expect(await client.ending()).toBe('fin')
    expect([server.text, client.text]).toEqual(['ask', 'answer'])
  })

  test('gets its reply when it is the server that closes first', async () => {
    const { client, server } = await usePair()
    server.send('hello').end()
    expect(await client.ending()).toBe('fin')
    client.send('late answer').end()
    expect(await server.ending()).toBe('fin')
    expect([client.text, server.text]).toEqual(['hello', 'late answer'])
  })

  test('gets its reply through a latency fault in both directions', async () => {
    const { client, server } = await usePair([
      ['latency', { latency: 40, jitter: 0 }],
      ['latency', { latency: 40, jitter: 0 }, { name: 'up', stream: 'upstream' }],
    ])
    client.send('ask').end()
    expect(await server.ending()).toBe('fin')
    server.send('answer').end()
    expect(await client.ending()).toBe('fin')
    expect([server.text, client.text]).toEqual(['ask', 'answer'])
  })
})

describe('a reset', () => {
  test('of the client reaches the server as one', async () => {
    const { client, server } = await usePair()
    client.reset()
    expect(await server.ending()).toBe('rst')
  })

  test('of the server reaches the client as one', async () => {
    const { client, server } = await usePair()
    server.reset()
    expect(await client.ending()).toBe('rst')
  })

  test('right behind bytes is not taken for an end', async () => {
    const bench = usePlane()
    const upstream = await useUpstream()
    const proxy = await bench.plane.open(proxySpec(upstream.address), 's')
    const fates: string[] = []
    for (let i = 0; i < 40; i++) {
      const client = await useConnected(proxy.status().listen)
      const server = await upstream.peer(i)
      await eventually(() => bench.facts.filter((fact) => fact.type === 'connection_opened').length > i, 'the opening')
      // The bytes and the RST lie in the same poll of the proxy.
      server.socket.write('bytes', () => server.reset())
      fates.push(await client.ending())
    }
    expect(fates.filter((fate) => fate !== 'rst')).toEqual([])
  })

  test('before the connect was noticed is no end either', async () => {
    const { plane } = usePlane()
    const upstream = await useUpstream({ onPeer: (peer) => void peer.reset() })
    const proxy = await plane.open(proxySpec(upstream.address), 's')
    for (let i = 0; i < 10; i++) expect(await useClient(proxy.status().listen).ending()).toBe('rst')
  })

  test('is told apart in the journal, with who it was', async () => {
    const { client, server, bench } = await usePair()
    server.reset()
    await client.ending()
    await eventually(() => bench.facts.some((fact) => fact.type === 'connection_closed'), 'the fact')
    expect(bench.facts.find((fact) => fact.type === 'connection_closed')).toMatchObject({
      how: 'rst',
      origin: 'upstream',
    })
  })
})

describe('when both sides go', () => {
  const orders: readonly [string, (client: Peer, server: Peer) => void][] = [
    ['client ends, then server', (c, s) => void (c.end(), s.end())],
    ['server ends, then client', (c, s) => void (s.end(), c.end())],
    ['client resets, then server', (c, s) => void (c.reset(), s.reset())],
    ['server resets, then client', (c, s) => void (s.reset(), c.reset())],
    ['client ends, server resets', (c, s) => void (c.end(), s.reset())],
    ['server ends, client resets', (c, s) => void (s.end(), c.reset())],
    [
      'client is destroyed with bytes unread',
      (c, s) => void (s.send('unread'), c.socket.pause(), c.socket.destroy(), s.end()),
    ],
    [
      'server is destroyed with bytes unread',
      (c, s) => void (c.send('unread'), s.socket.pause(), s.socket.destroy(), c.end()),
    ],
  ]
  for (const [name, act] of orders) {
    test(`${name}: nothing is left open`, async () => {
      const { client, server, bench } = await usePair([['latency', { latency: 5, jitter: 0 }]])
      act(client, server)
      await eventually(() => bench.plane.totals().connectionsOpen === 0, 'the end of the connection')
      expect(bench.plane.totals().heldBytes).toBe(0)
      expect(bench.facts.filter((fact) => fact.type === 'connection_closed')).toHaveLength(1)
      expect(bench.facts.filter((fact) => fact.type === 'bug')).toEqual([])
    })
  }

  test('a reset in the same turn as an end leaks no socket', async () => {
    const before = sockets()
    const bench = usePlane()
    const upstream = await useUpstream()
    const proxy = await bench.plane.open(proxySpec(upstream.address), 's')
    for (let i = 0; i < 20; i++) {
      const client = await useConnected(proxy.status().listen)
      const server = await upstream.peer(i)
      client.end()
      await server.ending()
      server.end()
      // The proxy shuts its client socket in this turn; a kill comes in the middle of that.
      for (let turn = 0; turn < 4; turn++) {
        bench.plane.kill({}, 'rst')
        await new Promise((resolve) => setImmediate(resolve))
      }
      client.socket.destroy()
      server.socket.destroy()
    }
    await bench.plane.close()
    upstream.server.close()
    await eventually(() => sockets() <= before, 'all sockets closed')
  })
})

function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
}

describe('early answers', () => {
  test('a reply still in a latency fault is delivered although the server took no more of the request', async () => {
    const { client, server } = await usePair([['latency', { latency: 150, jitter: 0 }]])
    client.send('part of a long request')
    await server.gets('request')
    server.socket.end('413 too long')
    await new Promise((resolve) => server.socket.once('finish', resolve))
    server.socket.destroy()
    // More of the request runs into the closed socket, and its RST comes back while the reply is still held.
    const more = setInterval(() => client.socket.writable && client.send('more'), 10)
    try {
      await client.gets('413 too long')
    } finally {
      clearInterval(more)
    }
  })
})
