import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { spawnSync } from 'node:child_process'
import { faultSpec, proxySpec, usePlane } from '../support/use-plane.ts'
import { connected, eventually, knock, useClient, useConnected, useEcho, useUpstream } from './use-peers.ts'

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const REFUSE = faultSpec('refuse', { mode: 'close_listener' }, { stream: undefined })
const STALL = faultSpec('connect_stall', {}, { stream: undefined })

describe('an address', () => {
  test('with port 0 becomes a port that stays while the proxy is off and on again', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address), 's')
    const { listen } = proxy.status()
    expect(listen).toMatch(/^127\.0\.0\.1:[1-9]\d*$/)
    await proxy.reconfigure(proxySpec(echo.address, { listen, enabled: false }))
    expect(await knock(listen)).toBe('ECONNREFUSED')
    await proxy.reconfigure(proxySpec(echo.address, { listen, enabled: true }))
    expect(await knock(listen)).toBe('accepted')
  })

  test('may be IPv6, for the listener and the upstream', async () => {
    const { plane } = usePlane()
    const echo = await useEcho({ host: '::1' })
    const proxy = await plane.open(proxySpec(echo.address, { listen: '[::1]:0' }), 's')
    expect(proxy.status().listen).toMatch(/^\[::1\]:\d+$/)
    const client = (await useConnected(proxy.status().listen)).send('six')
    await client.gets('six')
  })

  test('without a host takes clients of every family', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address, { listen: ':0' }), 's')
    const { listen } = proxy.status()
    const port = listen.slice(listen.lastIndexOf(':') + 1)
    await (await useConnected(`127.0.0.1:${port}`)).send('four').gets('four')
    expect([...plane.connections()][0]?.client).toMatch(/^127\.0\.0\.1:/)
  })

  test('that is taken is an error that says so, and nothing is left behind', async () => {
    const { plane } = usePlane()
    const taken = await useUpstream()
    await expect(plane.open(proxySpec('127.0.0.1:1', { listen: taken.address }), 's')).rejects.toMatchObject({
      code: 'address_in_use',
    })
    expect([...plane.connections()]).toEqual([])
  })

  test('that is not of this machine is an error that says so', async () => {
    const { plane } = usePlane()
    await expect(plane.open(proxySpec('127.0.0.1:1', { listen: '192.0.2.1:0' }), 's')).rejects.toMatchObject({
      code: 'address_not_available',
    })
  })

  test('can be bound again as soon as the proxy is closed, with connections that were open', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    let listen = '127.0.0.1:0'
    for (let i = 0; i < 5; i++) {
      const proxy = await plane.open(proxySpec(echo.address, { listen }), 's')
      listen = proxy.status().listen
      const client = await useConnected(listen)
      await client.send('x').gets('x')
      await proxy.close()
      expect(await knock(listen)).toBe('ECONNREFUSED')
    }
  })
})

