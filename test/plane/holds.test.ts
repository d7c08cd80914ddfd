import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/client/connect.ts'
import { hold, holdConnect, httpAbort, httpDelay, httpHold, latency, resetPeer } from '../../src/client/faults.gen.ts'
import type { FaultHandle } from '../../src/client/fault-handle.ts'
import type { Fault } from '../../src/client/fault.ts'
import type { ProxyHandle } from '../../src/client/proxy-handle.ts'
import { useControl } from '../control/use-control.ts'
import { eventually, useClient, useConnected, useEcho, useUpstream } from './use-peers.ts'
import type { Peer } from './use-peers.ts'

interface Bench {
  readonly proxy: ProxyHandle
  readonly fault: FaultHandle
  readonly control: ReturnType<typeof useControl>
}

async function useHold(fault: Fault, upstream: string, protocol: 'tcp' | 'http' = 'tcp'): Promise<Bench> {
  const control = useControl()
  const chaos = await connect(await control.listen())
  const scope = await chaos.scope()
  onTestFinished(() => void scope.end().catch(() => undefined))
  const proxy = await scope.proxy({ upstream, protocol, name: 'gate' })
  return { control, proxy, fault: await proxy.add(fault) }
}

const text = (peer: Peer, wanted: string): Promise<unknown> =>
  peer.until(() => peer.text === wanted, `the text ${wanted}`)

describe('hold', () => {
  test('lets exactly so many bytes go on, and the rest when it is released', async () => {
    const upstream = await useUpstream()
    const { proxy, fault } = await useHold(hold({ after: 4 }, { stream: 'upstream' }), upstream.address)
    const client = await useConnected(proxy.listen)
    client.send('abcdef')
    await fault.waitHeld()
    const server = await upstream.peer(0)
    await text(server, 'abcd')
    expect(await fault.held()).toMatchObject([{ state: 'held', ordinal: 1, bytes: 2 }])
    client.send('gh')
    expect(await fault.release()).toEqual({ released: 1, held: 0 })
    await text(server, 'abcdefgh')
    // Once released, it is not held again.
    client.send('ij')
    await text(server, 'abcdefghij')
  })

  test('cuts at the byte, however the bytes come', async () => {
    for (const after of [0, 1, 5, 9]) {
      const upstream = await useUpstream()
      const { proxy, fault } = await useHold(hold({ after }, { stream: 'upstream' }), upstream.address)
      const client = await useConnected(proxy.listen)
      for (const letter of '0123456789') client.send(letter)
      await fault.waitHeld()
      const server = await upstream.peer(0)
      await text(server, '0123456789'.slice(0, after))
      await fault.release()
      await text(server, '0123456789')
    }
  })

  test('releases the oldest first, one by one', async () => {
    const echo = await useEcho()
    const { proxy, fault } = await useHold(hold(), echo.address)
    const clients: Peer[] = []
    for (let n = 1; n <= 3; n++) {
      const client = await useConnected(proxy.listen)
      client.send(`hello ${n}`)
      clients.push(client)
      await fault.waitHeld(n)
    }
    expect((await fault.held()).map(({ ordinal }) => ordinal)).toEqual([1, 2, 3])
    expect(await fault.release(1)).toEqual({ released: 1, held: 2 })
    await text(clients[0] as Peer, 'hello 1')
    expect(await fault.release(5)).toEqual({ released: 2, held: 0 })
    await text(clients[1] as Peer, 'hello 2')
    await text(clients[2] as Peer, 'hello 3')
  })

  test('tells of a client that ends its side, and of one that leaves', async () => {
    const upstream = await useUpstream()
    const { proxy, fault, control } = await useHold(hold({}, { stream: 'upstream' }), upstream.address)
    const [ending, leaving] = [await useConnected(proxy.listen), await useConnected(proxy.listen)]
    ending.send('a')
    leaving.send('b')
    await fault.waitHeld(2)
    ending.end()
    const scope = control.scopes.list()[0]?.id ?? ''
    const { waits } = control.scopes.get(scope).world
    expect(await waits.wait({ event: { type: 'barrier', state: 'half_closed' } })).toMatchObject({ met: true })
    leaving.reset()
    expect(await waits.wait({ event: { type: 'barrier', state: 'left' } })).toMatchObject({ met: true })
    expect(await fault.held()).toMatchObject([{ state: 'half_closed', bytes: 1 }])
    await fault.release()
    const server = await upstream.peer(0)
    await text(server, 'a')
    await server.until(() => server.fate === 'fin', 'the end')
  })

  test('lets all go when it is removed or switched off, and holds anew when it is switched on', async () => {
    const echo = await useEcho()
    const { proxy, fault } = await useHold(hold(), echo.address)
    const client = await useConnected(proxy.listen)
    client.send('one')
    await fault.waitHeld()
    await fault.update({ enabled: false })
    await text(client, 'one')
    await fault.update({ enabled: true })
    client.send(' two')
    await fault.waitHeld()
    await fault.remove()
    await text(client, 'one two')
  })

  test('lets those it held meet another fault instead', async () => {
    const echo = await useEcho()
    const { proxy, fault } = await useHold(hold(), echo.address)
    const [reset, slow] = [await useConnected(proxy.listen), await useConnected(proxy.listen)]
    reset.send('a')
    await fault.waitHeld(1)
    slow.send('b')
    await fault.waitHeld(2)
    await fault.release(1, resetPeer())
    await reset.until(() => reset.fate === 'rst', 'the reset')
    const before = performance.now()
    await fault.release(1, latency({ latency: 60 }))
    await text(slow, 'b')
    expect(performance.now() - before).toBeGreaterThanOrEqual(59)
  })

  test('is released by nobody where nothing waits, and meets no fault of another layer', async () => {
    const echo = await useEcho()
    const { proxy, fault } = await useHold(hold(), echo.address)
    await expect(fault.release()).rejects.toMatchObject({ code: 'nothing_held', status: 409 })
    const client = await useConnected(proxy.listen)
    client.send('a')
    await fault.waitHeld()
    await expect(fault.release(1, httpAbort())).rejects.toMatchObject({ code: 'invalid_fault', pointer: '/with/kind' })
    expect(await fault.held()).toHaveLength(1)
  })
})

