import { describe, expect, test } from 'vitest'
import { NameBook } from '../../src/plane/embedded/name-book.ts'
import type { Lookup } from '../../src/plane/embedded/name-book.ts'
import { faultSpec, proxySpec, usePlane } from '../support/use-plane.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { eventually, useClient, useConnected, useEcho, useUpstream } from './use-peers.ts'
import { useSilence } from './use-silence.ts'

/** Names as a test says; `dead.test` is never answered. */
const names =
  (known: Readonly<Record<string, readonly string[]>>, asked: string[] = []): Lookup =>
  (name, answered) => {
    asked.push(name)
    const addresses = known[name]
    if (name === 'dead.test') return
    setImmediate(() => answered(addresses === undefined ? 'ENOTFOUND' : undefined, addresses ?? []))
  }

describe('an upstream that', () => {
  test('refuses costs its connection and no other', async () => {
    const { plane, facts } = usePlane()
    const { address, server } = await useUpstream()
    await new Promise((resolve) => server.close(resolve))
    const proxy = await plane.open(proxySpec(address), 's')
    const client = useClient(proxy.status().listen)
    await client.ending()
    expect(proxy.status()).toMatchObject({ dials: { failed: 1 }, closed: { upstream: 1 } })
    await eventually(() => plane.totals().connectionsOpen === 0, 'the end')
    expect(facts).toContainEqual(
      expect.objectContaining({ type: 'connection_refused', reason: 'dial_ECONNREFUSED', origin: 'upstream' }),
    )
  })

  if (process.platform === 'linux') {
    test('never answers is given up at the limit', async () => {
      const { plane } = usePlane({ limits: { dialMs: 120 } })
      const proxy = await plane.open(proxySpec(await useSilence()), 's')
      const began = performance.now()
      await useClient(proxy.status().listen).ending()
      expect(performance.now() - began).toBeGreaterThanOrEqual(119)
      expect(proxy.status().dials).toMatchObject({ timeout: 1, ok: 0 })
    })

    test('never answers holds up nobody: disabling, deleting and killing cancel the dial', async () => {
      const { plane, facts } = usePlane()
      const silent = await useSilence()
      const proxy = await plane.open(proxySpec(silent), 's')
      const { listen } = proxy.status()
      const went: (() => Promise<unknown>)[] = [
        async () => plane.kill({}, 'rst'),
        () => proxy.reconfigure(proxySpec(silent, { listen, enabled: false })),
        () => proxy.reconfigure(proxySpec(silent, { listen })),
        () => proxy.close(),
      ]
      for (const go of went) {
        const dialling = [...plane.connections()].length
        const client = dialling === 0 && proxy.status().state === 'listening' ? useClient(listen) : undefined
        if (client !== undefined)
          await eventually(() => [...plane.connections()].some(({ state }) => state === 'dialling'), 'a dial')
        const began = performance.now()
        await go()
        expect(performance.now() - began).toBeLessThan(2000)
        if (client !== undefined) await client.ending()
      }
      expect(plane.totals().connectionsOpen).toBe(0)
      expect(proxy.status().dials.cancelled).toBe(3)
      expect(facts.filter(({ type }) => type === 'connection_refused')).toHaveLength(3)
    })
  }

  test('has several addresses is reached at the first that answers', async () => {
    const echo = await useEcho()
    const { plane } = usePlane({ lookup: names({ 'many.test': ['127.0.0.3', '127.0.0.1'] }) })
    const proxy = await plane.open(proxySpec(`many.test:${echo.port}`), 's')
    await (await useConnected(proxy.status().listen)).send('x').gets('x')
  })

  test('has no name fails at once', async () => {
    const { plane, facts } = usePlane({ lookup: names({}) })
    const proxy = await plane.open(proxySpec('nobody.test:80'), 's')
    await useClient(proxy.status().listen).ending()
    expect(facts).toContainEqual(expect.objectContaining({ reason: 'dial_ENOTFOUND' }))
  })

  test('is no address at all, as Toxiproxy allows, lets its connections fail', async () => {
    const { plane } = usePlane()
    const proxy = await plane.open(proxySpec('what is this'), 's')
    await useClient(proxy.status().listen).ending()
    expect(proxy.status().dials.failed).toBe(1)
  })
})

