import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, knock, useConnected, useEcho } from '../plane/use-peers.ts'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'
const latency = { kind: 'latency', attributes: { latency: 20 } }

async function useScope({ call }: Control, body?: object): Promise<{ id: string; at: string }> {
  const made = await call('POST', '/v1/scopes', body === undefined ? {} : { body })
  expect(made.status).toBe(201)
  return { id: made.json.id, at: `/v1/scopes/${made.json.id}` }
}

describe('a scope', () => {
  test('has proxies, faults and counts of its own, so that names are free in each', async () => {
    const control = useControl()
    const { call } = control
    const [a, b] = [await useScope(control), await useScope(control)]
    const first = await call('PUT', `${a.at}/proxies/db`, { body: { upstream: UPSTREAM, faults: [latency] } })
    const second = await call('PUT', `${b.at}/proxies/db`, { body: { upstream: UPSTREAM } })
    const third = await call('PUT', '/v1/proxies/db', { body: { upstream: UPSTREAM } })
    expect([first.status, second.status, third.status]).toEqual([201, 201, 201])
    expect(new Set([first, second, third].map(({ json }) => json.listen)).size).toBe(3)
    expect((await call('GET', `${a.at}/proxies/db`)).json.faults).toHaveLength(1)
    expect((await call('GET', `${b.at}/proxies/db`)).json.faults).toHaveLength(0)
    expect((await call('GET', '/v1/proxies')).json.proxies).toHaveLength(1)
  })

  test('reaches no proxy, connection, event or exchange of another or of the default scope', async () => {
    const control = useControl()
    const { call } = control
    const echo = await useEcho()
    const [mine, other] = [await useScope(control), await useScope(control)]
    await call('PUT', '/v1/proxies/shared', { body: { upstream: echo.address } })
    const made = await call('PUT', `${other.at}/proxies/db`, { body: { upstream: echo.address } })
    const peer = await useConnected(made.json.listen)
    await eventually(() => control.scopes.get(other.id).world.plane.countConnections() === 1, 'the connection')
    for (const path of ['proxies/db', 'proxies/shared', 'proxies/db/faults'])
      expect((await call('GET', `${mine.at}/${path}`)).json.code).toBe('proxy_not_found')
    const faulted = await call('POST', `${mine.at}/proxies/db/faults`, { body: latency })
    expect(faulted.json.code).toBe('proxy_not_found')
    expect((await call('GET', `${mine.at}/connections`)).json.total).toBe(0)
    expect((await call('GET', '/v1/connections')).json.total).toBe(0)
    expect((await call('DELETE', `${mine.at}/connections?all=true`)).json.closed).toBe(0)
    expect((await call('POST', `${mine.at}/reset`)).json.proxies).toBe(0)
    expect((await call('PUT', `${mine.at}/config`, { body: { proxies: {} } })).json.removed).toEqual([])
    expect(
      (await call('GET', `${mine.at}/events`)).json.events.map(({ type }: { type: string }) => type),
    ).not.toContain('connection_opened')
    expect(peer.fate).toBe('open')
    expect((await call('GET', `${other.at}/connections`)).json.total).toBe(1)
  })

  test('is left alone by the reset, config and halting of the default scope', async () => {
    const control = useControl()
    const { call } = control
    const { at } = await useScope(control)
    await call('PUT', `${at}/proxies/db`, { body: { upstream: UPSTREAM, faults: [latency] } })
    await call('POST', '/v1/reset')
    await call('POST', '/reset')
    await call('PUT', '/v1/config', { body: { proxies: {} } })
    expect((await call('GET', `${at}/proxies/db`)).json.faults).toHaveLength(1)
  })

  test('ends with everything in it: listeners, connections, runs', async () => {
    const control = useControl()
    const { call } = control
    const echo = await useEcho()
    const { id, at } = await useScope(control)
    const made = await call('PUT', `${at}/proxies/db`, { body: { upstream: echo.address } })
    const profile = {
      name: 'slow',
      targets: { db: { proxy: 'db' } },
      stages: [{ name: 'all', duration: '10m', faults: [{ target: 'db', ...latency }] }],
    }
    expect((await call('POST', `${at}/runs`, { body: { profile } })).status).toBe(201)
    expect((await call('GET', '/v1/runs')).json.runs).toEqual([])
    const peer = await useConnected(made.json.listen)
    const ended = await call('DELETE', at)
    expect([ended.status, ended.json.reason, ended.json.proxies, ended.json.faults]).toEqual([200, 'ended', 1, 1])
    expect(ended.json.unfired).toEqual([{ proxy: 'db', fault: 'slow.latency_downstream' }])
    await eventually(() => peer.fate !== 'open', 'the end of the connection')
    expect(await knock(made.json.listen)).toBe('ECONNREFUSED')
    const late = await call('GET', `${at}/proxies`)
    expect([late.status, late.json.code]).toEqual([410, 'scope_ended'])
    expect(late.json.detail).toMatch(new RegExp(`^scope ${id} ended at 20.*: it was ended over the API$`))
    expect((await call('DELETE', at)).status).toBe(410)
  })

  test("answers Toxiproxy's API under its path", async () => {
    const control = useControl()
    const { call } = control
    const { at } = await useScope(control)
    const body = { name: 'redis', listen: '127.0.0.1:0', upstream: UPSTREAM }
    expect((await call('POST', `${at}/toxiproxy/proxies`, { body })).status).toBe(201)
    const toxic = { type: 'latency', attributes: { latency: 5 } }
    expect((await call('POST', `${at}/toxiproxy/proxies/redis/toxics`, { body: toxic })).status).toBe(200)
    expect(Object.keys((await call('GET', `${at}/toxiproxy/proxies`)).json)).toEqual(['redis'])
    expect((await call('GET', '/proxies')).json).toEqual({})
    expect((await call('POST', `${at}/toxiproxy/reset`)).status).toBe(204)
    const unknown = await call('GET', '/v1/scopes/scope_none/toxiproxy/proxies')
    expect([unknown.status, unknown.json.error]).toEqual([404, expect.stringContaining('no scope has the id')])
  })

  test('draws from its own seed', async () => {
    const control = useControl()
    const { call } = control
    const { at } = await useScope(control, { seed: 7, labels: { test: 'a' }, owner: 'me' })
    expect((await call('GET', at)).json).toMatchObject({ seed: '7', labels: { test: 'a' }, owner: 'me' })
    expect(control.scopes.get(at.slice('/v1/scopes/'.length)).world.registry.seed).toBe('7')
  })
})

