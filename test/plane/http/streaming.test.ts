import { describe, expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { faultSpec } from '../../support/use-plane.ts'
import { eventually, useClient, useUpstream } from '../use-peers.ts'
import { acting, looking, settled, useHttpProxy } from './use-acting.ts'

const GET = 'GET / HTTP/1.1\r\nHost: up\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const MIB = 2 ** 20

const LANES: readonly (readonly [string, readonly FaultSpec[]])[] = [
  ['wire', []],
  ['exchange', [looking()]],
]

describe.each(LANES)('in the %s lane', (_lane, faults) => {
  test.each([
    ['a length', 'Content-Length: 8\r\n', (text: string) => text],
    ['chunks', 'Transfer-Encoding: chunked\r\n', (text: string) => `4\r\n${text}\r\n`],
    ['no length', '', (text: string) => text],
  ])('the first byte of an answer with %s is there before the last has left', async (_how, field, wrap) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(`HTTP/1.1 200 OK\r\n${field}\r\n`)
    await caller.gets('\r\n\r\n')
    server.send(wrap('abcd'))
    await caller.gets('abcd')
    server.send(wrap('efgh'))
    await caller.gets('efgh')
    caller.socket.destroy()
  })

  test('the first byte of a request is there before the last has left', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send('POST / HTTP/1.1\r\nHost: up\r\nContent-Length: 8\r\n\r\nabcd')
    const server = await upstream.peer(0)
    await server.gets('abcd')
    caller.send('efgh')
    await server.gets('efgh')
    server.send(OK)
    await caller.gets('ok')
    caller.socket.destroy()
  })

  test('events of a stream pass one by one', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (let i = 0; i < 20; i++) {
      const event = `data: ${i}\n\n`
      server.send(`${event.length.toString(16)}\r\n${event}\r\n`)
      await caller.gets(event)
    }
    caller.socket.destroy()
    await server.ending()
  })

  test('a caller that does not read stops the upstream, and all arrives when it reads', async () => {
    const size = 64 * MIB
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address)
    caller.socket.pause()
    caller.send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
    const chunk = Buffer.alloc(MIB, 'x')
    let given = 0
    const give = (): void => {
      while (given < size) {
        given += MIB
        if (!server.socket.write(chunk)) return
      }
    }
    server.socket.on('drain', give)
    give()
    let before = -1
    await eventually(() => {
      const same = before === given
      before = given
      return same
    }, 'a standstill')
    await new Promise((resolve) => setTimeout(resolve, 100))
    // The kernel takes some megabytes of each of the two connections.
    expect(given).toBeLessThan(40 * MIB)
    expect(bench.plane.totals().heldBytes).toBeLessThan(2 * MIB)
    let got = 0
    caller.socket.removeAllListeners('data')
    caller.socket.on('data', (bytes) => (got += bytes.length))
    caller.socket.resume()
    await eventually(() => got > size, 'all of it', 8000)
    await eventually(() => bench.plane.totals().heldBytes === 0, 'nothing held')
    caller.socket.destroy()
    await settled(bench, upstream)
  })

  test('an upstream that does not read stops the caller', async () => {
    const size = 64 * MIB
    const upstream = await useUpstream({ onPeer: ({ socket }) => void socket.pause() })
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address)
    caller.send(`POST / HTTP/1.1\r\nHost: up\r\nContent-Length: ${size}\r\n\r\n`)
    let given = 0
    const give = (): void => {
      while (given < size) {
        given += MIB
        if (!caller.socket.write(Buffer.alloc(MIB))) return
      }
    }
    caller.socket.on('drain', give)
    give()
    let before = -1
    await eventually(() => {
      const same = before === given
      before = given
      return same
    }, 'a standstill')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(given).toBeLessThan(40 * MIB)
    expect(bench.plane.totals().heldBytes).toBeLessThan(2 * MIB)
    const server = await upstream.peer(0)
    server.socket.resume()
    await server.getsBytes(size)
    server.send(OK)
    await caller.gets('ok')
    caller.socket.destroy()
    await settled(bench, upstream)
  })

  test('latency delays each way, and is gone when it is removed', async () => {
    const upstream = await useUpstream({ onPeer: (peer) => peer.socket.on('data', () => void peer.send(OK)) })
    const both = (['upstream', 'downstream'] as const).map((stream) =>
      faultSpec('latency', { latency: 60, jitter: 0 }, { stream, name: stream }),
    )
    const bench = await useHttpProxy(upstream.address, [...faults, ...both])
    const caller = useClient(bench.address).send(GET)
    const from = performance.now()
    await caller.gets('ok')
    expect(performance.now() - from).toBeGreaterThan(110)
    bench.proxy.setFaults(faults)
    caller.send(GET)
    await caller.until(() => caller.text.match(/ok/g)?.length === 2, 'the second answer')
    caller.socket.destroy()
    await settled(bench, upstream)
  })

  test('slices arrive whole', async () => {
    const upstream = await useUpstream({ onPeer: (peer) => peer.socket.on('data', () => void peer.send(OK)) })
    const slicer = faultSpec('slicer', { average_size: 5, size_variation: 2, delay: 1 })
    const bench = await useHttpProxy(upstream.address, [...faults, slicer])
    const caller = useClient(bench.address).send(GET)
    await caller.gets('\r\n\r\nok')
    caller.socket.destroy()
    await settled(bench, upstream)
  })

  test.each(['upstream', 'downstream'] as const)('limit_data closes after its bytes (%s)', async (stream) => {
    const upstream = await useUpstream({ onPeer: (peer) => peer.socket.on('data', () => void peer.send(OK)) })
    const bench = await useHttpProxy(upstream.address, [...faults, faultSpec('limit_data', { bytes: 20 }, { stream })])
    const caller = useClient(bench.address).send(GET)
    await caller.ending()
    expect(caller.length).toBe(stream === 'downstream' ? 20 : 0)
    caller.end()
    await settled(bench, upstream)
  })

  test.each(['upstream', 'downstream'] as const)('reset_peer resets both sides (%s)', async (stream) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [
      ...faults,
      faultSpec('reset_peer', { timeout: 30 }, { stream }),
    ])
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    if (stream === 'downstream') {
      await server.gets('Host')
      server.send(OK)
    }
    expect(await caller.ending()).toBe('rst')
    expect(await server.ending()).toBe('rst')
    await settled(bench, upstream)
  })
})