describe('a name server that never answers', () => {
  test('delays nobody but those who ask for that name, and these only until their limit', async () => {
    const echo = await useEcho()
    const { plane } = usePlane({ lookup: names({ 'live.test': ['127.0.0.1'] }), limits: { dialMs: 1000 } })
    const dead = await plane.open(proxySpec('dead.test:80', { name: 'dead' }), 's')
    const live = await plane.open(proxySpec(`live.test:${echo.port}`, { name: 'live' }), 's')
    const waiting = Array.from({ length: 50 }, () => useClient(dead.status().listen))
    await eventually(() => dead.status().connectionsOpen === 50, 'the waiting')
    await (await useConnected(live.status().listen)).send('x').gets('x')
    expect(dead.status().dials.timeout).toBe(0)
    for (const client of waiting) await client.ending()
    expect(dead.status().dials.timeout).toBe(50)
  })

  test('does not keep a proxy from being closed', async () => {
    const { plane } = usePlane({ lookup: names({}) })
    const proxy = await plane.open(proxySpec('dead.test:80'), 's')
    const client = await useConnected(proxy.status().listen)
    await eventually(() => proxy.status().connectionsOpen === 1, 'the dial')
    await proxy.close()
    await client.ending()
  })
})

describe('look-ups', () => {
  test('are made once for all who ask meanwhile, believed for a second, and not made for literals', () => {
    const clock = new ManualClock()
    const asked: string[] = []
    const answers: (() => void)[] = []
    const book = new NameBook(clock, (name, answered) => {
      asked.push(name)
      answers.push(() => answered(undefined, ['10.0.0.1']))
    })
    const got: string[] = []
    const ask = (name: string): void => book.resolve(name, (_error, [first]) => void got.push(first ?? ''))
    for (const name of ['127.0.0.1', '::1', 'localhost', 'a.test', 'a.test']) ask(name)
    expect([asked, got]).toEqual([['a.test'], ['127.0.0.1', '::1', '127.0.0.1']])
    answers[0]?.()
    ask('a.test')
    expect([asked.length, got.length]).toEqual([1, 6])
    clock.advance(1001)
    ask('a.test')
    expect(asked).toEqual(['a.test', 'a.test'])
  })

  test('of names that failed are made one at a time, so that the others keep their place', () => {
    const clock = new ManualClock()
    const running = new Map<string, () => void>()
    const book = new NameBook(clock, (name, answered) => {
      running.set(name, () => {
        running.delete(name)
        answered(name.startsWith('bad') ? 'ENOTFOUND' : undefined, ['10.0.0.1'])
      })
    })
    const bad = ['bad1', 'bad2', 'bad3']
    for (const name of bad) book.resolve(name, () => {})
    for (const name of bad) running.get(name)?.()
    for (const name of [...bad, 'good']) book.resolve(name, () => {})
    expect([...running.keys()]).toEqual(['bad1', 'good'])
    running.get('bad1')?.()
    expect([...running.keys()]).toEqual(['good', 'bad2'])
  })
})

test('slow_dial waits before the dial, and its removal lets the dial go on at once', async () => {
  const { plane } = usePlane()
  const echo = await useEcho()
  const slow = faultSpec('slow_dial', { delay: 60_000, jitter: 0 }, { stream: undefined })
  const proxy = await plane.open(proxySpec(echo.address, { faults: [slow] }), 's')
  const client = (await useConnected(proxy.status().listen)).send('x')
  await eventually(() => proxy.status().connectionsOpen === 1, 'the wait')
  expect(proxy.setFaults([])).toBe(1)
  await client.gets('x')
})