describe.each(['accept', 'dial'] as const)('hold_connect at %s', (at) => {
  test('holds connections until they are released, with what they said meanwhile', async () => {
    const upstream = await useUpstream()
    const { proxy, fault } = await useHold(holdConnect({ at }), upstream.address)
    const client = useClient(proxy.listen)
    client.send('early')
    client.end()
    await fault.waitHeld()
    await eventually(() => upstream.peers.length === 0, 'nobody upstream')
    await fault.release()
    const server = await upstream.peer(0)
    await text(server, 'early')
    await server.until(() => server.fate === 'fin', 'the end')
    server.send('late').end()
    await text(client, 'late')
  })

  test('sees a client leave', async () => {
    const upstream = await useUpstream()
    const { proxy, fault } = await useHold(holdConnect({ at }), upstream.address)
    const client = await useConnected(proxy.listen)
    await fault.waitHeld()
    client.reset()
    await proxy.waitForConnections(0)
    expect(await fault.held()).toEqual([])
    await expect(fault.release()).rejects.toMatchObject({ code: 'nothing_held' })
  })
})

describe('http_hold', () => {
  const get = async (proxy: ProxyHandle, path: string): Promise<[number, string]> => {
    const response = await fetch(`http://${proxy.listen}${path}`)
    return [response.status, await response.text()]
  }

  async function useHttp(fault: Fault): Promise<Bench & { readonly asked: string[] }> {
    const { createServer } = await import('node:http')
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end('real')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => server.close().closeAllConnections())
    const { port } = server.address() as { port: number }
    return { ...(await useHold(fault, `127.0.0.1:${port}`, 'http')), asked }
  }

  test('holds requests before the upstream hears of them', async () => {
    const { proxy, fault, asked } = await useHttp(httpHold())
    const answers = [get(proxy, '/1'), get(proxy, '/2')]
    await fault.waitHeld(2)
    expect([asked, (await fault.held()).every(({ id }) => id.startsWith('x'))]).toEqual([[], true])
    await fault.release(1)
    await proxy.waitForExchanges(1)
    expect(asked).toHaveLength(1)
    await fault.release()
    expect(await Promise.all(answers)).toEqual([
      [200, 'real'],
      [200, 'real'],
    ])
  })

  test('holds answers when the work is done', async () => {
    const { proxy, fault, asked } = await useHttp(httpHold({ phase: 'after_upstream' }))
    const answer = get(proxy, '/work')
    await fault.waitHeld()
    expect(asked).toEqual(['/work'])
    await fault.release()
    expect(await answer).toEqual([200, 'real'])
  })

  test('releases with another fault: an error, a delay', async () => {
    const { proxy, fault, asked } = await useHttp(httpHold())
    const [first, second] = [get(proxy, '/1'), get(proxy, '/2')]
    await fault.waitHeld(2)
    await fault.release(1, httpAbort({ status: 503, body: 'no' }))
    await proxy.waitForExchanges(1)
    const before = performance.now()
    await fault.release(1, httpDelay({ delay: 50 }))
    const answers = await Promise.all([first, second])
    expect(performance.now() - before).toBeGreaterThanOrEqual(49)
    expect(answers.sort()).toEqual([
      [200, 'real'],
      [503, 'no'],
    ])
    expect(asked).toHaveLength(1)
    const { exchanges } = await proxy.exchanges({ status: '503' })
    expect(exchanges).toMatchObject([{ origin: 'injected' }])
  })

  test('releases an answer with a fault that acts on answers', async () => {
    const { proxy, fault, asked } = await useHttp(httpHold({ phase: 'after_upstream' }))
    const answer = get(proxy, '/work')
    await fault.waitHeld()
    const early = fault.release(1, httpAbort({ phase: 'before_upstream' }))
    await expect(early).rejects.toMatchObject({ code: 'invalid_fault', pointer: '/with/attributes/phase' })
    await fault.release(1, httpAbort({ status: 504, body: 'late' }))
    expect(await answer).toEqual([504, 'late'])
    expect(asked).toEqual(['/work'])
  })

  test('tells of a caller that gives up', async () => {
    const { proxy, fault, control } = await useHttp(httpHold())
    const stop = new AbortController()
    const answer = fetch(`http://${proxy.listen}/`, { signal: stop.signal })
    await fault.waitHeld()
    stop.abort()
    await expect(answer).rejects.toThrow('abort')
    const { waits } = control.scopes.get(control.scopes.list()[0]?.id ?? '').world
    expect(await waits.wait({ event: { type: 'barrier', state: 'left' } })).toMatchObject({ met: true })
    expect(await fault.held()).toEqual([])
  })
})

test('a thousand holds and releases, each waited for: none is lost', async () => {
  const echo = await useEcho()
  const { proxy, fault, control } = await useHold(hold(), echo.address)
  const { registry, waits } = control.scopes.get(control.scopes.list()[0]?.id ?? '').world
  const clients = await Promise.all(Array.from({ length: 50 }, () => useConnected(proxy.listen)))
  let held = 0
  for (let round = 0; round < 20; round++) {
    await fault.update({ enabled: false })
    await fault.update({ enabled: true })
    for (const client of clients) client.send('x')
    const { met } = await waits.wait({ proxy: 'gate', fault: fault.name, held: clients.length })
    expect(met).toBe(true)
    held += registry.release('gate', fault.name, {}, 'api').released
    await Promise.all(clients.map((client) => client.until(() => client.length === round + 1, 'the echo')))
  }
  expect(held).toBe(1000)
}, 30_000)
