import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { httpAbort, httpDelay } from '../../src/client/faults.gen.ts'
import type { ProxyHandle } from '../../src/client/proxy-handle.ts'
import type { Scope } from '../../src/client/scope.ts'
import { test } from '../../src/runner/vitest.ts'

async function useWeb(scope: Scope): Promise<ProxyHandle> {
  const server = createServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => server.close().closeAllConnections())
  return scope.proxy({ upstream: `127.0.0.1:${(server.address() as AddressInfo).port}`, protocol: 'http', name: 'web' })
}

const get = async (web: ProxyHandle, path: string): Promise<number> => {
  const response = await fetch(`http://${web.listen}${path}`, { headers: { connection: 'close' } })
  await response.text()
  return response.status
}

test('toHaveFired counts what a fault did', async ({ scope }) => {
  const web = await useWeb(scope)
  const abort = await web.add(httpAbort({ status: 503 }, { trigger: { first: 2 } }))
  await expect(abort).not.toHaveFired()
  expect([await get(web, '/'), await get(web, '/'), await get(web, '/')]).toEqual([503, 503, 200])
  await expect(abort).toHaveFired()
  await expect(abort).toHaveFired({ times: 2 })
  await expect(expect(abort).toHaveFired({ times: 3 })).rejects.toThrow('was to act 3 times; it acted 2 times')
  await expect(expect(web).toHaveFired()).rejects.toThrow('was to be given a fault')
})

test('toHaveSeen looks through the exchanges', async ({ scope }) => {
  const web = await useWeb(scope)
  await get(web, '/pay/7')
  await expect(web).toHaveSeen()
  await expect(web).toHaveSeen({ method: 'GET', path: '/pay/*', status: '2xx' })
  await expect(web).not.toHaveSeen({ status: '5xx' })
  await expect(expect(web).toHaveSeen({ path: '/none' })).rejects.toThrow('lately: GET /pay/7')
})

test('toHaveLatency takes a percentile of the time of exchanges', async ({ scope }) => {
  const web = await useWeb(scope)
  await expect(expect(web).toHaveLatency(99, '1s')).rejects.toThrow('saw no exchange')
  await web.during(httpDelay({ delay: '80ms' }, { trigger: { nth: 1 } }), async () => {
    await get(web, '/slow')
    await get(web, '/')
  })
  await expect(web).toHaveLatency(100, '10s')
  await expect(web).not.toHaveLatency(100, '79ms')
  await expect(expect(web).toHaveLatency(0, '1s')).rejects.toThrow('a percentile above 0 to 100')
})

test('toHaveNoOpenConnections sees those that are left', async ({ scope }) => {
  const web = await useWeb(scope)
  await get(web, '/')
  await web.waitForConnections(0)
  await expect(web).toHaveNoOpenConnections()
  const response = await fetch(`http://${web.listen}/`)
  await response.text()
  await expect(web).not.toHaveNoOpenConnections()
})

test('a test has the daemon of its file, and a scope with its name', async ({ chaos, scope, task }) => {
  expect((await chaos.client.scope(scope.id)).labels).toMatchObject({ test: task.name })
  expect((await chaos.client.scopes()).scopes).toHaveLength(1)
})
