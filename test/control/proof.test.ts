import { describe, expect, test } from 'vitest'
import { eventually, useConnected, useEcho } from '../plane/use-peers.ts'
import { useControl } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'
const slow = { name: 'slow', kind: 'latency', attributes: { latency: 1 } }

async function useProxy(fault: object = slow) {
  const control = useControl()
  const echo = await useEcho()
  const made = await control.call('PUT', '/v1/proxies/db', { body: { upstream: echo.address, faults: [fault] } })
  expect(made.status).toBe(201)
  const post = (path: string, body: object) => control.call('POST', `/v1/${path}`, { body })
  return { ...control, post, address: made.json.listen as string }
}

describe('POST /v1/verify', () => {
  test('tells how often a fault acted, and why it did not', async () => {
    const { post, address } = await useProxy({ ...slow, trigger: { first: 1 } })
    const before = await post('verify', { proxy: 'db', fault: 'slow' })
    expect(before.json).toMatchObject({ holds: false, applied: 0, attached: true })
    expect(before.json.detail).toContain('it was never asked: nothing that it looks at passed')
    await useConnected(address)
    await useConnected(address)
    await post('wait', { proxy: 'db', fault: 'slow', seen: 2 })
    const after = await post('verify', { proxy: 'db', fault: 'slow' })
    expect(after.json).toMatchObject({ holds: true, applied: 1, seen: 2, skipped: { trigger: 1 } })
    expect(after.json.detail).toContain('it acted 1 times (asked 2 times; skipped 1 as trigger)')
    const verdicts = await Promise.all(
      [
        { times: 1 },
        { times: 2 },
        { at_least: 1 },
        { at_least: 2 },
        { at_most: 1 },
        { at_most: 0 },
        { never: true },
      ].map(async (wanted) => (await post('verify', { proxy: 'db', fault: 'slow', ...wanted })).json.holds),
    )
    expect(verdicts).toEqual([true, false, true, false, true, false, false])
  })

  test('counts on over a removal, and knows faults and proxies that are gone', async () => {
    const { call, post, address } = await useProxy()
    await useConnected(address)
    await post('wait', { proxy: 'db', fault: 'slow', applied: 1 })
    await call('DELETE', '/v1/proxies/db/faults/slow')
    expect((await post('verify', { proxy: 'db', fault: 'slow' })).json).toMatchObject({ applied: 1, attached: false })
    // It acts on the connection that is open, and on the next.
    expect((await post('proxies/db/faults', slow)).json.touched).toBe(1)
    await useConnected(address)
    await post('wait', { proxy: 'db', fault: 'slow', applied: 2 })
    expect((await post('verify', { proxy: 'db', fault: 'slow', times: 3 })).json.holds).toBe(true)
    await call('DELETE', '/v1/proxies/db')
    expect((await post('verify', { proxy: 'db', fault: 'slow', times: 3 })).json.holds).toBe(true)
    await post('reset', {})
    expect((await post('verify', { proxy: 'db', fault: 'slow' })).json.code).toBe('fault_not_found')
  })

  test('refuses a fault that never was, and what is no number of times', async () => {
    const { post } = await useProxy()
    const misspelt = await post('verify', { proxy: 'db', fault: 'slaw' })
    expect([misspelt.status, misspelt.json.detail]).toEqual([404, expect.stringContaining('did you mean "slow"?')])
    expect((await post('verify', { proxy: 'nodb', fault: 'slow' })).json.detail).toContain('it never had any')
    expect((await post('verify', { proxy: 'db', fault: 'slow', times: -1 })).json.pointer).toBe('/times')
    expect((await post('verify', { proxy: 'db' })).json.status).toBe(400)
  })
})

describe('GET /v1/unfired and /v1/proof', () => {
  test('list faults that never acted, and all, also those that were taken away', async () => {
    const { call, post, address } = await useProxy()
    await post('proxies/db/faults', { ...slow, name: 'gone', toxicity: 0 })
    await useConnected(address)
    await post('wait', { proxy: 'db', fault: 'slow', applied: 1 })
    await call('DELETE', '/v1/proxies/db/faults/gone')
    await post('proxies/db/faults', { ...slow, name: 'idle', enabled: false })
    const { faults } = (await call('GET', '/v1/unfired')).json
    expect(faults).toMatchObject([
      { proxy: 'db', fault: 'gone', attached: false, skipped: { toxicity: 1 } },
      { proxy: 'db', fault: 'idle', attached: true },
    ])
    const all = (await call('GET', '/v1/proof')).json.faults
    expect(all.map(({ fault, applied }: { fault: string; applied: number }) => [fault, applied])).toEqual([
      ['gone', 0],
      ['slow', 1],
      ['idle', 0],
    ])
  })
})

