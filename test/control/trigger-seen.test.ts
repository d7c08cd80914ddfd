import { describe, expect, test } from 'vitest'
import { useConnected, useEcho } from '../plane/use-peers.ts'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import type { Ask } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'
import { abort, useOneListener } from './use-one-listener.ts'

type Asked = (path: string, ask?: Ask) => Promise<number>

/** An http proxy of this name, and a caller of it. */
async function useWeb({ call }: Control, name: string, base = '/v1'): Promise<Asked> {
  const upstream = await useHttpServer((req, res) => void req.resume().on('end', () => res.end('ok')))
  const made = await call('PUT', `${base}/proxies/${name}`, { body: { upstream, protocol: 'http' } })
  const caller = useCaller(Number(made.json.listen.split(':').at(-1)))
  return async (path, more) => (await caller(path, more)).status
}

const orders = { proxy: 'orders', match: { method: ['POST'], path: '/orders/*' } }
const after = (seen: object, more: object = {}): object => ({ trigger: { after: { seen }, ...more } })

describe('a fault that waits to see something on another proxy', () => {
  test('acts only once so many requests that fit came by there', async () => {
    const control = useControl()
    const { call } = control
    const [order, pay] = [await useWeb(control, 'orders'), await useWeb(control, 'payments')]
    const fault = abort(503, after({ ...orders, count: 2 }))
    expect((await call('POST', '/v1/proxies/payments/faults', { body: fault })).json).toMatchObject({
      active: false,
      trigger: { after: { seen: { ...orders, count: 2 } } },
    })
    const post = { method: 'POST', body: 'x' }
    expect([await order('/orders/1'), await order('/carts/1', post), await order('/orders/1', post)]).toEqual([
      200, 200, 200,
    ])
    expect(await pay('/')).toBe(200)
    const explain = { proxy: 'payments', request: { target: '/' } }
    expect((await call('POST', '/v1/explain', { body: explain })).json.faults[0]).toMatchObject({
      acts: false,
      reason: 'window',
      why: expect.stringMatching(/^it waits for 1 more on proxy orders that fit/),
    })
    await order('/orders/2', post)
    expect([await pay('/'), await pay('/')]).toEqual([503, 503])
    const { events } = (await call('GET', '/v1/events?type=trigger_reached')).json
    expect(events).toMatchObject([{ proxy: 'payments', fault: 'abort', seen_on: 'orders', by: 'x4' }])
    const verified = await call('POST', '/v1/verify', { body: { proxy: 'payments', fault: 'abort', times: 2 } })
    expect(verified.json).toMatchObject({ holds: true, seen: 2, evidence: ['x2', 'x3'] })
  })

  test('counts and times from then on, and waits anew when its trigger changes', async () => {
    const control = useControl()
    const { call } = control
    const [order, pay] = [await useWeb(control, 'orders'), await useWeb(control, 'payments')]
    const path = '/v1/proxies/payments/faults'
    const trigger = { after: { seen: { proxy: 'orders' } }, first: 1, for: '1h' }
    await call('POST', path, { body: abort(503, { trigger }) })
    expect(await pay('/')).toBe(200)
    await order('/')
    expect([await pay('/'), await pay('/')]).toEqual([503, 200])
    await call('PATCH', `${path}/abort`, { body: { trigger: { ...trigger, first: 2 } } })
    expect(await pay('/')).toBe(200)
    await order('/')
    expect([await pay('/'), await pay('/'), await pay('/')]).toEqual([503, 503, 200])
  })

  test('on its own proxy leaves the very request alone that it waited for', async () => {
    const control = useControl()
    const ask = await useWeb(control, 'orders')
    const body = abort(503, after(orders))
    await control.call('POST', '/v1/proxies/orders/faults', { body })
    const post = { method: 'POST' }
    expect([await ask('/orders/1', post), await ask('/orders/1', post), await ask('/')]).toEqual([200, 503, 503])
  })

  test('begins on open connections, of kinds on bytes, on a connection seen elsewhere', async () => {
    const control = useControl()
    const { call } = control
    const echo = await useEcho()
    const proxy = async (name: string): Promise<string> =>
      (await call('PUT', `/v1/proxies/${name}`, { body: { upstream: echo.address } })).json.listen
    const [db, cache] = [await proxy('db'), await proxy('cache')]
    const limit = { kind: 'limit_data', attributes: { bytes: 0 }, ...after({ proxy: 'cache' }) }
    await call('POST', '/v1/proxies/db/faults', { body: limit })
    const client = await useConnected(db)
    await client.send('before').gets('before')
    await (await useConnected(cache)).send('x').gets('x')
    await client.send('after').ending()
    expect(client.text).toBe('before')
  })

  test('sees nothing of another scope, and of a shared listener only what is its own', async () => {
    const shared = await useOneListener()
    const { call, ask } = shared
    const [a, b] = [await shared.scope(), await shared.scope()]
    const [payA, payB] = [await useWeb(shared, 'payments', a.at), await useWeb(shared, 'payments', b.at)]
    for (const { at } of [a, b])
      await call('POST', `${at}/proxies/payments/faults`, { body: abort(503, after({ proxy: 'web' })) })
    await ask()
    await ask({ baggage: `faultline.scope=${a.id}` })
    expect([await payA('/'), await payB('/')]).toEqual([503, 200])
    await b.add(abort(504, after({ proxy: 'payments' })))
    const mark = { 'x-faultline-scope': b.id }
    expect(await ask(mark)).toBe(200)
    await payB('/')
    expect([await ask(mark), await ask(), await ask({ 'x-faultline-scope': a.id })]).toEqual([504, 200, 200])
  })

  test('is refused conditions that no head can answer', async () => {
    const control = useControl()
    await useWeb(control, 'payments')
    for (const [seen, pointer] of [
      [{}, '/trigger/after/seen'],
      [{ proxy: 'orders', count: 0 }, '/trigger/after/seen/count'],
      [{ proxy: 'orders', match: { body: { contains: 'x' } } }, '/trigger/after/seen/match/body'],
      [{ proxy: 'orders', match: { path_regex: '(a' } }, '/trigger/after/seen/match/path_regex'],
      [{ proxy: 'orders', match: { client: ['x'] } }, '/trigger/after/seen/match/client/0'],
    ] as const) {
      const refused = await control.call('POST', '/v1/proxies/payments/faults', { body: abort(503, after(seen)) })
      expect([refused.status, refused.json.pointer]).toEqual([422, expect.stringContaining(pointer)])
    }
  })
})
