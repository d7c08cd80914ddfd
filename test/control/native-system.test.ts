import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useControl } from './use-control.ts'

/** A server that accepts and says nothing. */
async function useSilentServer(): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function useConnection(address: string): Promise<Socket> {
  const socket = connect(Number(address.split(':')[1]), '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

const errorOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')))

describe('connections', () => {
  test('are listed with their faults, narrowed, and killed', async () => {
    const { call } = useControl()
    const upstream = await useSilentServer()
    for (const name of ['a', 'b'])
      await call('PUT', `/v1/proxies/${name}`, { body: { upstream, faults: [{ kind: 'noop' }] } })
    const { proxies } = (await call('GET', '/v1/proxies')).json
    const sockets = await Promise.all([proxies[0].listen, proxies[0].listen, proxies[1].listen].map(useConnection))
    await expect
      .poll(async () =>
        (await call('GET', '/v1/connections')).json.connections.map(({ state }: { state: string }) => state),
      )
      .toEqual(['open', 'open', 'open'])

    const { connections, total } = (await call('GET', '/v1/connections?proxy=a&limit=1')).json
    expect([connections.length, total]).toEqual([1, 2])
    expect(connections[0]).toMatchObject({ proxy: 'a', ordinal: 1, upstream, faults: ['noop_downstream'] })
    expect((await call('GET', `/v1/connections?id=${connections[0].id}`)).json.total).toBe(1)

    expect((await call('DELETE', `/v1/connections?id=${connections[0].id}&how=rst`)).json).toEqual({
      closed: 1,
      how: 'rst',
    })
    expect(await Promise.race(sockets.slice(0, 2).map(errorOf))).toBe('ECONNRESET')
    expect((await call('DELETE', `/v1/connections?proxy=b`)).json).toEqual({ closed: 1, how: 'rst' })
    expect((await call('DELETE', '/v1/connections?all=true&how=fin')).json).toEqual({ closed: 1, how: 'fin' })
    expect((await call('DELETE', '/v1/connections?all')).status).toBe(200)
  })

  test.each([
    ['DELETE', '/v1/connections', 400, 'neither a filter nor all=true'],
    ['DELETE', '/v1/connections?all=true&proxy=a', 400, 'together'],
    ['DELETE', '/v1/connections?proxy=none', 404, 'none'],
    ['DELETE', '/v1/connections?id=c99', 404, 'c99'],
    ['DELETE', '/v1/connections?all=true&how=gently', 400, 'fin, rst'],
    ['GET', '/v1/connections?limit=0', 400, 'from 1 to'],
    ['GET', '/v1/connections?limit=1.5', 400, 'whole number'],
    ['GET', '/v1/connections?prxy=a', 400, 'did you mean proxy?'],
    ['GET', '/v1/connections?proxy=a&proxy=b', 400, 'given 2 times'],
    ['GET', '/v1/connections?proxy=', 400, 'proxy'],
    ['GET', '/v1/proxies?all=true', 400, 'takes none'],
  ])('%s %s is %i', async (method, url, status, words) => {
    const { call } = useControl()
    const reply = await call(method, url)
    expect(reply.status).toBe(status)
    expect(reply.json.detail).toContain(words)
  })
})

test('control calls answer at once while connections hang and nobody reads', async () => {
  const { call } = useControl()
  const upstream = await useSilentServer()
  const { json } = await call('PUT', '/v1/proxies/db', { body: { upstream } })
  await call('PUT', '/v1/proxies/dead', { body: { upstream: '192.0.2.1:9' } })
  const { listen: dead } = (await call('GET', '/v1/proxies/dead')).json
  const sockets = await Promise.all(
    Array.from({ length: 50 }, (_, i) => useConnection(i % 2 === 0 ? json.listen : dead)),
  )
  const block = Buffer.alloc(1 << 20)
  for (const socket of sockets) socket.write(block)
  let slowest = 0
  const timed = async (method: string, url: string, body?: unknown): Promise<void> => {
    const before = performance.now()
    const { status } = await call(method, url, body === undefined ? {} : { body })
    expect(status).toBeLessThan(300)
    slowest = Math.max(slowest, performance.now() - before)
  }
  for (let i = 0; i < 5; i++) {
    await timed('POST', '/proxies/db/toxics', {
      type: 'latency',
      name: 'l',
      stream: 'upstream',
      attributes: { latency: 10_000 },
    })
    await timed('POST', '/proxies/db/toxics', { type: 'reset_peer', name: 'r', attributes: { timeout: 60_000 } })
    await timed('PATCH', '/proxies/db/toxics/l', { attributes: { latency: 20_000 } })
    await timed('DELETE', '/proxies/db/toxics/l')
    await timed('GET', '/v1/connections')
    await timed('POST', '/proxies/dead', { enabled: false })
    await timed('POST', '/reset')
  }
  await timed('DELETE', '/proxies/dead')
  await timed('DELETE', '/v1/proxies/db')
  expect(slowest).toBeLessThan(500)
})

describe('the daemon', () => {
  test('is healthy, and ready when it waits for nothing', async () => {
    const waiting = ['config']
    const { call } = useControl({ waitingFor: () => waiting })
    expect([(await call('GET', '/healthz')).json, (await call('GET', '/healthz')).status]).toEqual([
      { status: 'ok' },
      200,
    ])
    const before = await call('GET', '/readyz')
    expect([before.status, before.json]).toEqual([503, { status: 'not_ready', waiting_for: ['config'] }])
    waiting.pop()
    expect((await call('GET', '/readyz')).status).toBe(200)
    expect([(await call('HEAD', '/readyz')).status, (await call('HEAD', '/healthz')).status]).toEqual([200, 200])
  })

  test('tells about itself', async () => {
    const { call } = useControl()
    const { json, headers } = await call('GET', '/v1/info')
    expect(json).toMatchObject({
      version: '0.0.0-test',
      toxiproxy_version: '2.12.0',
      boot_id: 'test',
      seed: 'seed',
      proxies: 0,
      connections: { open: 0, limit: 1000 },
    })
    expect(headers['x-faultline-version']).toBe('0.0.0-test')
    expect(headers['x-request-id']).toMatch(/^[0-9a-v]{20}$/)
  })

  test('serves metrics in the type of Prometheus', async () => {
    const { call } = useControl()
    const { status, headers, text } = await call('GET', '/metrics')
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(text).toContain('faultline_')
  })

  test('a config in which everything is wrong is refused with the first thousand problems', async () => {
    const { call } = useControl()
    const proxies = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`p${i}`, { upstrem: 'x' }]))
    const { json } = await call('PUT', '/v1/config', { raw: JSON.stringify({ proxies }) })
    expect([json.status, (json.problems as unknown[]).length]).toEqual([422, 1000])
  })

  test('events of a type that there is not, or after an id that is none, are a mistake in the query', async () => {
    const { call } = useControl()
    const type = await call('GET', '/v1/events?type=decison')
    expect(type.json).toMatchObject({
      status: 400,
      pointer: '?type',
      detail: expect.stringMatching(/did you mean decision\?.*"decison"/),
    })
    const since = await call('GET', '/v1/events?since=yesterday')
    expect(since.json).toMatchObject({ status: 400, pointer: '?since' })
  })

  test.each([
    ['GET', '/v1', 404, 'route_not_found'],
    ['GET', '/v1/proxis', 404, 'route_not_found'],
    ['GET', '/v1/proxies/', 404, 'route_not_found'],
    ['GET', '/v1/proxies/a%2Fb', 404, 'route_not_found'],
    ['GET', '/v1/proxies/a/fault', 404, 'route_not_found'],
    ['POST', '/v1/proxies', 405, 'method_not_allowed'],
    ['POST', '/healthz', 405, 'method_not_allowed'],
    ['OPTIONS', '/v1/proxies', 405, 'method_not_allowed'],
    ['GET', '/v1/runs/none', 404, 'run_not_found'],
    ['POST', '/v1/runs/none/stop', 404, 'run_not_found'],
    ['GET', '/v1/profiles/none', 404, 'profile_not_found'],
  ])('%s %s is %i %s', async (method, url, status, code) => {
    const { call } = useControl()
    const reply = await call(method, url)
    expect([reply.status, reply.json.code, reply.headers['content-type']]).toEqual([
      status,
      code,
      'application/problem+json',
    ])
    if (status === 405) expect(reply.headers['allow']).toBeDefined()
  })

  test('a bug answers 500 with an id that is in the log, keeps its words to itself, and harms nobody else', async () => {
    const control = useControl({
      deps: {
        waitingFor: () => {
          throw new TypeError('secret inside')
        },
      },
    })
    const { status, json, text } = await control.call('GET', '/readyz')
    expect([status, json.code]).toEqual([500, 'internal'])
    expect(text).not.toContain('secret')
    expect(control.bugs).toMatchObject([
      { request_id: json.request_id, url: '/readyz', stack: expect.stringContaining('secret inside') },
    ])
    expect((await control.call('GET', '/healthz')).status).toBe(200)
  })
})

