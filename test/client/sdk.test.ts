import { describe, expect, onTestFinished, test } from 'vitest'
import { ApiError, UnreachableError } from '../../src/client/client-error.ts'
import { connect } from '../../src/client/connect.ts'
import { httpAbort, latency, timeout } from '../../src/client/faults.gen.ts'
import { WaitError } from '../../src/client/wait.ts'
import { eventually, knock, useConnected, useEcho } from '../plane/use-peers.ts'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from '../control/use-control.ts'

async function useScope() {
  const control = useControl()
  const chaos = await connect(await control.listen())
  const scope = await chaos.scope({ labels: { test: 'sdk' } })
  onTestFinished(() => void scope.end().catch(() => undefined))
  return { control, chaos, scope, echo: await useEcho() }
}

describe('connect', () => {
  test('finds a daemon by URL, options or environment, and says when there is none', async () => {
    const url = await useControl().listen()
    for (const to of [url, { url, timeoutMs: 1000 }, { FAULTLINE_URL: url, PATH: '/bin' }]) {
      expect((await connect(to)).url).toBe(url)
    }
    await expect(connect('http://127.0.0.1:1')).rejects.toThrow(UnreachableError)
    await expect(connect('ftp://127.0.0.1')).rejects.toThrow('no http URL')
  })
})

describe('a scope', () => {
  test('is held by its stream, and is gone when it is disposed of', async () => {
    const { control, chaos, echo } = await useScope()
    let listen: string
    let id: string
    {
      await using scope = await chaos.scope({ seed: 7, ttl: '30s' })
      id = scope.id
      expect(scope.seed).toBe('7')
      expect((await chaos.client.scope(id)).streams).toBe(1)
      listen = (await scope.proxy({ upstream: echo.address })).listen
      expect(await knock(listen)).toBe('accepted')
    }
    expect(await knock(listen)).toBe('ECONNREFUSED')
    await expect(chaos.client.scope(id)).rejects.toMatchObject({ code: 'scope_ended', status: 410 })
    expect(control.scopes.counts().ended).toMatchObject({ ended: 1, stream_closed: 0 })
  })

  test('names its proxies itself unless told, and finds them again', async () => {
    const { scope, echo } = await useScope()
    const names = [
      await scope.proxy({ upstream: echo.address }),
      await scope.proxy({ upstream: echo.address, name: 'db' }),
    ]
    expect(names.map(({ name }) => name)).toEqual(['proxy1', 'db'])
    expect((await scope.find('db')).port).toBe(names[1]?.port)
    await expect(scope.find('bd')).rejects.toMatchObject({ code: 'proxy_not_found' })
    await expect(scope.find('bd')).rejects.toThrow('did you mean "db"?')
  })

  test('has a time of its own that the test moves, where it was opened so', async () => {
    const { chaos, scope: real, echo } = await useScope()
    await using scope = await chaos.scope({ clock: 'manual' })
    const proxy = await scope.proxy({ upstream: echo.address, faults: [latency({ latency: '1h' })] })
    const peer = await useConnected(proxy.listen)
    peer.send('ping')
    expect(await scope.waitUntilDue('1h')).toMatchObject({ met: true })
    expect(await scope.advance('59m')).toMatchObject({ moved_ms: 3_540_000, next_in_ms: 60_000 })
    expect(await scope.advance('next')).toMatchObject({ now_ms: 3_600_000, timers: 1 })
    await peer.gets('ping')
    await expect(scope.advance('next')).rejects.toMatchObject({ code: 'nothing_due' })
    await expect(scope.waitUntilDue(1, { timeout: '1ms' })).rejects.toThrow(WaitError)
    await expect(real.advance('1s')).rejects.toMatchObject({ code: 'clock_is_real' })
  })

  test('knows which faults never acted, until it is reset', async () => {
    const { scope, echo } = await useScope()
    const db = await scope.proxy({ upstream: echo.address, name: 'db' })
    await db.during(latency({ latency: 5 }), () => undefined)
    expect(await scope.unfired()).toMatchObject([{ proxy: 'db', fault: 'latency_downstream', attached: false }])
    await db.add(latency({ latency: 5 }, { name: 'late' }))
    await useConnected(db.listen)
    await scope.waitFor({ proxy: 'db', fault: 'late', applied: 1 })
    expect(await scope.proof()).toMatchObject([
      { fault: 'latency_downstream', applied: 0, attached: false },
      { fault: 'late', applied: 1, attached: true },
    ])
    await scope.reset()
    expect(await scope.unfired()).toEqual([])
  })

  test('carries out a profile, and tells how it went', async () => {
    const { chaos, echo } = await useScope()
    // So that the stage lasts until the connection is there, on a busy machine too.
    await using scope = await chaos.scope({ clock: 'manual' })
    const db = await scope.proxy({ upstream: echo.address, name: 'db' })
    const run = await scope.run({
      name: 'slow',
      targets: { db: { proxy: 'db' } },
      stages: [{ name: 'all', duration: 100, faults: [{ target: 'db', kind: 'latency', attributes: { latency: 1 } }] }],
    })
    await run.stage('all')
    await useConnected(db.listen)
    await scope.waitFor({ proxy: 'db', fault: 'slow.latency_downstream', applied: 1 })
    await scope.advance(100)
    expect(await run.ended()).toMatchObject({ status: 'completed', healed: true })
  })
})

