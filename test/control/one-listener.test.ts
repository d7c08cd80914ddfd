import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../plane/use-peers.ts'
import { abort, useOneListener } from './use-one-listener.ts'

const mark = (id: string): Record<string, string> => ({ 'x-faultline-scope': id })

describe('a scope that shares a listener', () => {
  test('acts on its own requests and on no others, with names and counts of its own', async () => {
    const { ask, call, scope } = await useOneListener()
    const [a, b] = [await scope(), await scope()]
    await a.add(abort(501))
    await b.add(abort(502))
    expect([await ask(), await ask(mark(a.id)), await ask(mark(b.id)), await ask()]).toEqual([200, 501, 502, 200])
    const own = await call('GET', `${a.at}/proxies/web`)
    expect(own.json).toMatchObject({ shared: { clients: [] }, state: 'listening' })
    expect(own.json.faults).toMatchObject([{ name: 'abort', seen: 1, applied: 1, evidence: ['x2'] }])
    expect(
      (await call('POST', `${b.at}/verify`, { body: { proxy: 'web', fault: 'abort', times: 1 } })).json,
    ).toMatchObject({ holds: true, evidence: ['x3'] })
    const common = await call('GET', '/v1/proxies/web')
    expect(common.json).toMatchObject({ faults: [], scope_marks: { known: 2, unknown: 0, disagreeing: 0 } })
    expect((await call('GET', `${a.at}/exchanges`)).json.exchanges).toMatchObject([
      { exchange: 'x2', faults: ['abort'] },
    ])
    expect((await call('GET', '/v1/exchanges')).json.total).toBe(4)
  })

  test('waits, explains and lists what never acted, as on a proxy of its own', async () => {
    const { ask, call, scope } = await useOneListener()
    const { at, id, add } = await scope()
    await add(abort(503, { trigger: { nth: 2 } }))
    expect((await call('GET', `${at}/unfired`)).json.faults).toMatchObject([{ proxy: 'web', fault: 'abort' }])
    const request = { target: '/' }
    const explained = await call('POST', `${at}/explain`, { body: { proxy: 'web', request } })
    expect(explained.json).toMatchObject({ ordinal: 1, faults: [{ fault: 'abort', acts: false, reason: 'trigger' }] })
    const unmarked = await call('POST', '/v1/explain', { body: { proxy: 'web', request } })
    expect(unmarked.json.faults).toEqual([])
    const marked = await call('POST', '/v1/explain', {
      body: { proxy: 'web', request: { ...request, headers: mark(id) } },
    })
    expect(marked.json.faults).toMatchObject([{ fault: 'abort' }])
    const wait = call('POST', `${at}/wait`, { body: { proxy: 'web', fault: 'abort', applied: 1 } })
    expect([await ask(), await ask(), await ask(mark(id)), await ask(), await ask(mark(id))]).toEqual([
      200, 200, 200, 200, 503,
    ])
    expect((await wait).json.met).toBe(true)
    expect((await call('POST', `${at}/wait`, { body: { proxy: 'web', exchanges: 2 } })).json.met).toBe(true)
    expect((await call('GET', `${at}/unfired`)).json.faults).toEqual([])
  })

  test('leaves nothing of itself behind when it ends, and what its faults hold goes on', async () => {
    const { ask, call, scope } = await useOneListener()
    const { at, id, add } = await scope()
    await add({ name: 'hang', kind: 'hang' })
    const hanging = ask(mark(id)).then(
      (status) => status,
      () => 'closed',
    )
    await call('POST', `${at}/wait`, { body: { proxy: 'web', fault: 'hang', applied: 1 } })
    expect((await call('DELETE', at)).json).toMatchObject({ reason: 'ended', proxies: 1, faults: 1, unfired: [] })
    expect(await hanging).toBe(200)
    expect(await ask(mark(id))).toBe(200)
    const { scope_marks: marks } = (await call('GET', '/v1/proxies/web')).json
    expect(marks).toEqual({ known: 1, unknown: 1, disagreeing: 0 })
  })

  test('keeps its faults through a reset of the default scope, and loses them by one of its own', async () => {
    const { ask, call, scope } = await useOneListener()
    const { at, id, add } = await scope()
    await add(abort(503))
    await call('POST', '/v1/reset')
    expect(await ask(mark(id))).toBe(503)
    expect((await call('POST', `${at}/reset`)).json).toMatchObject({ proxies: 1, faults_removed: 1 })
    expect(await ask(mark(id))).toBe(200)
  })

  test('also has the requests of a client address that carry no mark', async () => {
    const { ask, call, scope } = await useOneListener()
    const { add } = await scope({}, { clients: ['127.0.0.1'] })
    const other = await scope()
    await add(abort(503))
    expect([await ask(), await ask(mark(other.id)), await ask(mark('scope_gone'))]).toEqual([503, 200, 200])
    const taken = await call('PUT', `${(await scope()).at}/shared/api`, {})
    expect([taken.status, taken.json.code]).toEqual([404, 'proxy_not_found'])
    const { json } = await call('POST', '/v1/scopes')
    for (const [clients, found] of [
      [['::ffff:127.0.0.1', '127.0.0.1'], 'another scope'],
      [['10.0.0.0/8'], 'IP address'],
    ] as const) {
      const refused = await call('PUT', `/v1/scopes/${json.id}/shared/web`, { body: { clients } })
      expect([refused.status, refused.json.detail]).toEqual([400, expect.stringContaining(found)])
    }
  })

  test('may change nothing of the listener', async () => {
    const { ask, call, scope } = await useOneListener()
    const { at } = await scope()
    await call('POST', '/v1/proxies/web/faults', { body: abort(504) })
    const proxy = `${at}/proxies/web`
    const other = { upstream: '127.0.0.1:9' }
    const refusals = [
      await call('PATCH', proxy, { body: { enabled: false } }),
      await call('PUT', proxy, { body: other }),
      await call('PUT', `${at}/config`, { body: { proxies: { web: other } } }),
      await call('POST', `${at}/toxiproxy/proxies/web`, { body: { enabled: false } }),
      await call('POST', `${at}/proxies/web/faults`, { body: { kind: 'latency', attributes: { latency: 5 } } }),
      await call('POST', `${at}/proxies/web/faults`, { body: { kind: 'refuse' } }),
      await call('DELETE', `${at}/proxies/web/faults/abort`),
      await call('PATCH', `${at}/proxies/web/faults/abort`, { body: { enabled: false } }),
    ]
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 400, 422, 422, 404, 404])
    expect((await call('DELETE', `${at}/connections?all=true`)).json.closed).toBe(0)
    expect((await call('GET', `${at}/config`)).json.proxies).toEqual({})
    expect((await call('PUT', `${at}/config`, { body: { proxies: {} } })).json.removed).toEqual([])
    expect((await call('PUT', `${at}/shared/web`)).status).toBe(200)
    expect((await call('DELETE', proxy)).status).toBe(200)
    expect(await ask()).toBe(504)
    expect((await call('GET', '/v1/proxies/web')).json.state).toBe('listening')
  })

  test('is told when the listener is gone, and keeps its proof', async () => {
    const { ask, call, scope } = await useOneListener()
    const { at, id, add } = await scope()
    await add(abort(503))
    await ask(mark(id))
    await call('DELETE', '/v1/proxies/web')
    expect((await call('GET', `${at}/proxies/web`)).json).toMatchObject({
      state: 'disabled',
      error: expect.stringContaining('was removed'),
      faults: [{ applied: 1 }],
    })
    expect((await call('POST', `${at}/verify`, { body: { proxy: 'web', fault: 'abort', times: 1 } })).json.holds).toBe(
      true,
    )
  })

  test('runs profiles on it, which draw from the seed of the run', async () => {
    const { ask, call, scope } = await useOneListener()
    const { at, id } = await scope()
    const profile = {
      name: 'p',
      targets: { web: { proxy: 'web' } },
      stages: [{ name: 's', duration: '1m', faults: [{ ...abort(503), target: 'web' }] }],
    }
    const run = await call('POST', `${at}/runs`, { body: { profile } })
    expect(run.status, run.text).toBe(201)
    expect([await ask(), await ask(mark(id))]).toEqual([200, 503])
    await call('POST', `${at}/runs/${run.json.id}/stop`)
    expect(await ask(mark(id))).toBe(200)
  })

  test('is found by each pipelined request for itself, on one connection', async () => {
    const { port, scope } = await useOneListener()
    const [a, b] = [await scope(), await scope()]
    await a.add(abort(501))
    await b.add(abort(502))
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    let text = ''
    socket.setEncoding('latin1').on('data', (part: string) => (text += part))
    const request = (...fields: string[]): string => ['GET / HTTP/1.1', 'host: a', ...fields, '', ''].join('\r\n')
    const marks = [a.id, undefined, b.id, a.id, undefined, 'scope_none', b.id, b.id, undefined]
    socket.write(marks.map((id) => (id === undefined ? request() : request(`X-FaultLine-Scope: ${id}`))).join(''))
    const statuses = (): string[] => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status)
    await eventually(() => statuses().length === marks.length, 'all answers')
    expect(statuses()).toEqual(['501', '200', '502', '501', '200', '200', '502', '502', '200'])
  })

  test('takes the same decisions by its seed, whatever others do in between', async () => {
    const { ask, scope } = await useOneListener()
    const scopes = await Promise.all(Array.from({ length: 4 }, () => scope({ seed: 7 })))
    for (const { add } of scopes) await add(abort(503, { toxicity: 0.5 }))
    const decided = new Map<string, number[]>(scopes.map(({ id }) => [id, []]))
    // In a different order each round, with unmarked requests between.
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 4; i++) {
        const { id } = scopes[(i * (round % 2 === 0 ? 1 : 3) + round) % 4] as (typeof scopes)[number]
        decided.get(id)?.push(await ask(mark(id)))
        if (round % 3 === i) expect(await ask()).toBe(200)
      }
    }
    const [first, ...others] = [...decided.values()]
    expect(new Set(first)).toEqual(new Set([200, 503]))
    for (const other of others) expect(other).toEqual(first)
  })
})
