import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { proxySpec, usePlane } from '../support/use-plane.ts'
import { knock } from './use-peers.ts'

/** An address that was free a moment ago. */
async function freeAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.2:${port}`
}

test('a proxy that is still being opened when its plane closes is refused, and leaves no listener behind', async () => {
  const { plane } = usePlane()
  const listen = await freeAddress()
  const opening = plane.open(proxySpec('127.0.0.1:9', { listen }), 's').catch((error: unknown) => error)
  await plane.close()
  expect(await opening).toMatchObject({ code: 'shutting_down' })
  expect(await knock(listen)).toBe('ECONNREFUSED')
  await expect(plane.open(proxySpec('127.0.0.1:9'), 's')).rejects.toMatchObject({ code: 'shutting_down' })
})

test('a proxy that is still being moved when it closes leaves no listener behind', async () => {
  const { plane } = usePlane()
  const [spec, listen] = [proxySpec('127.0.0.1:9'), await freeAddress()]
  const proxy = await plane.open(spec, 's')
  const moving = proxy.reconfigure({ ...spec, listen })
  await proxy.close()
  await moving
  expect(await knock(listen)).toBe('ECONNREFUSED')
})
