import { describe, expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { proxySpec } from '../../support/use-plane.ts'
import { connected, eventually, useClient, useUpstream } from '../use-peers.ts'
import type { Peer } from '../use-peers.ts'
import { acting, looking, settled, useHttpProxy } from './use-acting.ts'

const GET = 'GET / HTTP/1.1\r\nHost: up\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'

/** What the caller got, without what a hop may add. */
const plain = ({ text }: Peer): string => text.replaceAll('Connection: keep-alive\r\n', '')

const LANES: readonly (readonly [string, readonly FaultSpec[]])[] = [
  ['wire', []],
  ['exchange', [looking()]],
]

describe.each(LANES)('in the %s lane', (_lane, faults) => {
  test.each(['end', 'reset'] as const)(
    'a caller that leaves before the answer (%s) frees the upstream',
    async (how) => {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, faults)
      const caller = useClient(bench.address).send(GET)
      const server = await upstream.peer(0)
      await server.gets('Host')
      caller[how]()
      await server.ending()
      server.end()
      caller.socket.destroy()
      await settled(bench)
    },
  )

  test.each(['destroy', 'reset'] as const)('a caller that leaves in mid-body (%s) frees the upstream', async (how) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(HALF)
    await caller.gets('half')
    if (how === 'reset') caller.reset()
    else caller.socket.destroy()
    await server.ending()
    server.end()
    await settled(bench)
  })

  test('a caller that leaves in the middle of its own body frees the upstream', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send('POST / HTTP/1.1\r\nHost: up\r\nContent-Length: 100\r\n\r\nsome')
    const server = await upstream.peer(0)
    await server.gets('some')
    caller.reset()
    await server.ending()
    await settled(bench)
  })

  test('a caller that ended its side gets its reply', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(GET).end()
    const server = await upstream.peer(0)
    await server.gets('Host')
    expect(await server.ending()).toBe('fin')
    server.send(OK).end()
    await caller.gets('ok')
    expect(await caller.ending()).toBe('fin')
    await settled(bench)
  })

  test.each(['end', 'reset'] as const)(
    'an upstream that goes before its answer (%s) is gone for the caller',
    async (how) => {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, faults)
      const caller = useClient(bench.address).send(GET)
      const server = await upstream.peer(0)
      await server.gets('Host')
      server[how]()
      expect(await caller.ending()).toBe(how === 'end' ? 'fin' : 'rst')
      expect(caller.text).toBe('')
      caller.end()
      await settled(bench)
    },
  )

  test.each(['end', 'reset'] as const)('an upstream that goes in mid-body (%s) is gone for the caller', async (how) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(HALF)
    await caller.gets('half')
    server[how]()
    expect(await caller.ending()).toBe(how === 'end' ? 'fin' : 'rst')
    expect(plain(caller)).toBe(HALF)
    caller.end()
    await settled(bench)
  })

  test('an upstream that says half an answer and ends at once: the half reaches the caller', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(HALF).end()
    expect(await caller.ending()).toBe('fin')
    expect(plain(caller)).toBe(HALF)
    caller.end()
    await settled(bench)
  })

  test('an upstream that leaves between two requests is not asked the second twice', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const caller = useClient(bench.address).send(GET)
    const first = await upstream.peer(0)
    await first.gets('Host')
    first.send(OK)
    await caller.gets('ok')
    first.reset()
    await eventually(() => first.closed, 'the reset')
    caller.send(GET.replace('/ ', '/second '))
    if (faults.length === 0) expect(await caller.ending()).toBe('rst')
    else {
      // The caller did not see it leave, so the next request finds another connection.
      const second = await upstream.peer(1)
      await second.gets('/second')
      second.send(OK)
      await caller.until(() => plain(caller) === OK + OK, 'the second answer')
      expect(second.text.match(/GET/g)).toHaveLength(1)
    }
    expect(first.text.match(/GET/g)).toHaveLength(1)
    caller.socket.destroy()
    await settled(bench)
  })

  test.each(['client first', 'server first', 'both at once'])(
    'resets in any order (%s) leave nothing',
    async (order) => {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, faults)
      for (let i = 0; i < 20; i++) {
        const caller = useClient(bench.address).send(GET)
        const server = await upstream.peer(i)
        await server.gets('Host')
        server.send(HALF)
        if (order !== 'server first') caller.reset()
        if (order === 'client first') await eventually(() => caller.closed, 'the reset')
        server.reset()
        if (order === 'server first') await eventually(() => server.closed, 'the reset')
        caller.reset()
      }
      await settled(bench)
    },
  )

  test.each(['disabled', 'deleted'])('a proxy that is %s closes what is under way', async (what) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    const callers = Array.from({ length: 4 }, () => useClient(bench.address))
    for (const [i, caller] of callers.entries()) {
      await connected(caller)
      if (i > 0) caller.send(GET)
    }
    await eventually(() => upstream.peers.filter((peer) => peer.length > 0).length === 3, 'three requests')
    upstream.peers.filter((peer) => peer.length > 0)[1]?.send(HALF)
    upstream.peers.filter((peer) => peer.length > 0)[2]?.send(OK)
    await eventually(() => callers.filter((caller) => caller.length > 0).length === 2, 'two answers')
    if (what === 'deleted') await bench.proxy.close()
    else {
      await bench.proxy.reconfigure({
        ...proxySpec(upstream.address, { protocol: 'http', enabled: false }),
        listen: bench.address,
      })
    }
    for (const caller of callers) await caller.ending()
    for (const server of upstream.peers) await server.ending()
    for (const peer of [...callers, ...upstream.peers]) peer.end()
    await settled(bench)
  })
})

