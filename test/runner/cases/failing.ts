import { expect } from 'vitest'
import { httpAbort, latency } from '../../../src/client/faults.gen.ts'
import { test } from '../../../src/runner/vitest.ts'
import { useEcho } from '../../plane/use-peers.ts'

/** Run by runners.test.ts in a vitest of its own: each is to end as its name says. */
test('red: a fault that nobody met', async ({ scope }) => {
  const echo = await useEcho()
  const db = await scope.proxy({ upstream: echo.address, name: 'db' })
  await db.add(latency({ latency: 1 }))
})

test('green: the same, allowed', async ({ scope }) => {
  const echo = await useEcho()
  const db = await scope.proxy({ upstream: echo.address, name: 'db' })
  scope.allowUnfired(await db.add(latency({ latency: 1 })))
})

test('red: an expectation that fails', async ({ scope }) => {
  const echo = await useEcho()
  const web = await scope.proxy({ upstream: echo.address, protocol: 'http', faults: [httpAbort({ status: 418 })] })
  await fetch(`http://${web.listen}/tea?token=secret`)
  expect(web.name).toBe('another')
})

test('red: a matcher that fails', async ({ scope }) => {
  const echo = await useEcho()
  const web = await scope.proxy({ upstream: echo.address, protocol: 'http' })
  await expect(web).toHaveSeen({ method: 'POST', path: '/pay/**' })
})