describe('a unix socket', () => {
  test('serves as listener and as upstream', async () => {
    const folder = useFolder()
    const { plane } = usePlane()
    const echo = await useEcho({ path: join(folder, 'up') })
    const proxy = await plane.open(proxySpec(echo.address, { listen: `unix:${join(folder, 'in')}` }), 's')
    const client = useClient(proxy.status().listen)
    client.send('through files').end()
    expect(await client.ending()).toBe('fin')
    expect(client.text).toBe('through files')
    await proxy.close()
    expect(existsSync(join(folder, 'in'))).toBe(false)
  })

  test('is cut, not crashed on, by faults that reset', async () => {
    const folder = useFolder()
    const { plane, facts } = usePlane()
    const echo = await useEcho({ path: join(folder, 'up') })
    const faults = [faultSpec('reset_peer', { timeout: 20 })]
    const proxy = await plane.open(proxySpec(echo.address, { listen: `unix:${join(folder, 'in')}`, faults }), 's')
    const client = useClient(proxy.status().listen)
    await client.until(() => client.closed || client.fate !== 'open', 'the cut')
    await eventually(() => plane.totals().connectionsOpen === 0, 'the end')
    expect(facts.filter((fact) => fact.type === 'bug')).toEqual([])
  })

  test('meets a fault that matches client addresses without harm', async () => {
    const folder = useFolder()
    const { plane, facts } = usePlane()
    const echo = await useEcho()
    const faults = [faultSpec('timeout', { timeout: 0 }, { match: { client: ['127.0.0.0/8'] } })]
    const proxy = await plane.open(proxySpec(echo.address, { listen: `unix:${join(folder, 'in')}`, faults }), 's')
    await useClient(proxy.status().listen).send('hi').gets('hi')
    expect(facts.filter((fact) => fact.type === 'bug')).toEqual([])
  })

  test('left behind by a dead process is taken over', async () => {
    const path = join(useFolder(), 'left')
    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', script])
    expect(existsSync(path)).toBe(true)
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address, { listen: `unix:${path}` }), 's')
    await useClient(proxy.status().listen).send('alive').gets('alive')
  })

  test('on which somebody answers stays his', async () => {
    const path = join(useFolder(), 'live')
    const live = await useEcho({ path })
    const { plane } = usePlane()
    await expect(plane.open(proxySpec('127.0.0.1:1', { listen: live.address }), 's')).rejects.toMatchObject({
      code: 'address_in_use',
    })
    await useClient(live.address).send('mine').gets('mine')
  })

  test('never takes the place of a file that is no socket', async () => {
    const folder = useFolder()
    const precious = join(folder, 'precious')
    writeFileSync(precious, 'data')
    symlinkSync(precious, join(folder, 'link'))
    const { plane } = usePlane()
    for (const name of ['precious', 'link']) {
      await expect(
        plane.open(proxySpec('127.0.0.1:1', { listen: `unix:${join(folder, name)}` }), 's'),
      ).rejects.toMatchObject({ code: 'address_in_use' })
    }
    expect(readFileSync(join(folder, 'link'), 'utf8')).toBe('data')
  })

  test('in a folder that is not there is refused for that, not for a permission', async () => {
    const { plane } = usePlane()
    const opened = plane.open(proxySpec('127.0.0.1:1', { listen: 'unix:/no/such/folder/x' }), 's')
    await expect(opened).rejects.toMatchObject({
      message: expect.stringContaining('there is no folder /no/such/folder'),
    })
  })

  test('with a path of more than 107 bytes is refused before the system cuts it', async () => {
    const { plane } = usePlane()
    await expect(plane.open(proxySpec('127.0.0.1:1', { listen: `unix:/${'x'.repeat(107)}` }), 's')).rejects.toThrow(
      /108 bytes/,
    )
  })
})