describe('while a fault waits', () => {
  const waits = (until = Infinity): FaultSpec => acting({ request: () => ({ do: 'wait', until }) })
  const waitsLate = acting({ response: () => ({ do: 'wait', until: Infinity }) })

  test.each([
    ['before the upstream', waits()],
    ['before the answer', waitsLate],
  ])('%s: a caller that leaves, in whatever way, leaves nothing behind', async (_when, fault) => {
    const upstream = await useUpstream({
      onPeer: (peer) =>
        void peer.gets('\r\n\r\n').then(
          () => peer.send(OK),
          () => {},
        ),
    })
    const bench = await useHttpProxy(upstream.address, [fault])
    for (const how of ['end', 'reset', 'destroy'] as const) {
      const caller = useClient(bench.address).send(GET)
      await eventually(() => bench.proxy.fault('test_acts')?.applied !== 0, 'the fault')
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (how === 'destroy') caller.socket.destroy()
      else caller[how]()
      await eventually(() => bench.proxy.status().connectionsOpen === 0, `the end after ${how}`)
      caller.socket.destroy()
    }
    for (const server of upstream.peers) await server.ending()
    await settled(bench)
  })

  test('an upstream that resets its idle connection meanwhile does no harm', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [waits()])
    const caller = useClient(bench.address).send(GET)
    const first = await upstream.peer(0)
    await eventually(() => bench.proxy.fault('test_acts')?.applied === 1, 'the fault')
    first.reset()
    await eventually(() => first.closed, 'the reset')
    await new Promise((resolve) => setTimeout(resolve, 20))
    bench.proxy.setFaults([])
    const second = await upstream.peer(1)
    await second.gets('Host')
    second.send(OK)
    await caller.gets('ok')
    expect(first.text).toBe('')
    caller.end()
    second.end()
    await settled(bench)
  })

  test('a removed fault lets the request go on, once', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [waits()])
    const caller = useClient(bench.address).send(GET)
    await eventually(() => bench.proxy.fault('test_acts')?.applied === 1, 'the fault')
    bench.proxy.setFaults([])
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(OK)
    await caller.gets('ok')
    expect(server.text.match(/GET/g)).toHaveLength(1)
    caller.end()
    await settled(bench)
  })

  test('an upstream that dies while its answer waits is gone for the caller', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [waitsLate])
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(HALF)
    await new Promise((resolve) => setTimeout(resolve, 30))
    server.reset()
    await eventually(() => server.closed, 'the reset')
    await new Promise((resolve) => setTimeout(resolve, 20))
    bench.proxy.setFaults([])
    expect(await caller.ending()).not.toBe('open')
    caller.end()
    await settled(bench)
  })

  test('an answer that was whole before its upstream died still arrives', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [waitsLate])
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(OK)
    await new Promise((resolve) => setTimeout(resolve, 30))
    server.end()
    await server.ending()
    bench.proxy.setFaults([])
    await caller.gets('ok')
    caller.end()
    await settled(bench)
  })

  test('a stall ends with its fault', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [acting({ request: () => ({ do: 'cut', how: 'stall' }) })])
    const caller = useClient(bench.address).send(GET)
    await eventually(() => bench.proxy.fault('test_acts')?.applied === 1, 'the fault')
    bench.proxy.setFaults([])
    expect(await caller.ending()).toBe('fin')
    expect((await upstream.peer(0)).text).toBe('')
    caller.end()
    await settled(bench)
  })

  test('an upstream that dies in the middle of a swallowed answer does not hold the caller', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [acting({ response: () => ({ do: 'swallow', then: 'fin' }) })])
    const caller = useClient(bench.address).send(GET)
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(HALF)
    await new Promise((resolve) => setTimeout(resolve, 20))
    server.reset()
    expect(await caller.ending()).toBe('fin')
    expect(caller.text).toBe('')
    caller.end()
    await settled(bench)
  })

  test.each(['request', 'response'] as const)(
    'a body that a fault wants whole and that breaks off is no bug (%s)',
    async (which) => {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, [acting({ wants: { [which]: true } })])
      const caller = useClient(bench.address)
      await connected(caller)
      const server = await upstream.peer(0)
      if (which === 'request') {
        caller.send('POST / HTTP/1.1\r\nHost: up\r\nContent-Length: 100\r\n\r\nsome')
        await eventually(() => bench.proxy.fault('test_acts')?.applied === 1, 'the fault')
        caller.reset()
        await server.ending()
      } else {
        caller.send(GET)
        await server.gets('Host')
        server.send(HALF)
        await new Promise((resolve) => setTimeout(resolve, 20))
        server.reset()
        await caller.ending()
      }
      caller.socket.destroy()
      await settled(bench)
    },
  )
})

test('an upstream that refuses after the hand-over ends the caller', async () => {
  const upstream = await useUpstream()
  const bench = await useHttpProxy(upstream.address, [looking()])
  const caller = useClient(bench.address).send(GET)
  const server = await upstream.peer(0)
  await server.gets('Host')
  server.send(OK)
  await caller.gets('ok')
  upstream.server.close()
  server.end()
  await server.ending()
  caller.send(GET)
  expect(await caller.ending()).toBe('fin')
  expect(plain(caller)).toBe(OK)
  caller.end()
  await settled(bench)
})
