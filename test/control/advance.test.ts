import { describe, expect, test } from 'vitest'
import { knock, useConnected, useEcho, useUpstream } from '../plane/use-peers.ts'
import { useControl } from './use-control.ts'
import { useManual, useManualDownload, useManualEcho } from './use-manual.ts'

const HOUR = 3_600_000

const latency = (of: string | number, more: object = {}) => ({ kind: 'latency', attributes: { latency: of }, ...more })

test('a brown-out of an hour, minute by minute, takes as long as its bytes do', async () => {
  const { advance, peer, untilDueIn, call } = await useManualEcho([latency('30s', { trigger: { for: '1h' } })])
  for (let minute = 1; minute <= 60; minute++) {
    peer.send('ping')
    await untilDueIn(30_000)
    await advance('30s')
    await peer.getsBytes(4 * minute)
    await advance('30s')
  }
  expect((await call('GET', '')).now_ms).toBe(HOUR)
  // Nothing delays it any more.
  await peer.send('free').gets('free')
})

test('a listener that a window closes and opens is closed and open when the advance has answered', async () => {
  const { proxy, advance } = await useManual()
  const pulse = { kind: 'refuse', trigger: { pulse: { on: '1m', off: '1m' } } }
  const listen = await proxy('db', (await useEcho()).address, [pulse])
  for (let round = 0; round < 3; round++) {
    expect(await knock(listen)).toBe('ECONNREFUSED')
    await advance('1m')
    expect(await knock(listen)).toBe('accepted')
    await advance('1m')
  }
  expect(await advance('59m')).toMatchObject({ timers: 59 })
  expect(await knock(listen)).toBe('accepted')
})

test('what was let go on one way is delayed on the other from where the time stands then', async () => {
  const both = ['upstream', 'downstream'].map((stream) => latency('1m', { name: stream, stream }))
  const { peer, untilDueIn, advance } = await useManualEcho(both)
  peer.send('ping')
  await untilDueIn(60_000)
  await advance('1h')
  await untilDueIn(60_000)
  expect(peer.length).toBe(0)
  await advance('next')
  await peer.gets('ping')
})

test('slices that need a turn of the loop each are all out when the advance has answered', async () => {
  const slices = { kind: 'slicer', attributes: { average_size: 10, size_variation: 0, delay: '1ms' } }
  const { untilDueIn, advance, sent, peer } = await useManualDownload(2000, [slices])
  await untilDueIn(1)
  await advance('1s')
  expect(sent()).toBe(2000)
  await peer.getsBytes(2000)
})

test('bytes that nobody reads hold up no advance', async () => {
  const { advance, untilDueIn, peer, call } = await useManualDownload(50_000_000, [latency('1m')])
  peer.socket.pause()
  await untilDueIn(60_000)
  for (let minute = 0; minute < 3; minute++) await advance('1m')
  await call('DELETE', '')
})

describe('what is refused', () => {
  test.each([
    ['a duration below zero', { by: -1 }, 400],
    ['no duration at all', { by: 0 }, 400],
    ['not a number', { by: Number.NaN }, 400],
    ['words', { by: 'soon' }, 400],
    ['a unit that there is not', { by: '3 weeks' }, 400],
    ['more than a day', { by: '25h' }, 400],
    ['neither', {}, 400],
    ['both', { by: '1s', to: 'next' }, 400],
    ['another place', { to: 'last' }, 400],
    ['what is next where nothing is', { to: 'next' }, 409, 'nothing_due'],
  ])('%s', async (_, body, status, code = 'invalid_request') => {
    const { control, at } = await useManual()
    const refused = await control.call('POST', `${at}/advance`, { body })
    expect([refused.status, refused.json.code], refused.text).toEqual([status, code])
  })

  test('moving or waiting for the time of a scope that goes by real time, or of none', async () => {
    const control = useControl()
    const { json } = await control.call('POST', '/v1/scopes', { body: {} })
    expect(json.clock).toBe('real')
    const refused = await control.call('POST', `/v1/scopes/${json.id}/advance`, { body: { by: '1s' } })
    expect(refused.json).toMatchObject({ status: 409, code: 'clock_is_real' })
    expect(refused.json.remedy).toContain('clock: manual')
    const waited = await control.call('POST', `/v1/scopes/${json.id}/wait`, { body: { due_within: '1s' } })
    expect(waited.json).toMatchObject({ status: 409, code: 'clock_is_real' })
    expect((await control.call('POST', '/v1/wait', { body: { due_within: '1s' } })).json.code).toBe('clock_is_real')
    expect((await control.call('POST', '/v1/scopes/scope_none/advance', { body: { by: 1 } })).status).toBe(404)
    await control.call('DELETE', `/v1/scopes/${json.id}`)
    expect((await control.call('POST', `/v1/scopes/${json.id}/advance`, { body: { by: 1 } })).status).toBe(410)
    expect((await control.call('POST', '/v1/scopes', { body: { clock: 'fast' } })).json.pointer).toBe('/clock')
    expect((await control.call('POST', '/v1/advance', { body: { by: 1 } })).status).toBe(404)
  })

  test('to move the time of a scope that ends meanwhile', async () => {
    const { control, at, tryAdvance, proxy } = await useManual()
    await proxy('db', '127.0.0.1:9', [latency(1, { trigger: { pulse: { on: '1ms', off: '1ms' } } })])
    const moved = tryAdvance('24h')
    await new Promise((resolve) => setImmediate(resolve))
    expect((await control.call('DELETE', at)).status).toBe(200)
    expect((await moved).json).toMatchObject({ status: 410, code: 'scope_ended' })
  })
})

test('a client that waits for what is due hears of it when it comes to be', async () => {
  const { peer, call, proxy, advance } = await useManualEcho([latency('2h')])
  const near = call('POST', '/wait', { due_within: '1h' })
  const far = call('POST', '/wait', { due_within: '2h' })
  peer.send('ping')
  expect(await far).toMatchObject({ met: true, found: 1 })
  const again = await useConnected(
    await proxy('other', (await useUpstream()).address, [latency('1h', { stream: 'upstream' })]),
  )
  again.send('x')
  expect(await near).toMatchObject({ met: true })
  await advance('next')
  expect(await call('POST', '/wait', { due_within: '1h', timeout: 0 })).toMatchObject({ met: true })
})
