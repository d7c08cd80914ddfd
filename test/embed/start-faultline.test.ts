import { describe, expect, onTestFinished, test } from 'vitest'
import { latency } from '../../src/client/faults.gen.ts'
import { startFaultline } from '../../src/embed/start-faultline.ts'
import type { LocalFaultline, StartOptions } from '../../src/embed/start-faultline.ts'
import { eventually, knock, useConnected, useEcho } from '../plane/use-peers.ts'

async function useFaultline(options?: StartOptions): Promise<LocalFaultline> {
  const chaos = await startFaultline(options)
  onTestFinished(() => chaos.stop())
  return chaos
}

describe('startFaultline', () => {
  test('runs the engine in this process, with no port of its own', async () => {
    const chaos = await useFaultline({ seed: 7 })
    expect([chaos.address, chaos.seed, (await chaos.info()).seed]).toEqual([undefined, '7', '7'])
    const echo = await useEcho()
    const scope = await chaos.scope()
    const db = await scope.proxy({ upstream: echo.address })
    const slow = await db.add(latency({ latency: 30 }))
    const peer = await useConnected(db.listen)
    const before = performance.now()
    peer.send('ping')
    await eventually(() => peer.text === 'ping', 'the echo')
    expect(performance.now() - before).toBeGreaterThanOrEqual(29)
    await slow.waitApplied()
    expect(await slow.verify()).toMatchObject({ holds: true })
    const ended = await scope.end()
    expect(ended).toMatchObject({ reason: 'ended', unfired: [] })
    expect(await knock(db.listen)).toBe('ECONNREFUSED')
  })

  test('streams events, and holds scopes, as over a port', async () => {
    const chaos = await useFaultline()
    const echo = await useEcho()
    const scope = await chaos.scope()
    expect((await chaos.client.scope(scope.id)).streams).toBe(1)
    const db = await scope.proxy({ upstream: echo.address })
    const stop = new AbortController()
    const seen: string[] = []
    const reading = (async () => {
      for await (const event of scope.events({ since: undefined }, stop.signal))
        if ('type' in event) seen.push(event.type)
    })()
    await db.add(latency())
    await useConnected(db.listen)
    await scope.waitFor({ event: { type: 'connection_opened' } })
    await eventually(() => seen.includes('connection_opened'), 'the event')
    stop.abort()
    await reading
    await scope.end()
    await expect(chaos.client.scope(scope.id)).rejects.toMatchObject({ code: 'scope_ended' })
  })

  test('listens where it is asked to', async () => {
    const chaos = await useFaultline({ port: 0 })
    expect(chaos.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${chaos.address}/healthz`)).status).toBe(200)
  })

  test('answers errors as the API does, and bodies without content', async () => {
    const chaos = await useFaultline()
    await expect(chaos.client.proxy('none')).rejects.toMatchObject({ code: 'proxy_not_found', status: 404 })
    await expect(chaos.client.putProxy('bad name', { upstream: 'x:1' })).rejects.toMatchObject({ status: 400 })
  })

  test('refuses settings that there are not', async () => {
    await expect(startFaultline({ settings: { 'limits.proxy': 5 } })).rejects.toThrow(
      '"limits.proxy" is no setting; did you mean limits.proxies?',
    )
    await expect(startFaultline({ settings: { 'limits.proxies': 'many' } })).rejects.toThrow('is not valid')
  })

  test('leaves nothing open when it stops', async () => {
    const echo = await useEcho()
    const chaos = await startFaultline()
    const scope = await chaos.scope()
    const db = await scope.proxy({ upstream: echo.address })
    const peer = await useConnected(db.listen)
    await chaos.stop()
    await eventually(() => peer.fate !== 'open', 'the drop')
    expect(await knock(db.listen)).toBe('ECONNREFUSED')
  })
})