describe('a fault that cuts', () => {
  const cutAfter = (bytes: number, how: 'fin' | 'rst'): FaultSpec =>
    acting({
      chunk: (context, chunk) => {
        const room = Math.max(0, bytes - context.offset)
        if (chunk.bytes.length < room) return [{ do: 'send', bytes: chunk.bytes, at: chunk.at }]
        return [
          { do: 'send', bytes: chunk.bytes.subarray(0, room), at: chunk.at },
          { do: 'close', at: chunk.at, how },
        ]
      },
    })

  test.each(['fin', 'rst'] as const)('lets out exactly what came before it (%s), chunked or not', async (how) => {
    for (const [field, body] of [
      ['Content-Length: 10\r\n', '0123456789'],
      ['Transfer-Encoding: chunked\r\n', 'a\r\n0123456789\r\n'],
    ] as const) {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, [cutAfter(4, how)])
      const caller = useClient(bench.address).send(GET)
      const server = await upstream.peer(0)
      await server.gets('Host')
      server.send(`HTTP/1.1 200 OK\r\n${field}\r\n${body}`)
      expect(await caller.ending()).toBe(how)
      expect(caller.text).toMatch(/\r\n\r\n(4\r\n)?0123(\r\n)?$/)
      await server.ending()
      caller.end()
      await settled(bench, upstream)
    }
  })

  test('with RST waits for the kernel to take what came before it', async () => {
    const upstream = await useUpstream()
    const bytes = Buffer.alloc(64 * MIB)
    const bench = await useHttpProxy(upstream.address, [acting({ request: () => ({ do: 'raw', bytes, then: 'rst' }) })])
    const caller = useClient(bench.address)
    caller.send(GET)
    expect(await caller.ending()).toBe('rst')
    // A reset drops what the kernel took and had not sent yet: up to the greatest send buffer, 4 MiB.
    expect(caller.length).toBeGreaterThan(59 * MIB)
    await settled(bench, upstream)
  })

  test('with RST waits no longer than a second for a caller that reads nothing', async () => {
    const upstream = await useUpstream()
    const bytes = Buffer.alloc(64 * MIB)
    const bench = await useHttpProxy(upstream.address, [acting({ request: () => ({ do: 'raw', bytes, then: 'rst' }) })])
    const caller = useClient(bench.address)
    caller.socket.pause()
    const from = performance.now()
    caller.send(GET)
    await eventually(() => bench.proxy.status().connectionsOpen === 1, 'the connection')
    await eventually(() => bench.proxy.status().connectionsOpen === 0, 'the reset')
    expect(performance.now() - from).toBeGreaterThan(900)
    expect(performance.now() - from).toBeLessThan(2000)
    await settled(bench, upstream)
  })

  test('is not overtaken by the bytes that latency holds back', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [
      acting({ response: () => ({ do: 'raw', bytes: Buffer.from('garbage'), then: 'rst' }) }),
      faultSpec('latency', { latency: 100, jitter: 0 }),
    ])
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(OK)
    expect(await caller.ending()).toBe('rst')
    expect(caller.text).toBe('garbage')
    await settled(bench, upstream)
  })

  test.each(['fin', 'rst', 'stall'] as const)('raw bytes go out as they are, then %s', async (how) => {
    const upstream = await useUpstream()
    const bytes = Buffer.from('HTTP/1.1 2000 \xff\r\nbroken', 'latin1')
    const bench = await useHttpProxy(upstream.address, [acting({ request: () => ({ do: 'raw', bytes, then: how }) })])
    const caller = useClient(bench.address).send(GET)
    await caller.getsBytes(bytes.length)
    expect(caller.bytes.equals(bytes)).toBe(true)
    if (how === 'stall') bench.proxy.setFaults([])
    expect(await caller.ending()).toBe(how === 'rst' ? 'rst' : 'fin')
    caller.end()
    await settled(bench, upstream)
  })
})