describe('a lease', () => {
  test('ends the scope when nobody renews it', async () => {
    const control = useControl()
    const { call } = control
    const { at, id } = await useScope(control, { ttl: '150ms' })
    await eventually(() => control.scopes.counts().ended.expired === 1, 'the end of the lease')
    expect((await call('GET', at)).json.detail).toContain('nobody renewed it for 150 ms')
    const { events } = control.journal.read({})
    expect(events.filter(({ type }) => type.startsWith('scope_'))).toMatchObject([
      { type: 'scope_created', scope: id, ttl_ms: 150 },
      { type: 'scope_ended', scope: id, reason: 'expired', proxies: 0 },
    ])
  })

  test('is as long again after each renewal, or as long as the renewal says', async () => {
    const control = useControl()
    const { call } = control
    const { at } = await useScope(control, { ttl: '1m' })
    const renewed = await call('POST', `${at}/renew`, { body: { ttl: '2m' } })
    expect([renewed.status, renewed.json.ttl_ms]).toEqual([200, 120_000])
    expect(Date.parse(renewed.json.expires_at) - Date.now()).toBeGreaterThan(100_000)
    expect((await call('POST', `${at}/renew`)).json.ttl_ms).toBe(120_000)
  })

  test('holds as long as a stream is open, and ends at once when it closes', async () => {
    const control = useControl()
    const { call } = control
    const url = await control.listen()
    const { at } = await useScope(control, { ttl: '1m' })
    const stop = new AbortController()
    const stream = await fetch(`${url}${at}/events?lease=true`, { signal: stop.signal })
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    const held = await call('GET', at)
    expect([held.json.streams, held.json.expires_at]).toEqual([1, undefined])
    stop.abort()
    await eventually(() => control.scopes.counts().ended.stream_closed === 1, 'the end of the scope')
    const refused = await call('GET', '/v1/events?lease=true')
    expect([refused.status, refused.json.pointer]).toEqual([400, '?lease'])
  })

  test('ends with the process it is given, also by SIGKILL', async () => {
    const control = useControl()
    const child = spawn('sleep', ['600'])
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child, 'spawn')
    const exited = once(child, 'exit')
    const { at } = await useScope(control, { process: child.pid })
    expect((await control.call('GET', at)).json.process.pid).toBe(child.pid)
    child.kill('SIGKILL')
    await eventually(() => control.scopes.counts().ended.process_ended === 1, 'the end of the scope')
    await exited
    // Node has collected it by now: until then it is there as a zombie, which counts as gone.
    const gone = await control.call('POST', '/v1/scopes', { body: { process: child.pid } })
    expect([gone.status, gone.json.pointer]).toEqual([400, '/process'])
  })
})

describe('what is refused', () => {
  test('a body with a wrong field, and more scopes than the limit', async () => {
    const { call } = useControl({ scopes: 1 })
    for (const [body, pointer] of [
      [{ ttl: '1ms' }, '/ttl'],
      [{ ttl: 'soon' }, '/ttl'],
      [{ seed: 'a b' }, '/seed'],
      [{ labels: { x: 1 } }, '/labels/x'],
      [{ process: 0 }, '/process'],
      [{ lease: 1 }, '/lease'],
    ] as const) {
      const refused = await call('POST', '/v1/scopes', { body })
      expect([refused.status, refused.json.pointer, body]).toEqual([400, pointer, body])
    }
    expect((await call('POST', '/v1/scopes')).status).toBe(201)
    const full = await call('POST', '/v1/scopes')
    expect([full.status, full.json.code]).toEqual([429, 'limit_reached'])
  })

  test('what concerns the daemon as a whole is not under a scope', async () => {
    const control = useControl()
    const { at } = await useScope(control)
    for (const path of ['info', 'kinds', 'scopes', 'profiles'])
      expect((await control.call('GET', `${at}/${path}`)).json.code).toBe('route_not_found')
    expect((await control.call('PATCH', `${at}/reset`)).json.code).toBe('method_not_allowed')
  })
})
