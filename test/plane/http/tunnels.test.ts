import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { faultSpec } from '../../support/use-plane.ts'
import { connected, useClient, useUpstream } from '../use-peers.ts'
import { acting, looking, settled, useHttpProxy } from './use-acting.ts'

const LANES: readonly (readonly [string, readonly FaultSpec[]])[] = [
  ['wire', []],
  ['exchange', [looking()]],
]

async function useSocketServer(): Promise<string> {
  const server = createServer((_req, res) => res.end('plain'))
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function useSocket(address: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${address}/chat`)
  onTestFinished(() => socket.terminate())
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}

const echo = (socket: WebSocket, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    socket.once('message', (data) => resolve(String(data as Buffer)))
    socket.once('error', reject)
    socket.send(text)
  })

describe.each(LANES)('through the %s lane', (_lane, faults) => {
  test('a WebSocket speaks both ways, large and small, and closes in order', async () => {
    const bench = await useHttpProxy(await useSocketServer(), faults)
    const socket = await useSocket(bench.address)
    expect(await echo(socket, 'hello')).toBe('hello')
    const large = 'x'.repeat(2_000_000)
    expect((await echo(socket, large)) === large).toBe(true)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.close(1000)
    expect(await closed).toBe(1000)
    await settled(bench)
    expect([...bench.facts].filter(({ type }) => type === 'exchange')).toHaveLength(1)
  })

  test('stream faults act on the tunnel, added and removed', async () => {
    const bench = await useHttpProxy(await useSocketServer(), faults)
    const socket = await useSocket(bench.address)
    bench.proxy.setFaults([...faults, faultSpec('latency', { latency: 80, jitter: 0 })])
    let from = performance.now()
    expect(await echo(socket, 'late')).toBe('late')
    expect(performance.now() - from).toBeGreaterThan(75)
    bench.proxy.setFaults(faults)
    from = performance.now()
    expect(await echo(socket, 'soon')).toBe('soon')
    expect(performance.now() - from).toBeLessThan(75)
    const lost = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    bench.proxy.setFaults([...faults, faultSpec('reset_peer', { timeout: 0 })])
    socket.send('reset now')
    expect(await lost).toBe(1006)
    await settled(bench)
  })

  test('CONNECT becomes a tunnel for bytes of any kind', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send('CONNECT up:443 HTTP/1.1\r\nHost: up:443\r\n\r\n')
    const server = await upstream.peer(0)
    await server.gets('\r\n\r\n')
    expect(server.text).toBe('CONNECT up:443 HTTP/1.1\r\nHost: up:443\r\n\r\n')
    server.send('HTTP/1.1 200 Fine\r\n\r\n')
    await caller.gets('200 Fine')
    caller.send('GET / HTTP/1.1\n\0')
    await server.gets('\n\0')
    server.send('any thing').end()
    await caller.gets('any thing')
    expect(await caller.ending()).toBe('fin')
    caller.send('still').end()
    await server.gets('still')
    expect(await server.ending()).toBe('fin')
    await settled(bench)
  })

  test.each(['end', 'reset'] as const)('a tunnel whose caller leaves (%s) leaves nothing', async (how) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send('CONNECT up:443 HTTP/1.1\r\nHost: up:443\r\n\r\nearly')
    const server = await upstream.peer(0)
    await server.gets('\r\n\r\n')
    server.send('HTTP/1.1 200 Fine\r\n\r\n')
    await caller.gets('200 Fine')
    await server.gets('early')
    caller[how]()
    expect(await server.ending()).toBe(how === 'end' ? 'fin' : 'rst')
    server.end()
    await settled(bench)
  })

  test('a caller that ended its side before the tunnel is there still gets the answer', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send('CONNECT up:443 HTTP/1.1\r\nHost: up:443\r\n\r\n').end()
    const server = await upstream.peer(0)
    await server.gets('\r\n\r\n')
    expect(await server.ending()).toBe('fin')
    server.send('HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n').end()
    await caller.gets('502 No')
    expect(await caller.ending()).toBe('fin')
    await settled(bench)
  })

  test('an upgrade behind an unanswered request waits for its answer', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(
      'GET /first HTTP/1.1\r\nHost: up\r\n\r\nGET /second HTTP/1.1\r\nHost: up\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
    )
    const server = await upstream.peer(0)
    await server.gets('/first')
    if (faults.length > 0) expect(server.text).not.toContain('/second')
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    await server.gets('/second')
    server.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nraw')
    await caller.gets('\r\n\r\nraw')
    expect(caller.text.indexOf('200 OK')).toBeLessThan(caller.text.indexOf('101 Switching'))
    caller.send('more')
    await server.gets('more')
    caller.end()
    server.end()
    await settled(bench)
    expect(upstream.peers).toHaveLength(1)
  })
})

test('a fault answers an upgrade instead of the upstream, and that ends the connection', async () => {
  const upstream = await useUpstream()
  const bench = await useHttpProxy(upstream.address, [
    acting({ request: () => ({ do: 'answer', status: 503, body: Buffer.from('no') }) }),
  ])
  const refused = new WebSocket(`ws://${bench.address}`)
  const error = await new Promise<Error>((resolve) => refused.once('error', resolve))
  expect(error.message).toContain('503')
  await settled(bench)
  expect(upstream.peers.map(({ text }) => text).join('')).toBe('')
})

test('a fault delays an upgrade; the caller may leave meanwhile', async () => {
  const upstream = await useUpstream()
  const bench = await useHttpProxy(upstream.address, [acting({ request: () => ({ do: 'wait', until: Infinity }) })])
  const caller = useClient(bench.address)
  await connected(caller)
  caller.send('CONNECT up:443 HTTP/1.1\r\nHost: up:443\r\n\r\n')
  const server = await upstream.peer(0)
  await new Promise((resolve) => setTimeout(resolve, 20))
  caller.end()
  await server.ending()
  server.end()
  await settled(bench)
})