describe('POST /v1/wait', () => {
  test('answers at once what is so already', async () => {
    const { post } = await useProxy()
    const now = await post('wait', { proxy: 'db', connections: { at_most: 0 } })
    expect(now.json).toMatchObject({ met: true, found: 0 })
    expect((await post('wait', { event: { type: 'command', action: 'proxy.create' } })).json.met).toBe(true)
  })

  test('answers when it has happened: connections, faults, events', async () => {
    const { post, address } = await useProxy()
    const waits = [
      post('wait', { proxy: 'db', connections: { at_least: 2 } }),
      post('wait', { proxy: 'db', fault: 'slow', applied: 2 }),
      post('wait', { event: { type: 'connection_opened', proxy: 'db' }, count: 2 }),
    ]
    await useConnected(address)
    await useConnected(address)
    const found = (await Promise.all(waits)).map(({ json }) => [json.met, json.found])
    expect(found).toEqual([
      [true, 2],
      [true, 2],
      [true, 2],
    ])
  })

  test('counts only events after `since` when it is given', async () => {
    const { call, post, address } = await useProxy()
    await useConnected(address)
    await post('wait', { event: { type: 'connection_opened' } })
    const { next } = (await call('GET', '/v1/events')).json
    const pattern = { event: { type: 'connection_opened' }, timeout: 0 }
    expect((await post('wait', pattern)).json.found).toBe(1)
    expect((await post('wait', { ...pattern, since: next })).json).toMatchObject({ met: false, found: 0 })
  })

  test('says what it found when its time is over, or what it looks at goes', async () => {
    const { call, post } = await useProxy()
    const late = await post('wait', { proxy: 'db', fault: 'slow', applied: 3, timeout: '30ms' })
    expect(late.json).toMatchObject({ met: false, found: 0 })
    expect(late.json.detail).toMatch(/^waited \d+ ms for 3 times that fault slow of proxy db was applied; found 0$/)
    const gone = post('wait', { proxy: 'db', fault: 'slow', applied: 3 })
    await call('DELETE', '/v1/proxies/db')
    expect((await gone).json.code).toBe('proxy_not_found')
  })

  test('ends with its scope, and with the caller', async () => {
    const { call, scopes, listen } = await useProxy()
    const url = await listen()
    const { id } = (await call('POST', '/v1/scopes')).json
    await call('PUT', `/v1/scopes/${id}/proxies/db`, { body: { upstream: UPSTREAM } })
    const body = { proxy: 'db', connections: { at_least: 1 }, timeout: 60_000 }
    const { world } = scopes.get(id)
    const stop = new AbortController()
    const left = fetch(`${url}/v1/scopes/${id}/wait`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: stop.signal,
    })
    await eventually(() => world.waits.waiting === 1, 'the wait')
    stop.abort()
    await expect(left).rejects.toThrow('abort')
    await eventually(() => world.waits.waiting === 0, 'the end of the wait')
    const waiting = call('POST', `/v1/scopes/${id}/wait`, { body })
    await eventually(() => world.waits.waiting === 1, 'the wait')
    await call('DELETE', `/v1/scopes/${id}`)
    expect((await waiting).status).toBeLessThan(500)
  })

  test('refuses what is no condition, or two', async () => {
    const { post } = await useProxy()
    for (const body of [
      {},
      { proxy: 'db' },
      { fault: 'slow' },
      { proxy: 'db', exchanges: 1, connections: { at_least: 1 } },
      { event: { type: 'nothing' } },
      { event: {} },
      { proxy: 'db', connections: {} },
      { proxy: 'db', exchanges: 1, timeout: '2h' },
    ])
      expect([(await post('wait', body)).status, body]).toEqual([400, body])
    expect((await post('wait', { proxy: 'nodb', exchanges: 1 })).status).toBe(404)
    expect((await post('wait', { proxy: 'db', fault: 'none' })).status).toBe(404)
  })
})
