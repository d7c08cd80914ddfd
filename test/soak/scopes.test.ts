import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { useDaemon } from './use-daemon.ts'
import type { Daemon } from './use-daemon.ts'

const SCOPES = 200
const EACH = 500
const BATCH = 25
const MIB = 2 ** 20

async function useAnswers(): Promise<string> {
  const server = createServer((_req, res) => res.end('ok'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Asks so often on one connection, some at a time. @returns the statuses in order */
async function ask(listen: string, mark: string): Promise<number[]> {
  const socket = connect(Number(listen.split(':').at(-1)), '127.0.0.1')
  socket.setEncoding('latin1')
  const request = `GET / HTTP/1.1\r\nhost: a\r\n${mark}\r\n`
  const statuses: number[] = []
  let rest = ''
  for (let sent = 0; sent < EACH; sent += BATCH) {
    socket.write(request.repeat(BATCH))
    while (statuses.length < sent + BATCH) {
      const [part] = (await once(socket, 'data')) as [string]
      const text = rest + part
      const found = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)]
      statuses.push(...found.map(([, status]) => Number(status)))
      // A status line may be cut in two.
      rest = text.slice(Math.max((found.at(-1)?.index ?? -13) + 13, text.length - 12))
    }
  }
  socket.destroy()
  return statuses
}

interface Tenant {
  readonly at: string
  readonly listen: string
  readonly mark: string
  readonly every: number
  readonly status: number
}

/** Half of them have a listener of their own, and half share one; each has a fault of the same name. */
async function open({ call }: Daemon, upstream: string, i: number): Promise<Tenant> {
  const { id } = await call<{ id: string }>('POST', '/v1/scopes', { ttl: '10m' })
  const at = `/v1/scopes/${id}`
  const isOwn = i % 2 === 0
  const { listen } = isOwn
    ? await call<{ listen: string }>('PUT', `${at}/proxies/web`, { upstream, protocol: 'http' })
    : await call<{ listen: string }>('PUT', `${at}/shared/web`)
  const [every, status] = [2 + (i % 7), 500 + (i >> 1)]
  const fault = { name: 'abort', kind: 'http_abort', attributes: { status }, trigger: { every } }
  await call('POST', `${at}/proxies/web/faults`, fault)
  return { at, listen, mark: isOwn ? '' : `x-faultline-scope: ${id}\r\n`, every, status }
}

test('200 scopes at once, over 100,000 requests, never meet a fault or a count of another', async () => {
  const daemon = await useDaemon('--limits-requests', '0')
  const upstream = await useAnswers()
  await daemon.call('PUT', '/v1/proxies/web', { upstream, protocol: 'http' })
  const tenants: Tenant[] = []
  for (let i = 0; i < SCOPES; i++) tenants.push(await open(daemon, upstream, i))
  const began = performance.now()
  const all = await Promise.all(tenants.map(({ listen, mark }) => ask(listen, mark)))
  console.log(`${SCOPES * EACH} requests of ${SCOPES} scopes took ${Math.round(performance.now() - began)} ms`)
  for (const [i, { at, every, status }] of tenants.entries()) {
    const expected = Array.from({ length: EACH }, (_, n) => ((n + 1) % every === 0 ? status : 200))
    expect([i, all[i]]).toEqual([i, expected])
    const proof = { proxy: 'web', fault: 'abort', times: Math.floor(EACH / every) }
    const verified = await daemon.call<{ holds: boolean; seen: number }>('POST', `${at}/verify`, proof)
    expect([i, verified.holds, verified.seen]).toEqual([i, true, EACH])
  }
  const stopped = performance.now()
  for (const { at } of tenants) await daemon.call('DELETE', at)
  console.log(`ending ${SCOPES} took ${Math.round(performance.now() - stopped)} ms`)
  const { faults } = await daemon.call<{ faults: unknown[] }>('GET', '/v1/proxies/web')
  expect(faults).toEqual([])
})

test('10,000 scopes that came and went leave no handle, no timer and no memory behind', async () => {
  const daemon = await useDaemon('--limits-requests', '0', '--journal-events', '1000')
  const upstream = await useAnswers()
  await daemon.call('PUT', '/v1/proxies/web', { upstream, protocol: 'http' })
  const some = async (count: number): Promise<void> => {
    const one = async (i: number): Promise<void> => {
      const { at } = await open(daemon, upstream, i)
      await daemon.call('DELETE', at)
    }
    for (let i = 0; i < count; i += 10) await Promise.all(Array.from({ length: 10 }, (_, n) => one((i + n) % 100)))
  }
  // As many as are remembered as ended, so that their memory is there before.
  await some(2000)
  const before = await daemon.look()
  await some(10_000)
  const after = await daemon.look()
  const heap = (after.heapUsed - before.heapUsed) / MIB
  console.log('10,000 scopes:', JSON.stringify({ before, after, heap_mib: heap }))
  expect(after.resources['TCPServerWrap'] ?? 0).toBe(before.resources['TCPServerWrap'] ?? 0)
  expect(after.resources['Timeout'] ?? 0).toBeLessThanOrEqual((before.resources['Timeout'] ?? 0) + 3)
  expect(heap).toBeLessThan(5)
})
