import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

/** Answers what it is sent, behind a greeting. */
async function useEcho(greeting = ''): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write(greeting)
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Client {
  readonly socket: Socket
  /** How long it takes until what is sent comes back, ms. */
  roundTrip(text: string): Promise<number>
  /** How it ends: an error code, or `end`. */
  readonly ended: Promise<string>
}

async function useClient(listen: string): Promise<Client> {
  const socket = connect(Number(listen.split(':').at(-1)), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.setNoDelay(true)
  const ended = new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    socket.once('end', () => resolve('end'))
  })
  await once(socket, 'connect')
  return {
    socket,
    ended,
    async roundTrip(text) {
      const before = performance.now()
      socket.write(text)
      for (let got = ''; !got.includes(text);) got += String((await once(socket, 'data'))[0])
      return performance.now() - before
    },
  }
}

async function useProxy(): Promise<Control & { listen: string; toxic(body: object): Promise<unknown> }> {
  const control = useControl()
  const body = { name: 'p', listen: 'localhost:0', upstream: await useEcho() }
  const { json } = await control.call('POST', '/proxies', { body })
  return {
    ...control,
    listen: json.listen,
    async toxic(toxic) {
      const { status } = await control.call('POST', '/proxies/p/toxics', { body: toxic })
      expect(status).toBe(200)
    },
  }
}

describe('traffic under Toxiproxy clients', () => {
  test('latency up and down adds up, on a connection that was open before, and goes when it is removed', async () => {
    const { call, toxic, listen } = await useProxy()
    const client = await useClient(listen)
    await client.roundTrip('before')
    await toxic({ type: 'latency', stream: 'upstream', attributes: { latency: 100 } })
    await toxic({ type: 'latency', stream: 'downstream', attributes: { latency: 100 } })
    const took = await client.roundTrip('during')
    expect(took).toBeGreaterThanOrEqual(199)
    expect(took).toBeLessThan(400)
    for (const name of ['latency_upstream', 'latency_downstream']) await call('DELETE', `/proxies/p/toxics/${name}`)
    expect(await client.roundTrip('after')).toBeLessThan(100)
  })

  test('a disabled proxy refuses connects and drops what is open; enabled, it accepts on the same port', async () => {
    const { call, listen } = await useProxy()
    const client = await useClient(listen)
    await client.roundTrip('hello')
    await call('POST', '/proxies/p', { body: { enabled: false } })
    await client.ended
    await expect(useClient(listen)).rejects.toThrow('ECONNREFUSED')
    await call('POST', '/proxies/p', { body: { enabled: true } })
    await (await useClient(listen)).roundTrip('again')
  })

  test('an update with the same values keeps connections, one of the upstream ends them and is seen by the next', async () => {
    const { call, listen } = await useProxy()
    const client = await useClient(listen)
    await client.roundTrip('one')
    await call('POST', '/proxies/p', { body: (await call('GET', '/proxies/p')).json })
    await client.roundTrip('two')
    await call('POST', '/proxies/p', { body: { upstream: await useEcho('other ') } })
    await client.ended
    const next = await useClient(listen)
    expect(String((await once(next.socket, 'data'))[0])).toBe('other ')
  })

  test('reset_peer resets a connection that is idle and was open before', async () => {
    const { toxic, listen } = await useProxy()
    const client = await useClient(listen)
    await client.roundTrip('hello')
    await toxic({ type: 'reset_peer', attributes: { timeout: 50 } })
    expect(await client.ended).toBe('ECONNRESET')
  })

  test('removing a timeout closes the connection that lost bytes, not the one that lost none', async () => {
    const { call, registry, toxic, listen } = await useProxy()
    const [lost, idle] = [await useClient(listen), await useClient(listen)]
    await lost.roundTrip('hello')
    await idle.roundTrip('hello')
    await toxic({ type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } })
    const received = (): number => registry.get('p').plane.status().bytes?.upstream.received ?? 0
    const before = received()
    lost.socket.write('into the hole')
    await expect.poll(received).toBe(before + 'into the hole'.length)
    await call('DELETE', '/proxies/p/toxics/timeout_upstream')
    expect(await lost.ended).toBe('end')
    await idle.roundTrip('still here')
  })

  test('a deleted proxy drops its connections, and its port can be taken again at once', async () => {
    const { call, listen } = await useProxy()
    const client = await useClient(listen)
    await client.roundTrip('hello')
    await call('DELETE', '/proxies/p')
    await client.ended
    const again = await call('POST', '/proxies', { body: { name: 'p', listen, upstream: await useEcho() } })
    expect(again.json.listen).toBe(listen)
    await (await useClient(listen)).roundTrip('hello')
  })

  test('toxicity 0 never acts, and raised to 1 it acts on what is open', async () => {
    const { call, toxic, listen } = await useProxy()
    await toxic({ type: 'latency', name: 'l', toxicity: 0, attributes: { latency: 150 } })
    const client = await useClient(listen)
    expect(await client.roundTrip('quick')).toBeLessThan(140)
    await call('POST', '/proxies/p/toxics/l', { body: { toxicity: 1 } })
    expect(await client.roundTrip('slow')).toBeGreaterThanOrEqual(149)
  })
})