describe('a proxy', () => {
  test('has a fault only while the work goes on, whether it settles or throws', async () => {
    const { scope, echo } = await useScope()
    const db = await scope.proxy({ upstream: echo.address })
    const answer = await db.during(
      [latency({ latency: '20ms' }), timeout({ timeout: 0 }, { toxicity: 0 })],
      async (slow) => {
        const peer = await useConnected(db.listen)
        peer.send('ping')
        await eventually(() => peer.text === 'ping', 'the echo')
        await slow.waitApplied()
        return (await db.view()).faults.map(({ name }) => name)
      },
    )
    expect(answer).toEqual(['latency_downstream', 'timeout_downstream'])
    await expect(db.during(latency(), () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect((await db.view()).faults).toEqual([])
  })

  test('goes down and comes up on the same port, and cuts what is open', async () => {
    const { scope, echo } = await useScope()
    const db = await scope.proxy({ upstream: echo.address })
    const peer = await useConnected(db.listen)
    await db.waitForConnections(1)
    expect(await db.down(() => knock(db.listen))).toBe('ECONNREFUSED')
    await eventually(() => peer.fate !== 'open', 'the drop')
    expect(await knock(db.listen)).toBe('accepted')
    const second = await useConnected(db.listen)
    await db.waitForConnections({ at_least: 1 })
    expect((await db.cut()).closed).toBeGreaterThan(0)
    await eventually(() => second.fate === 'rst', 'the reset')
  })

  test('stands in a connection string for its upstream', async () => {
    const { scope, echo } = await useScope()
    const db = await scope.proxy({ upstream: echo.address })
    expect(db.rewrite('postgres://u:p%40@db:5432/shop?sslmode=disable')).toBe(
      `postgres://u:p%40@${db.listen}/shop?sslmode=disable`,
    )
    expect([db.host, db.listen]).toEqual(['127.0.0.1', `127.0.0.1:${db.port}`])
  })

  test('explains, and waits for exchanges', async () => {
    const { scope, echo } = await useScope()
    const web = await scope.proxy({ upstream: echo.address, protocol: 'http', faults: [httpAbort({ status: 418 })] })
    expect((await web.explain({ target: '/tea' })).faults).toMatchObject([{ kind: 'http_abort', acts: true }])
    const [response] = await Promise.all([fetch(`http://${web.listen}/tea`), web.waitForExchanges(1)])
    expect(response.status).toBe(418)
    expect((await web.exchanges()).exchanges).toMatchObject([{ status: 418, origin: 'injected' }])
  })
})

describe('a fault', () => {
  test('proves that it acted, also when it is gone', async () => {
    const { scope, echo } = await useScope()
    const db = await scope.proxy({ upstream: echo.address })
    const slow = await db.add(latency({ latency: 1 }, { name: 'slow' }))
    await useConnected(db.listen)
    await slow.waitApplied()
    expect(await slow.update({ attributes: { latency: 2 } })).toMatchObject({ attributes: { latency: 2 } })
    await slow.remove()
    await slow.remove()
    expect(await slow.verify({ times: 1 })).toMatchObject({ holds: true, attached: false })
    expect(await slow.verify({ never: true })).toMatchObject({ holds: false })
  })

  test('is waited for in vain with an error that says what was found', async () => {
    const { scope, echo } = await useScope()
    const db = await scope.proxy({ upstream: echo.address, name: 'db' })
    const slow = await db.add(latency())
    const wait = slow.waitApplied(2, { timeout: '20ms' })
    await expect(wait).rejects.toThrow(WaitError)
    await expect(wait).rejects.toThrow(/for 2 times that fault latency_downstream of proxy db was applied; found 0$/)
    const stop = new AbortController()
    const aborted = slow.waitApplied(2, { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
  })

  test('that is refused says what, where and what to do', async () => {
    const { scope, echo } = await useScope()
    const db = await scope.proxy({ upstream: echo.address })
    const refused = await db.add(httpAbort()).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect(refused).toMatchObject({ code: 'kind_not_for_protocol', status: 422, pointer: '/kind' })
    expect((refused as ApiError).remedy).toContain('protocol')
    expect((refused as ApiError).requestId).toMatch(/^\w+$/)
  })
})

test('events come as they happen, until the loop is left', async () => {
  const { scope, echo } = await useScope()
  const db = await scope.proxy({ upstream: echo.address })
  const opened = (async () => {
    for await (const event of scope.events({ type: 'connection_opened' })) if ('id' in event) return event
    return undefined
  })()
  const connect = async (): Promise<void> => {
    await useConnected(db.listen)
  }
  await connect()
  await scope.waitFor({ event: { type: 'connection_opened' } })
  await connect()
  expect(await opened).toMatchObject({ type: 'connection_opened', proxy: 'proxy1' })
})

test('events end with their scope, whether there were any or not', async () => {
  const { chaos, scope, echo } = await useScope()
  const silent = await chaos.scope()
  const read = async (events: AsyncIterable<unknown>): Promise<number> => {
    let count = 0
    for await (const _ of events) count++
    return count
  }
  const [some, none] = [read(scope.events()), read(silent.events())]
  await scope.client.events()
  await scope.proxy({ upstream: echo.address })
  await Promise.all([scope.end(), silent.end()])
  expect(await some).toBeGreaterThan(0)
  expect(await none).toBe(0)
  await expect(read(scope.events())).rejects.toMatchObject({ code: 'scope_ended' })
})

test('a shared listener acts on what carries the headers of its scope', async () => {
  const { chaos, scope } = await useScope()
  const upstream = await useHttpServer((_req, res) => res.end('ok'))
  await chaos.client.putProxy('web', { upstream, protocol: 'http' })
  const web = await scope.shared('web')
  const fault = await web.add(httpAbort({ status: 503 }))
  const ask = useCaller(web.port)
  expect([(await ask('/')).status, (await ask('/', { headers: scope.headers })).status]).toEqual([200, 503])
  expect(await fault.verify({ times: 1 })).toMatchObject({ holds: true, evidence: ['x2'] })
  expect((await scope.exchanges()).exchanges).toMatchObject([{ proxy: 'web', status: 503 }])
  await expect(scope.shared('wbe')).rejects.toMatchObject({ code: 'proxy_not_found' })
})

test('a partition cuts the services of the scope apart, and is healed when it is disposed of', async () => {
  const { scope, echo } = await useScope()
  const link = await scope.proxy({ upstream: echo.address, from: 'orders', to: 'ledger' })
  {
    await using partition = await scope.partition({ between: [['orders'], ['ledger']], mode: 'refuse' })
    expect((await partition.view()).id).toBe(partition.id)
    expect(await knock(link.listen)).toBe('ECONNREFUSED')
  }
  expect(await knock(link.listen)).toBe('accepted')
  await expect(scope.partition({ between: [['orders'], ['ledgr']] })).rejects.toThrow('ledger')
})
