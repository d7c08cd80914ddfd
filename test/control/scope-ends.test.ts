import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, knock, useConnected, useEcho } from '../plane/use-peers.ts'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

async function useScope({ call }: Control, body: object = {}): Promise<{ id: string; at: string }> {
  const { json } = await call('POST', '/v1/scopes', { body })
  return { id: json.id, at: `/v1/scopes/${json.id}` }
}

/** Asked again and again, as the answer takes a call. */
async function until(what: () => Promise<boolean>, name: string): Promise<void> {
  const limit = performance.now() + 5000
  while (!(await what())) {
    if (performance.now() > limit) throw new Error(`${name} did not come to be`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** What a reader of a stream got, and whether it is over. */
async function useReader(url: string): Promise<{ text: string; over: boolean; stop: () => void }> {
  const aborter = new AbortController()
  onTestFinished(() => aborter.abort())
  const response = await fetch(url, { signal: aborter.signal })
  const reader = { text: '', over: false, stop: () => aborter.abort() }
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder()
    for await (const part of response.body ?? []) reader.text += decoder.decode(part as Uint8Array, { stream: true })
  }
  void read()
    .catch(() => undefined)
    .finally(() => (reader.over = true))
  return reader
}

describe('a scope that ends', () => {
  test('with the last of its streams, not the first', async () => {
    const control = useControl()
    const url = await control.listen()
    const { at } = await useScope(control)
    const [first, second] = [
      await useReader(`${url}${at}/events?lease=true`),
      await useReader(`${url}${at}/events?lease=true`),
    ]
    first.stop()
    await eventually(() => first.over, 'the end of the first')
    await until(async () => (await control.call('GET', at)).json.streams === 1, 'one stream left')
    expect((await control.call('POST', `${at}/renew`)).json.expires_at).toBeUndefined()
    second.stop()
    await eventually(() => control.scopes.counts().ended.stream_closed === 1, 'the end of the scope')
    const late = await control.call('POST', `${at}/renew`, { body: { ttl: '1m' } })
    expect([late.status, late.json.code]).toEqual([410, 'scope_ended'])
  })

  test('ends the streams of those who read along, with the last that it told', async () => {
    const control = useControl()
    const url = await control.listen()
    const echo = await useEcho()
    const { at } = await useScope(control)
    const { json } = await control.call('PUT', `${at}/proxies/db`, { body: { upstream: echo.address } })
    await (await useConnected(json.listen)).send('x').gets('x')
    const reader = await useReader(`${url}${at}/events?follow=true`)
    await control.call('DELETE', at)
    await eventually(() => reader.over, 'the end of the stream')
    expect(reader.text).toContain('"type":"connection_closed"')
  })

  test('in the middle of the making of its proxies leaves no listener behind', async () => {
    const control = useControl()
    const { call } = control
    const echo = await useEcho()
    for (let round = 0; round < 20; round++) {
      const { at } = await useScope(control)
      const kept = await call('PUT', `${at}/proxies/kept`, { body: { upstream: echo.address } })
      const making = ['a', 'b', 'c'].map((name) =>
        call('PUT', `${at}/proxies/${name}`, { body: { upstream: echo.address } }),
      )
      const moving = call('PATCH', `${at}/proxies/kept`, { body: { listen: '127.0.0.2:0' } })
      // Now and then a turn later, so that each step of the making is met.
      for (let turn = 0; turn < round % 5; turn++) await new Promise(setImmediate)
      const [ended, ...made] = await Promise.all([call('DELETE', at), ...making, moving])
      expect(ended.status).toBe(200)
      for (const { status, json } of [kept, ...made]) {
        expect([200, 201, 404, 410]).toContain(status)
        if (status < 300) expect(await knock(json.listen)).toBe('ECONNREFUSED')
      }
    }
  })

  test('in the middle of a run lets go of held bytes and of listeners that stall', async () => {
    const control = useControl()
    const { call } = control
    const echo = await useEcho()
    const { at } = await useScope(control)
    const proxy = async (name: string): Promise<string> =>
      (await call('PUT', `${at}/proxies/${name}`, { body: { upstream: echo.address } })).json.listen
    const [db, cache] = [await proxy('db'), await proxy('cache')]
    const clients = await Promise.all(Array.from({ length: 20 }, () => useConnected(db)))
    const profile = {
      name: 'p',
      targets: { db: { proxy: 'db' }, cache: { proxy: 'cache' } },
      stages: [
        {
          name: 's',
          duration: '1h',
          faults: [
            { target: 'db', kind: 'latency', stream: 'upstream', attributes: { latency: '1h' } },
            { target: 'cache', kind: 'connect_stall' },
          ],
        },
      ],
    }
    expect((await call('POST', `${at}/runs`, { body: { profile } })).status).toBe(201)
    for (const client of clients) client.send('x'.repeat(10_000))
    await until(async () => (await call('GET', `${at}/proxies/db`)).json.held_bytes === 200_000, 'held bytes')
    await until(async () => (await call('GET', `${at}/proxies/cache`)).json.state === 'stalled', 'the stall')
    expect((await call('DELETE', at)).json).toMatchObject({ reason: 'ended', proxies: 2, faults: 2 })
    const metrics = async (): Promise<string> => (await call('GET', '/metrics')).text
    expect(await metrics()).toMatch(/faultline_daemon_held_bytes 0\n/)
    // Their ends are on their way: what was let go of leaves before them.
    await until(async () => /faultline_daemon_connections_open 0\n/.test(await metrics()), 'the end of all connections')
    for (const client of clients) await client.ending()
    for (const listen of [db, cache]) expect(await knock(listen)).toBe('ECONNREFUSED')
  })

  test('with its process only, where no time to live was asked for', async () => {
    const control = useControl()
    const lasting = await useScope(control, { process: process.pid })
    expect((await control.call('GET', lasting.at)).json.expires_at).toBeUndefined()
    const limited = await useScope(control, { process: process.pid, ttl: '1m' })
    expect((await control.call('GET', limited.at)).json.expires_at).toBeDefined()
    const renewed = await control.call('POST', `${lasting.at}/renew`, { body: { ttl: '2m' } })
    expect(renewed.json.expires_at).toBeDefined()
  })
})

describe('what a scope is asked in vain', () => {
  test('an id that is none names the one that it is near to', async () => {
    const control = useControl()
    const { id } = await useScope(control)
    const { status, json } = await control.call('GET', `/v1/scopes/${id.slice(0, -1)}/proxies`)
    expect([status, json.code, json.detail]).toEqual([
      404,
      'scope_not_found',
      expect.stringContaining(`did you mean ${id}`),
    ])
  })

  test('a lease that expired says when and why', async () => {
    const control = useControl()
    const { at, id } = await useScope(control, { ttl: 100 })
    await eventually(() => control.scopes.counts().ended.expired === 1, 'the end of the lease')
    for (const [method, path, body] of [
      ['GET', '/proxies'],
      ['POST', '/renew'],
      ['PUT', '/shared/web'],
      ['POST', '/verify', { proxy: 'a', fault: 'b' }],
    ] as const) {
      const { status, json } = await control.call(method, at + path, body === undefined ? {} : { body })
      const detail = new RegExp(`^scope ${id} ended at 20\\d\\d-.*Z: nobody renewed it for 100 ms$`)
      expect([path, status, json.code, json.detail]).toEqual([path, 410, 'scope_ended', expect.stringMatching(detail)])
    }
  })

  test("another scope's proxy is not there", async () => {
    const control = useControl()
    const [mine, other] = [await useScope(control), await useScope(control)]
    await control.call('PUT', `${other.at}/proxies/db`, { body: { upstream: '127.0.0.1:9' } })
    const asks = [
      ['GET', '/proxies/db'],
      ['POST', '/proxies/db/faults', { kind: 'latency', attributes: { latency: 1 } }],
      ['DELETE', '/proxies/db'],
      ['POST', '/wait', { proxy: 'db', connections: { at_least: 1 } }],
      ['POST', '/explain', { proxy: 'db', request: { target: '/' } }],
    ] as const
    for (const [method, path, body] of asks) {
      const { status, json } = await control.call(method, mine.at + path, body === undefined ? {} : { body })
      expect([path, status, json.code]).toEqual([path, 404, 'proxy_not_found'])
    }
  })

  test('proof of a fault that never was names those that were', async () => {
    const control = useControl()
    const { at } = await useScope(control)
    const faults = [{ name: 'slow', kind: 'latency', attributes: { latency: 1 } }]
    await control.call('PUT', `${at}/proxies/db`, { body: { upstream: '127.0.0.1:9', faults } })
    const { status, json } = await control.call('POST', `${at}/verify`, { body: { proxy: 'db', fault: 'slo' } })
    expect([status, json.code, json.detail]).toEqual([
      404,
      'fault_not_found',
      expect.stringContaining('did you mean "slow"'),
    ])
  })

  test('a release where nothing is held says so', async () => {
    const control = useControl()
    const { at } = await useScope(control)
    const faults = [{ name: 'hold', kind: 'hold_connect' }]
    await control.call('PUT', `${at}/proxies/db`, { body: { upstream: '127.0.0.1:9', faults } })
    const { status, json } = await control.call('POST', `${at}/proxies/db/faults/hold/release`)
    expect([status, json.code]).toEqual([409, 'nothing_held'])
  })
})

test('scopes with proxies of one name are counted apart, and shown as one sum', async () => {
  const control = useControl()
  const { call } = control
  const echo = await useEcho()
  const scopes = [await useScope(control), await useScope(control)]
  const opened = async (at: string, count: number): Promise<void> => {
    const { json } = await call('PUT', `${at}/proxies/db`, { body: { upstream: echo.address } })
    for (let n = 0; n < count; n++) {
      const socket = connect(Number(json.listen.split(':').at(-1)), '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      await new Promise((resolve) => socket.once('connect', resolve))
    }
    await call('POST', `${at}/wait`, { body: { proxy: 'db', connections: { at_least: count } } })
  }
  const total = async (): Promise<number> => {
    const found = /^faultline_connections_total\{proxy="[^"]*"\} (\d+)$/m.exec((await call('GET', '/metrics')).text)
    return Number(found?.[1] ?? 0)
  }
  await opened(scopes[0]?.at ?? '', 5)
  await opened(scopes[1]?.at ?? '', 2)
  expect([await total(), await total(), await total()]).toEqual([7, 7, 7])
  for (const { at } of scopes) await call('DELETE', at)
  expect(await total()).toBe(7)
})
