import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PlaneSetting } from '../../../src/daemon/plane-setting.ts'
import { ended, eventually, plane, slow, toxicsOf, useGate, useServed } from './use-planes.ts'
import type { Gate, Served } from './use-planes.ts'

/** Short where a call is to be given up; long enough for one that is not, on a machine that is busy. */
const TIMEOUT = 400

/** A daemon that drives a server through a stretch of network that can go wrong. */
async function useFar(more: Partial<PlaneSetting> = {}): Promise<{ server: Served; gate: Gate; driver: Served }> {
  const server = await useServed()
  await server.client.createProxy('db', { upstream: '127.0.0.1:1' })
  const gate = await useGate(server.url)
  const driver = await useServed({ planes: [plane(gate.url, { timeout: TIMEOUT, ...more })] })
  return { server, gate, driver }
}

async function planeOf({ client }: Served) {
  const { planes } = await client.planes()
  return planes[0]
}

/** A run whose toxic is there. */
async function useRunning(bench: { server: Served; driver: Served }): Promise<string> {
  const { id } = await bench.driver.client.startRun({ profile: slow() })
  const isThere = async () => (await bench.driver.client.fault('edge:db', 'slow.latency_downstream')).active
  await eventually(isThere).toBe(true)
  return id
}

describe('a call that is given up', () => {
  test.each(['hold_answer', 'hold_request'] as const)('and works late is undone (%s)', async (how) => {
    const { server, gate, driver } = await useFar()
    gate.rule = (method) => (method === 'POST' ? how : 'pass')
    const { id } = await driver.client.startRun({ profile: slow() })
    const run = await ended(driver, id)
    expect(run).toMatchObject({ status: 'failed', healed: false })
    expect(run.detail).toContain('plane edge')
    expect(run.heal?.left.join()).toContain('fault slow.latency_downstream still acts on proxy edge:db')
    gate.rule = () => 'pass'
    gate.release()
    await eventually(async () => (await planeOf(driver))?.toxics).toBe(0)
    await eventually(() => toxicsOf(server.url)).toEqual([])
    // And it stays so: nothing is under way any more.
    const { id: next } = await driver.client.startRun({ profile: slow() })
    await eventually(() => toxicsOf(server.url)).toHaveLength(1)
    expect(await driver.client.stopRun(next)).toMatchObject({ healed: true })
  })

  test('leaves our own API as quick as ever', async () => {
    const { gate, driver } = await useFar()
    gate.rule = () => 'hold_answer'
    await eventually(async () => (await planeOf(driver))?.state).toBe('down')
    await expect(driver.client.startRun({ profile: slow() })).rejects.toMatchObject({ code: 'plane_unreachable' })
    expect((await driver.client.proxies()).proxies).toMatchObject([
      { name: 'edge:db', state: 'unreachable', connections: { open: null } },
    ])
    await driver.client.addFault('edge:db', { name: 'later', kind: 'noop' })
    expect(await driver.client.fault('edge:db', 'later')).toMatchObject({ active: null, seen: null })
    expect(await planeOf(driver)).toMatchObject({ state: 'down', toxics: null })
    // However long it hangs, few calls wait.
    await eventually(async () => (await planeOf(driver))?.error).toContain('calls to it have not been answered yet')
    expect(gate.seen.length).toBeLessThan(40)
    gate.rule = () => 'pass'
    gate.release()
    await eventually(async () => (await driver.client.fault('edge:db', 'later')).active).toBe(true)
  })
})

