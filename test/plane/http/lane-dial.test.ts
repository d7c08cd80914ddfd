import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/contract/events.ts'
import type { PlaneLimits } from '../../../src/contract/ports.ts'
import type { Lookup } from '../../../src/plane/embedded/name-book.ts'
import { faultSpec } from '../../support/use-plane.ts'
import { eventually, useClient, useUpstream } from '../use-peers.ts'
import type { Peer, Upstream } from '../use-peers.ts'
import { useSilence } from '../use-silence.ts'
import { looking, settled, useHttpProxy } from './use-acting.ts'
import type { HttpBench } from './use-acting.ts'

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: up\r\n\r\n`
const LAST = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nfirst'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond'

interface Once {
  readonly upstream: Upstream
  readonly bench: HttpBench
  readonly caller: Peer
}

/** A caller in the exchange lane that was answered once, and whose upstream connection is gone. */
async function useAnsweredOnce(
  options: { host?: string; limits?: Partial<PlaneLimits>; lookup?: Lookup; held?: boolean } = {},
): Promise<Once> {
  const upstream = await useUpstream()
  const holds = options.held === true ? [faultSpec('latency', { latency: 60_000, jitter: 0 })] : []
  const address = `${options.host ?? '127.0.0.1'}:${upstream.port}`
  const bench = await useHttpProxy(address, [looking(), ...holds], options.limits, options.lookup)
  const caller = useClient(bench.address).send(get('/first'))
  const server = await upstream.peer(0)
  await server.gets('/first')
  server.send(LAST).end()
  if (options.held !== true) await caller.gets('first')
  await eventually(() => server.closed, 'the end of the first connection')
  return { upstream, bench, caller }
}

const closings = ({ facts }: HttpBench): Fact[] => facts.filter(({ type }) => type === 'connection_closed')
const stop = ({ server }: Upstream): Promise<unknown> => new Promise((resolve) => server.close(resolve))

describe('an upstream that is dialled again, for a request in the exchange lane,', () => {
  test('gets the request as it came, and the dial is counted', async () => {
    const { upstream, bench, caller } = await useAnsweredOnce()
    const post = 'POST //a//../b?x=%zz HTTP/1.1\r\nHost: up\r\nx-Odd: 1\r\n\r\n'
    caller.send(post)
    const server = await upstream.peer(1)
    await server.gets('x-Odd')
    server.send(OK)
    await caller.gets('second')
    expect(server.text.replace(/Connection: .*\r\n/i, '')).toBe(post)
    expect(bench.proxy.status().dials).toMatchObject({ ok: 2, failed: 0, again: { failed: 0, timeout: 0 } })
    expect(bench.proxy.status().dials.time.count).toBe(2)
    expect(bench.facts.filter(({ type }) => type === 'connection_opened')).toHaveLength(1)
    caller.socket.destroy()
    await settled(bench, upstream)
  })

  test('is a new one where the old spoke unasked: that is no answer to what comes next', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [looking()])
    const caller = useClient(bench.address).send(get('/first'))
    const first = await upstream.peer(0)
    await first.gets('/first')
    first.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst')
    await caller.gets('first')
    first.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray')
    // Sent to ourselves, it is here in the next turn.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    caller.send(get('/second'))
    const second = await upstream.peer(1)
    await second.gets('/second')
    second.send(OK)
    await caller.gets('second')
    expect(caller.text).not.toContain('stray')
    caller.socket.destroy()
    await settled(bench, upstream)
  })

  test('is tried at each of its addresses in turn', async () => {
    const lookup: Lookup = (_name, answered) => setImmediate(() => answered(undefined, ['127.0.0.3', '127.0.0.1']))
    const { upstream, bench, caller } = await useAnsweredOnce({ host: 'many.test', lookup })
    caller.send(get('/second'))
    const server = await upstream.peer(1)
    await server.gets('/second')
    server.send(OK)
    await caller.gets('second')
    expect(bench.proxy.status().dials).toMatchObject({ ok: 2, failed: 0 })
    caller.socket.destroy()
    await settled(bench, upstream)
  })

  test('and refuses is told with its reason, as the upstream’s doing, and not as a client that was never served', async () => {
    const { upstream, bench, caller } = await useAnsweredOnce()
    await stop(upstream)
    caller.send(get('/second'))
    expect(await caller.ending()).toBe('fin')
    caller.end()
    await settled(bench)
    expect(closings(bench)).toMatchObject([{ how: 'fin', origin: 'upstream', reason: 'dial_ECONNREFUSED' }])
    expect(bench.facts.filter(({ type }) => type === 'exchange')).toMatchObject([
      { target: '/first', status: 200, complete: true, origin: 'upstream' },
      { target: '/second', complete: false, origin: 'upstream' },
    ])
    expect(bench.proxy.status().dials).toMatchObject({ ok: 1, failed: 1, again: { failed: 1, timeout: 0 } })
    expect(bench.facts.filter(({ type }) => type === 'connection_refused')).toEqual([])
  })

  if (process.platform === 'linux') {
    test('and never answers is given up at the limit of all dials', async () => {
      const { upstream, bench, caller } = await useAnsweredOnce({ limits: { dialMs: 150 } })
      await stop(upstream)
      await useSilence(upstream.port)
      const began = performance.now()
      caller.send(get('/second'))
      expect(await caller.ending()).toBe('fin')
      expect(performance.now() - began).toBeGreaterThanOrEqual(149)
      caller.end()
      await settled(bench)
      expect(closings(bench)).toMatchObject([{ origin: 'upstream', reason: 'dial_ETIMEDOUT' }])
      expect(bench.proxy.status().dials).toMatchObject({ timeout: 1, again: { timeout: 1 } })
    })

    test('and never answers holds up nothing when the caller resets', async () => {
      const { upstream, bench, caller } = await useAnsweredOnce()
      await stop(upstream)
      await useSilence(upstream.port)
      caller.send(get('/second'))
      await eventually(() => bench.proxy.fault('test_look')?.applied === 2, 'the second request')
      caller.reset()
      await settled(bench)
      await eventually(() => bench.proxy.status().dials.cancelled === 1, 'the end of the dial')
      expect(closings(bench)).toMatchObject([{ origin: 'client' }])
    })

    test('and never answers holds up nothing when its proxy is deleted', async () => {
      const { upstream, bench, caller } = await useAnsweredOnce()
      await stop(upstream)
      await useSilence(upstream.port)
      caller.send(get('/second'))
      await eventually(() => bench.proxy.fault('test_look')?.applied === 2, 'the second request')
      await bench.proxy.close()
      await caller.ending()
      expect(bench.proxy.status().dials.cancelled).toBe(1)
    })
  }

  test('and has lost its name, or whose name server died, fails as it would for a new connection', async () => {
    let answers = true
    const lookup: Lookup = (name, answered) => {
      if (!answers && name === 'silent.test') return
      setImmediate(() => answered(answers ? undefined : 'ENOTFOUND', answers ? ['127.0.0.1'] : []))
    }
    const limits = { dialMs: 150 }
    const cases = await Promise.all(
      ['gone.test', 'silent.test'].map((host) => useAnsweredOnce({ host, limits, lookup })),
    )
    answers = false
    // An answer of the name server is believed for a second.
    await new Promise((resolve) => setTimeout(resolve, 1050))
    for (const { bench, caller } of cases) {
      caller.send(get('/second'))
      await caller.ending()
      caller.end()
      await settled(bench)
    }
    expect(cases.flatMap(({ bench }) => closings(bench))).toMatchObject([
      { origin: 'upstream', reason: 'dial_ENOTFOUND' },
      { origin: 'upstream', reason: 'dial_ETIMEDOUT' },
    ])
  })

  test('and refuses costs no answer that a fault still holds', async () => {
    const { upstream, bench, caller } = await useAnsweredOnce({ held: true })
    await stop(upstream)
    caller.send(get('/second'))
    await eventually(() => bench.proxy.status().dials.failed === 1, 'the failed dial')
    expect([caller.fate, caller.text]).toEqual(['open', ''])
    bench.proxy.setFaults([])
    expect(await caller.ending()).toBe('fin')
    expect(caller.text).toMatch(/\r\n\r\nfirst$/)
    caller.end()
    await settled(bench)
    expect(closings(bench)).toMatchObject([{ how: 'fin', origin: 'upstream', reason: 'dial_ECONNREFUSED' }])
  })

  describe('for what becomes a tunnel', () => {
    const UPGRADE = 'GET /ws HTTP/1.1\r\nHost: up\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'

    test('gets the request as it came, and both sides may speak', async () => {
      const { upstream, bench, caller } = await useAnsweredOnce()
      caller.send(`${UPGRADE}early`)
      const server = await upstream.peer(1)
      await server.gets('early')
      expect(server.text).toBe(`${UPGRADE}early`)
      server.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhi')
      await caller.gets('\r\n\r\nhi')
      caller.send('there')
      await server.gets('there')
      caller.end()
      await settled(bench, upstream)
      expect(bench.proxy.status().dials.ok).toBe(2)
    })

    test('and refuses ends the connection', async () => {
      const { upstream, bench, caller } = await useAnsweredOnce()
      await stop(upstream)
      caller.send(UPGRADE)
      expect(await caller.ending()).toBe('fin')
      caller.end()
      await settled(bench)
      expect(closings(bench)).toMatchObject([{ origin: 'upstream', reason: 'dial_ECONNREFUSED' }])
      expect(bench.facts.filter(({ type }) => type === 'exchange').at(-1)).toMatchObject({ complete: false })
    })
  })
})