describe('while a proxy refuses', () => {
  test('connects fail, the port is given to nobody, and open connections go on', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address), 's')
    const { listen } = proxy.status()
    const client = await useConnected(listen)
    await client.send('a').gets('a')
    proxy.setFaults([REFUSE])
    expect(await knock(listen)).toBe('ECONNREFUSED')
    await eventually(() => proxy.status().state === 'refused', 'the refusal')
    await client.send('b').gets('ab')
    // Port 0 must not hand out what is kept.
    const port = Number(listen.split(':')[1])
    for (let i = 0; i < 50; i++) expect((await useUpstream()).port).not.toBe(port)
    proxy.setFaults([])
    await eventually(() => proxy.status().state === 'listening', 'the healing')
    await (await useConnected(listen)).send('c').gets('c')
  })

  test('a port that somebody else took on purpose is listen_failed until he leaves', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address, { faults: [REFUSE] }), 's')
    const { listen } = proxy.status()
    await eventually(() => proxy.status().state === 'refused', 'the refusal')
    const thief = createServer()
    await new Promise<void>((resolve, reject) => {
      thief.once('error', reject)
      thief.listen({ host: '127.0.0.1', port: Number(listen.split(':')[1]) }, resolve)
    })
    proxy.setFaults([])
    await eventually(() => proxy.status().state === 'listen_failed', 'the failure')
    expect(proxy.status().error).toContain('address already in use')
    await new Promise((resolve) => thief.close(resolve))
    await eventually(() => proxy.status().state === 'listening', 'the healing', 2000)
    expect(await knock(listen)).toBe('accepted')
  })

  test('changing its mind in one turn ends where the last word was', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address), 's')
    const { listen } = proxy.status()
    proxy.setFaults([REFUSE])
    await eventually(() => proxy.status().state === 'refused', 'the refusal')
    // The listener is on its way back when it is shut again.
    proxy.setFaults([])
    await Promise.resolve()
    proxy.setFaults([REFUSE])
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(proxy.status().state).toBe('refused')
    expect(await knock(listen)).toBe('ECONNREFUSED')
    const enabling = proxy.reconfigure(proxySpec(echo.address, { listen, enabled: false, faults: [REFUSE] }))
    const again = proxy.reconfigure(proxySpec(echo.address, { listen, enabled: true, faults: [REFUSE] }))
    proxy.setFaults([])
    await Promise.all([enabling, again])
    await eventually(() => proxy.status().state === 'listening', 'the end of it')
    expect(await knock(listen)).toBe('accepted')
  })

  test('for a time only, it heals by itself', async () => {
    const { plane } = usePlane()
    const echo = await useEcho()
    const proxy = await plane.open(proxySpec(echo.address, { faults: [{ ...REFUSE, trigger: { for: 120 } }] }), 's')
    const { listen } = proxy.status()
    expect(await knock(listen)).toBe('ECONNREFUSED')
    await eventually(() => proxy.status().state === 'listening', 'the healing', 1000)
    await (await useConnected(listen)).send('x').gets('x')
  })

  test('a close leaves nothing behind', async () => {
    const { plane } = usePlane()
    const proxy = await plane.open(proxySpec('127.0.0.1:1', { faults: [REFUSE] }), 's')
    const { listen } = proxy.status()
    await proxy.close()
    const other = createServer()
    onTestFinished(() => void other.close())
    await new Promise<void>((resolve, reject) => {
      other.once('error', reject)
      other.listen({ host: '127.0.0.1', port: Number(listen.split(':')[1]) }, resolve)
    })
  })
})

if (process.platform === 'linux') {
  describe('while connects stall', () => {
    test('they neither succeed nor fail, open connections go on, and healing lets the next one in', async () => {
      const { plane } = usePlane()
      const echo = await useEcho()
      const proxy = await plane.open(proxySpec(echo.address), 's')
      const { listen } = proxy.status()
      const before = await useConnected(listen)
      await before.send('a').gets('a')
      proxy.setFaults([STALL])
      await eventually(() => proxy.status().state === 'stalled', 'the stall')
      expect(await Promise.all([1, 2, 3].map(() => knock(listen, 250)))).toEqual([
        'unanswered',
        'unanswered',
        'unanswered',
      ])
      await before.send('b').gets('ab')
      const patient = useClient(listen)
      // Its SYN has to be out and dropped: one that comes in the very moment of the change may be refused.
      await new Promise((resolve) => setTimeout(resolve, 50))
      proxy.setFaults([])
      await eventually(() => proxy.status().state === 'listening', 'the healing')
      await (await useConnected(listen)).send('c').gets('c')
      // Its SYN is repeated after a second, and then answered.
      await connected(patient)
      await patient.send('d').gets('d')
    })

    test('a proxy can be disabled, enabled and closed', async () => {
      const { plane } = usePlane()
      const echo = await useEcho()
      const proxy = await plane.open(proxySpec(echo.address, { faults: [STALL] }), 's')
      const { listen } = proxy.status()
      expect(proxy.status().state).toBe('stalled')
      await proxy.reconfigure(proxySpec(echo.address, { listen, enabled: false }))
      expect(await knock(listen, 250)).toBe('ECONNREFUSED')
      await proxy.reconfigure(proxySpec(echo.address, { listen, enabled: true }))
      expect(await knock(listen, 250)).toBe('unanswered')
      await proxy.close()
      expect(await knock(listen, 250)).toBe('ECONNREFUSED')
    })
  })
}
