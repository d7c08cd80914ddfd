import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { eventually, knock, useConnected, useEcho } from '../plane/use-peers.ts'
import { useManual, useManualDownload, useManualEcho, useManualHttp } from './use-manual.ts'

const HOUR = 3_600_000

const latency = (of: string | number, more: object = {}) => ({ kind: 'latency', attributes: { latency: of }, ...more })
const run = (minutes: number, more: object = {}) => ({
  profile: {
    name: 'brown-out',
    targets: { db: { proxy: 'db' } },
    stages: [
      { name: 'calm', duration: `${minutes}m` },
      { name: 'slow', duration: `${minutes}m`, faults: [{ target: 'db', ...latency('10s'), ...more }] },
      { name: 'after', duration: `${minutes}m` },
    ],
  },
})

/** What each row of the table in docs/testing.md says, by its first column. */
const ROWS: Readonly<Record<string, readonly ['manual' | 'real', () => Promise<void>]>> = {
  'windows of triggers: `for`, `after.time`, `pulse`': [
    'manual',
    async () => {
      const scope = await useManualEcho([
        latency(50, { name: 'for', trigger: { for: '1h' } }),
        latency(50, { name: 'after', trigger: { after: { time: '30m' } } }),
        latency(50, { name: 'pulse', trigger: { pulse: { on: '20m', off: '10m' } } }),
      ])
      const active = async (): Promise<string[]> =>
        (await scope.call('GET', '/proxies/db')).faults
          .filter((fault: { active: boolean }) => fault.active)
          .map(({ name }: { name: string }) => name)
      expect(await active()).toEqual(['for', 'pulse'])
      expect((await scope.advance('next')).now_ms).toBe(20 * 60_000)
      expect(await active()).toEqual(['for'])
      expect((await scope.advance('10m')).now_ms).toBe(30 * 60_000)
      expect(await active()).toEqual(['for', 'after', 'pulse'])
      await scope.advance('30m')
      expect(await active()).toEqual(['after', 'pulse'])
    },
  ],
  'delays of bytes: latency and the like': [
    'manual',
    async () => {
      const { peer, untilDueIn, advance, held } = await useManualEcho([latency('1h')])
      peer.send('ping')
      await untilDueIn(HOUR)
      expect(await advance(HOUR - 1)).toMatchObject({ timers: 0, next_in_ms: 1 })
      expect([held(), peer.length]).toEqual([4, 0])
      expect(await advance('1ms')).toMatchObject({ timers: 1, now_ms: HOUR })
      expect(held()).toBe(0)
      await peer.gets('ping')
    },
  ],
  'pacing of bytes: bandwidth and the like': [
    'manual',
    async () => {
      const slow = { kind: 'bandwidth', attributes: { rate: 10 } }
      const { peer, untilDueIn, advance, sent } = await useManualDownload(100_000, [slow])
      // It pays out 512 bytes at a time.
      await untilDueIn(51.2)
      for (let second = 1; second < 10; second++) {
        await advance('1s')
        expect(sent()).toBe(Math.floor((second * 10_000) / 512) * 512)
      }
      await advance('1s')
      await peer.getsBytes(100_000)
    },
  ],
  'waits of new connections: slow_accept, slow_dial': [
    'manual',
    async () => {
      const { peer, untilDueIn, advance } = await useManualEcho([
        { kind: 'slow_accept', attributes: { delay: '1h' } },
        { kind: 'slow_dial', attributes: { delay: '2h' } },
      ])
      peer.send('ping')
      await untilDueIn(HOUR)
      await advance('1h')
      await untilDueIn(2 * HOUR)
      await advance('2h')
      await peer.gets('ping')
    },
  ],
  idle_close: [
    'manual',
    async () => {
      const { peer, advance } = await useManualEcho([{ kind: 'idle_close', attributes: { idle: '1h' } }])
      await advance('59m')
      await peer.send('ping').gets('ping')
      await advance('59m')
      expect(peer.fate).toBe('open')
      await advance('1m')
      expect(await peer.ending()).toBe('fin')
    },
  ],
  'delays of requests and answers: http_delay and the like': [
    'manual',
    async () => {
      const { ask, untilDueIn, advance } = await useManualHttp([
        { kind: 'http_delay', name: 'a', attributes: { delay: '1h' } },
        { kind: 'http_delay', name: 'b', attributes: { delay: '10m' } },
        { kind: 'http_duplicate', attributes: { gap: '5m' } },
      ])
      const answer = ask('/')
      await untilDueIn(HOUR)
      // What waits at the second fault comes to be due on the way.
      expect(await advance(HOUR + 600_000)).toMatchObject({ timers: 2 })
      await untilDueIn(300_000)
      await advance('5m')
      expect(await answer).toMatchObject({ status: 200, body: 'well' })
    },
  ],
  'pacing of answers: http_throttle': [
    'manual',
    async () => {
      const { ask, untilDueIn, advance } = await useManualHttp([
        { kind: 'http_throttle', attributes: { chunk_size: 1, gap: '1h' } },
      ])
      const answer = ask('/')
      // Of its four bytes the first needs no gap.
      await untilDueIn(HOUR)
      expect(await advance('3h')).toMatchObject({ timers: 3 })
      expect(await answer).toMatchObject({ body: 'well' })
    },
  ],
  'quotas and queues: rate_limit, overload': [
    'manual',
    async () => {
      const { ask, untilDueIn, advance } = await useManualHttp([
        { kind: 'rate_limit', attributes: { limit: 1, window: '1h' }, match: { path: '/quota' } },
        { kind: 'overload', attributes: { rate: 0.01, concurrency: 1, queue: 1 }, match: { path: '/queue' } },
      ])
      const status = async (path: string): Promise<number> => (await ask(path)).status
      expect([await status('/quota'), await status('/quota')]).toEqual([200, 429])
      await advance(HOUR - 1)
      expect(await status('/quota')).toBe(429)
      await advance('1ms')
      expect(await status('/quota')).toBe(200)
      expect(await status('/queue')).toBe(200)
      const queued = ask('/queue')
      await untilDueIn(100_000)
      await advance('next')
      expect((await queued).status).toBe(200)
    },
  ],
  'stages of runs': [
    'manual',
    async () => {
      const { peer, call, advance, untilDueIn } = await useManualEcho([])
      const { id } = await call('POST', '/runs', run(20))
      await advance('20m')
      expect((await call('GET', `/runs/${id}`)).stage).toMatchObject({ name: 'slow', elapsed_ms: 0 })
      peer.send('ping')
      await untilDueIn(10_000)
      await advance('10s')
      await peer.gets('ping')
      await advance('39m')
      expect((await call('GET', `/runs/${id}`)).stage).toMatchObject({
        name: 'after',
        elapsed_ms: 19 * 60_000 + 10_000,
      })
      await advance('50s')
      const ended = await call('GET', `/runs/${id}`)
      expect(ended).toMatchObject({ status: 'completed', healed: true })
      // What was achieved says nothing where somebody moves the time.
      expect(ended.faults).toEqual([expect.objectContaining({ applied: 1, asked_ms_mean: 10_000 })])
      expect(ended.faults[0].achieved_ms_mean).toBeUndefined()
    },
  ],
  'faults of the scope on a shared listener': [
    'manual',
    async () => {
      const scope = await useManual()
      const { call } = scope.control
      const upstream = await useHttpServer((_req, res) => res.end('well'))
      const slow = { kind: 'http_delay', attributes: { delay: 5 } }
      const made = await call('PUT', '/v1/proxies/web', { body: { upstream, protocol: 'http', faults: [slow] } })
      await scope.call('PUT', '/shared/web')
      await scope.call('POST', '/proxies/web/faults', {
        kind: 'http_delay',
        attributes: { delay: '1h' },
        trigger: { for: '2h' },
      })
      await scope.call('POST', '/proxies/web/faults', {
        kind: 'http_throttle',
        attributes: { chunk_size: 1, gap: '1m' },
      })
      const ask = useCaller(Number(made.json.listen.split(':')[1]))
      const mark = { headers: { 'x-faultline-scope': scope.id } }
      const answer = ask('/', mark)
      await scope.untilDueIn(HOUR)
      await scope.advance('1h')
      await scope.untilDueIn(60_000)
      await scope.advance('3m')
      expect(await answer).toMatchObject({ status: 200, body: 'well' })
      // Those of others there go by real time.
      expect((await ask('/')).status).toBe(200)
      await scope.advance('1h')
      const late = ask('/', mark)
      await scope.untilDueIn(60_000)
      await scope.advance('3m')
      expect((await late).status).toBe(200)
    },
  ],
  max_age: [
    'real',
    async () => {
      const { peer, advance, nextIn, call } = await useManualEcho([{ kind: 'max_age', attributes: { age: '1h' } }])
      expect(await nextIn()).toBeUndefined()
      await advance('2h')
      await peer.send('ping').gets('ping')
      await call('PATCH', '/proxies/db/faults/max_age', { attributes: { age: '1ms' } })
      expect(await peer.ending()).toBe('fin')
    },
  ],
  'the lease of the scope': [
    'real',
    async () => {
      const { advance, call, control } = await useManual()
      await advance('24h')
      expect(Date.parse((await call('GET', '')).expires_at) - Date.now()).toBeGreaterThan(300_000)
      await call('POST', '/renew', { ttl: '100ms' })
      await eventually(() => control.scopes.counts().ended.expired === 1, 'the end of the lease')
    },
  ],
  'limits on connecting to the upstream': [
    'real',
    async () => {
      const dial = async (dialMs: number) => {
        const scope = await useManual({ dialMs })
        const stalled = await scope.proxy('stalled', '127.0.0.1:9', [{ kind: 'connect_stall' }])
        return { ...scope, peer: await useConnected(await scope.proxy('db', stalled)) }
      }
      const patient = await dial(60_000)
      await patient.advance('1h')
      expect((await patient.call('GET', '/connections')).connections).toMatchObject([{ state: 'dialling' }])
      const { peer, call } = await dial(50)
      await peer.ending()
      const { events } = await call('GET', '/events?type=connection_refused')
      expect(events).toMatchObject([{ proxy: 'db', reason: 'dial_ETIMEDOUT' }])
    },
  ],
  'time limits of waits': [
    'real',
    async () => {
      const { advance, call, peer } = await useManualEcho([])
      const patient = call('POST', '/wait', { event: { type: 'connection_closed' }, timeout: '60s' })
      await advance('1h')
      peer.end()
      expect(await patient).toMatchObject({ met: true })
      expect(await call('POST', '/wait', { due_within: '1h', timeout: '20ms' })).toMatchObject({ met: false })
    },
  ],
  'healing at the end of a run': [
    'real',
    async () => {
      const { advance, call, proxy } = await useManual()
      const listen = await proxy('db', (await useEcho()).address)
      const profile = { ...run(20).profile }
      profile.stages = profile.stages.map((stage) =>
        stage.name === 'slow' ? { ...stage, faults: [{ target: 'db', kind: 'refuse' }] as never } : stage,
      )
      const { id } = await call('POST', '/runs', { profile })
      await advance('20m')
      expect(await knock(listen)).toBe('ECONNREFUSED')
      await call('POST', `/runs/${id}/stop`)
      expect(await call('GET', `/runs/${id}`)).toMatchObject({ status: 'stopped', healed: true })
      expect(await knock(listen)).toBe('accepted')
    },
  ],
  'how long something is held, lasted or is old, in views and events': [
    'real',
    async () => {
      const started = performance.now()
      const { advance, call, ask, untilDueIn } = await useManualHttp([
        { kind: 'http_delay', attributes: { delay: '1h' } },
        { kind: 'http_hold' },
      ])
      const answer = ask('/')
      await untilDueIn(HOUR)
      await advance('1h')
      await call('POST', '/wait', { proxy: 'web', fault: 'http_hold', held: 1 })
      await advance('1h')
      const { held } = await call('GET', '/proxies/web/faults/http_hold/held')
      await call('POST', '/proxies/web/faults/http_hold/release', {})
      await answer
      const { connections } = await call('GET', '/connections')
      const { exchanges } = await call('GET', '/exchanges')
      const most = performance.now() - started
      const told = [held[0].held_ms, connections[0].age_ms, connections[0].idle_ms]
      for (const ms of [...told, exchanges[0].total_ms, exchanges[0].injected_ms]) expect(ms).toBeLessThan(most + 1)
    },
  ],
  'stamps of events and exchanges': [
    'real',
    async () => {
      const started = Date.now()
      const { advance, call, ask } = await useManualHttp([])
      await advance('24h')
      await ask('/')
      const { events } = await call('GET', '/events')
      const { exchanges } = await call('GET', '/exchanges')
      const { created_at } = await call('GET', '')
      const stamps = [...events, ...exchanges].map(({ at }: { at: string }) => Date.parse(at))
      for (const at of [...stamps, Date.parse(created_at)]) {
        expect(at).toBeGreaterThan(started - 1000)
        expect(at).toBeLessThan(Date.now() + 1000)
      }
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'time_advanced', by_ms: 24 * HOUR, now_ms: 24 * HOUR, timers: 0 }),
      )
    },
  ],
  'other scopes, and the default scope': [
    'real',
    async () => {
      const one = await useManualEcho([latency('1h')])
      const { control } = one
      const other = await useManual({ control })
      const echo = await useEcho()
      const there = await useConnected(await other.proxy('db', echo.address, [latency('1h')]))
      const made = await control.call('POST', '/v1/scopes', { body: {} })
      const real = `/v1/scopes/${made.json.id}/proxies/db`
      const own = await control.call('PUT', real, { body: { upstream: echo.address, faults: [latency(5)] } })
      const common = await control.call('PUT', '/v1/proxies/db', {
        body: { upstream: echo.address, faults: [latency(5)] },
      })
      const [mine, all] = await Promise.all([useConnected(own.json.listen), useConnected(common.json.listen)])
      for (const peer of [one.peer, there, mine, all]) peer.send('ping')
      await Promise.all([mine.gets('ping'), all.gets('ping'), one.untilDueIn(HOUR), other.untilDueIn(HOUR)])
      await one.advance('1h')
      await one.peer.gets('ping')
      expect(await other.nextIn()).toBe(HOUR)
      expect(there.length).toBe(0)
      await other.advance('1h')
      await there.gets('ping')
    },
  ],
}

const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8')
const section = /^## Manual time\n(.*?)^## /ms.exec(page)?.[1] ?? ''
const table = [...section.matchAll(/^\| (.*?) \| (manual|real) \|$/gm)].map(([, what = '', clock = '']) => [
  what,
  clock,
])

test('the table of docs/testing.md has a test for every row, and a row for every test', () => {
  expect(table).toEqual(Object.entries(ROWS).map(([what, [clock]]) => [what, clock]))
})

describe('goes by the clock that the table names', () => {
  test.each(table)('%s: %s', (what) => ROWS[what]?.[1]())
})