describe('a server that goes in the middle of a run', () => {
  test('takes the run with it, which does not claim to be healed; what is left is taken off when it is back', async () => {
    const bench = await useFar()
    const { server, gate, driver } = bench
    const id = await useRunning(bench)
    gate.rule = () => 'cut'
    const run = await ended(driver, id)
    expect(run).toMatchObject({ status: 'aborted', healed: false, heal: { verified: false } })
    expect(run.detail).toContain(`plane edge has not answered for ${5 * TIMEOUT} ms`)
    expect(run.heal?.left.join()).toContain('may still act (its server cannot be reached)')
    expect(await toxicsOf(server.url)).toHaveLength(1)
    gate.rule = () => 'pass'
    await eventually(() => toxicsOf(server.url)).toEqual([])
    await eventually(async () => (await planeOf(driver))?.state).toBe('up')
  })

  test('for a moment only, is not noticed by the run', async () => {
    const bench = await useFar()
    const { gate, driver } = bench
    const id = await useRunning(bench)
    gate.rule = () => 'cut'
    await eventually(async () => (await planeOf(driver))?.state).toBe('down')
    gate.rule = () => 'pass'
    await eventually(async () => (await planeOf(driver))?.state).toBe('up')
    expect(await driver.client.stopRun(id)).toMatchObject({ status: 'stopped', healed: true })
  })
})

describe('somebody else at the server', () => {
  test.each([
    ['resets it', (server: Served) => server.client.reset(), 'it is not on the server any more'],
    [
      'changes our toxic',
      (server: Served) =>
        server.client.patchFault('db', 'faultline.slow.latency_downstream', { attributes: { latency: 1 } }),
      'it was changed on the server',
    ],
    ['removes the proxy', (server: Served) => server.client.removeProxy('db'), 'proxy edge:db was removed'],
  ])('who %s ends the run that stands on it', async (_what, act, says) => {
    const bench = await useFar({ timeout: 5000 })
    const { server, driver } = bench
    const id = await useRunning(bench)
    await act(server)
    const run = await ended(driver, id)
    expect(run).toMatchObject({ status: 'aborted', healed: true })
    expect(run.detail).toContain(says)
    await eventually(async () => (await planeOf(driver))?.toxics).toBe(0)
    expect(JSON.stringify(await server.client.proxies())).not.toContain('faultline.slow')
  })

  test('takes away what we are about to, and nobody minds', async () => {
    const { server, gate, driver } = await useFar({ timeout: 5000 })
    await driver.client.addFault('edge:db', { name: 'x', kind: 'noop' })
    await eventually(() => toxicsOf(server.url)).toHaveLength(1)
    gate.rule = () => 'cut'
    await driver.client.patchFault('edge:db', 'x', { enabled: false })
    await server.client.reset()
    gate.rule = () => 'pass'
    await eventually(async () => (await planeOf(driver))?.toxics).toBe(0)
    await driver.client.patchFault('edge:db', 'x', { enabled: true })
    await eventually(() => toxicsOf(server.url)).toMatchObject([{ name: 'faultline.x' }])
  })

  test('leaves a toxic with our mark there: it is taken off, and told', async () => {
    const { server, driver } = await useFar({ timeout: 5000 })
    await server.client.addFault('db', { name: 'faultline.old', kind: 'noop' })
    await server.client.addFault('db', { name: 'faultline2.theirs', kind: 'noop' })
    await eventually(async () => (await toxicsOf(server.url)).map(({ name }) => name)).toEqual(['faultline2.theirs'])
    await eventually(async () =>
      (await driver.client.events()).events.filter(({ type }) => type === 'plane_swept'),
    ).toMatchObject([{ plane: 'edge', proxy: 'edge:db', toxic: 'faultline.old' }])
  })

  test('brings proxies, takes them away, and moves them', async () => {
    const { server, driver } = await useFar({ timeout: 5000 })
    await server.client.createProxy('late', { upstream: '127.0.0.1:2' })
    const names = async () => (await driver.client.proxies()).proxies.map(({ name }) => name)
    await eventually(names).toEqual(['edge:db', 'edge:late'])
    await server.client.patchProxy('late', { upstream: '127.0.0.1:3', enabled: false })
    await eventually(() => driver.client.proxy('edge:late')).toMatchObject({
      upstream: '127.0.0.1:3',
      enabled: false,
      state: 'disabled',
    })
    await server.client.removeProxy('late')
    await eventually(names).toEqual(['edge:db'])
  })

  test('gave a proxy a name that needs care in a path', async () => {
    const { server, driver } = await useFar({ timeout: 5000 })
    const name = 'a b?c#d%e:f'
    await fetch(`${server.url}/proxies`, {
      method: 'POST',
      body: JSON.stringify({ name, upstream: '127.0.0.1:1', listen: '127.0.0.1:0' }),
    })
    await eventually(async () => (await driver.client.proxies()).proxies.length).toBe(2)
    await driver.client.addFault(`edge:${name}`, { name: 'x', kind: 'noop' })
    const there = () => toxicsOf(server.url, encodeURIComponent(name))
    await eventually(there).toMatchObject([{ name: 'faultline.x' }])
    await driver.client.removeFault(`edge:${name}`, 'x')
    await eventually(there).toEqual([])
  })
})