describe('what one caller may make us keep', () => {
  test.each(LANES)('requests without an answer are bounded (%s)', async (_lane, faults) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address)
    const many = Buffer.from('GET / HTTP/1.1\r\nHost: up\r\n\r\n'.repeat(10_000))
    let given = 0
    const give = (): void => {
      while (given < 400) {
        given++
        if (!caller.socket.write(many)) return
      }
    }
    caller.socket.on('drain', give)
    give()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(bench.proxy.status().bytes.upstream.received).toBeLessThan(MIB)
    expect(bench.plane.totals().heldBytes).toBeLessThan(MIB)
    caller.socket.destroy()
    for (const peer of upstream.peers) peer.end()
    await settled(bench, upstream)
  })

  test('requests behind a chosen one are not read', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [looking({ match: { path: '/chosen' } })])
    const caller = useClient(bench.address)
    caller.send('GET /a HTTP/1.1\r\nHost: up\r\n\r\nGET /chosen HTTP/1.1\r\nHost: up\r\n\r\n')
    const server = await upstream.peer(0)
    await server.gets('/a')
    let given = 0
    const give = (): void => {
      while (given < 64) {
        given++
        if (!caller.socket.write(Buffer.alloc(MIB))) return
      }
    }
    caller.socket.on('drain', give)
    give()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(given).toBeLessThan(40)
    expect(bench.plane.totals().heldBytes).toBeGreaterThan(30)
    expect(bench.plane.totals().heldBytes).toBeLessThan(MIB)
    caller.socket.destroy()
    server.end()
    await settled(bench, upstream)
  })

  test('heads that do not end are counted, and not kept back where too much is held', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [looking({ match: { path: '/never' } })], {
      heldBytesTotal: 4000,
    })
    const first = useClient(bench.address).send(`GET / HTTP/1.1\r\nX: ${'x'.repeat(5000)}`)
    await eventually(() => bench.plane.totals().heldBytes > 5000, 'the first head')
    useClient(bench.address).send('GET /second')
    await eventually(() => upstream.peers.some((peer) => peer.text === 'GET /second'), 'the second head')
    first.socket.destroy()
    await eventually(() => bench.plane.totals().heldBytes === 0, 'nothing held')
  })
})