describe('runs and profiles', () => {
  const profile = {
    name: 'trial',
    targets: { p: { proxy: 'p' } },
    stages: [{ name: 's', duration: '1m', faults: [{ target: 'p', kind: 'noop' }] }],
  }

  test('profiles are listed and read', async () => {
    const { call } = useControl()
    const { profiles } = (await call('GET', '/v1/profiles')).json
    for (const { name } of profiles) expect((await call('GET', `/v1/profiles/${name}`)).json.name).toBe(name)
  })

  test('a run is started, listed, read, and stopped twice', async () => {
    const { call } = useControl()
    await call('PUT', '/v1/proxies/p', { body: { upstream: '127.0.0.1:9' } })
    const started = await call('POST', '/v1/runs', { body: { profile, seed: 7 } })
    expect([started.status, started.json.status, started.json.seed]).toEqual([201, 'running', '7'])
    const { id } = started.json
    expect((await call('GET', '/v1/runs')).json.runs.map((run: { id: string }) => run.id)).toEqual([id])
    expect((await call('GET', `/v1/runs/${id}`)).json.stage).toMatchObject({ name: 's', index: 0 })
    expect((await call('GET', '/v1/proxies/p')).json.faults).toMatchObject([{ owner: `run:${id}` }])
    const faultUrl = `/v1/proxies/p/faults/${(await call('GET', '/v1/proxies/p')).json.faults[0].name}`
    expect((await call('DELETE', faultUrl)).json.code).toBe('owned_by_run')
    const stopped = await call('POST', `/v1/runs/${id}/stop`)
    expect(stopped.json).toMatchObject({ status: 'stopped', healed: true })
    expect((await call('DELETE', `/v1/runs/${id}`)).json.status).toBe('stopped')
    expect((await call('GET', '/v1/proxies/p')).json.faults).toEqual([])
  })

  test.each([
    [{}, 400, '/profile'],
    [{ profile: 'none' }, 404, undefined],
    [{ profile: 5 }, 400, '/profile'],
    [{ profile, seeed: 1 }, 400, '/seeed'],
    [{ profile: { name: 'x' } }, 422, undefined],
    [{ profile }, 404, undefined],
  ])('a run is not started by %j', async (body, status, pointer) => {
    const { call } = useControl()
    const reply = await call('POST', '/v1/runs', { body })
    expect(reply.status).toBe(status)
    if (pointer !== undefined) expect(reply.json.pointer).toBe(pointer)
    expect((await call('GET', '/v1/runs')).json.runs).toEqual([])
  })
})