describe('a server that answers otherwise than it should', () => {
  test('refuses a toxic: the run fails, and says what the server said', async () => {
    const { gate, driver } = await useFar()
    gate.rule = (method) => (method === 'POST' ? { status: 400 } : 'pass')
    const { id } = await driver.client.startRun({ profile: slow() })
    const run = await ended(driver, id)
    expect(run).toMatchObject({ status: 'failed', healed: true })
    expect(run.detail).toContain('the server refused it: it answered 400')
  })

  test.each([404, 409, 500])('answers %i to every toxic: the run fails in time', async (status) => {
    const { gate, driver } = await useFar()
    gate.rule = (method) => (method === 'POST' ? { status } : 'pass')
    const { id } = await driver.client.startRun({ profile: slow() })
    const run = await ended(driver, id)
    expect(run).toMatchObject({ status: 'failed', healed: true })
    expect(run.detail).toContain(`it answered ${status}`)
  })

  test('claims to take off what it keeps: the run is not healed, and the server not stormed', async () => {
    const bench = await useFar({ every: 1000, timeout: 1000 })
    const { server, gate, driver } = bench
    const id = await useRunning(bench)
    gate.rule = (method) => (method === 'DELETE' ? { status: 204 } : 'pass')
    gate.seen.length = 0
    const run = await driver.client.stopRun(id)
    expect(run).toMatchObject({ status: 'stopped', healed: false })
    expect(run.heal?.left.join()).toContain('still acts on proxy edge:db')
    expect(gate.seen.length).toBeLessThan(100)
    gate.rule = () => 'pass'
    await eventually(() => toxicsOf(server.url)).toEqual([])
  })

  test.each([
    ['<html>hello</html>', 'JSON'],
    ['[]', 'no Toxiproxy server'],
    ['{"a":1}', 'no Toxiproxy server'],
    ['{"a":{"listen":"x"}}', 'no Toxiproxy server'],
    ['{"a":{"listen":"x","toxics":[null]}}', 'no Toxiproxy server'],
    ['', 'no Toxiproxy server'],
  ])('is none: %s', async (body, says) => {
    const odd = createServer((_request, response) => void response.end(body))
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => odd.close().closeAllConnections())
    const driver = await useServed({ planes: [plane(`http://127.0.0.1:${(odd.address() as AddressInfo).port}`)] })
    expect(await planeOf(driver)).toMatchObject({ state: 'down', toxics: null, version: null })
    expect((await planeOf(driver))?.error).toContain(says)
    expect((await driver.client.proxies()).proxies).toEqual([])
    await expect(driver.client.startRun({ profile: slow() })).rejects.toThrow('plane edge has no proxy')
  })
})

test('two planes of one name keep the daemon from starting', async () => {
  const one = plane('http://127.0.0.1:1')
  await expect(useServed({ planes: [one, one] })).rejects.toMatchObject({ code: 'invalid_config' })
})
