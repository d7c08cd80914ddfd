import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { eventually } from '../use-peers.ts'
import { LANES, clientCases } from './client-cases.ts'
import { fetchClient, nodeClient } from './clients.ts'
import { useSite } from './use-site.ts'
import { settled, useHttpProxy } from './use-acting.ts'

describe.each(LANES)('through the %s lane', (lane, faults) => {
  clientCases(fetchClient, lane, faults, useSite)
  clientCases(nodeClient, lane, faults, useSite)

  test('an upstream that takes only so many requests on a connection is no failure to a caller', async () => {
    const server = createServer((req, res) => res.end(`${req.url}!`))
    server.maxRequestsPerSocket = 2
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const bench = await useHttpProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`, faults)
    const paths = ['/1', '/2', '/3', '/4', '/5']
    expect(await nodeClient.several(bench.port, paths)).toEqual(paths.map((path) => `200 ${path}!`))
    // On the wire its limit is the caller's as well; in the exchange lane it is that hop's alone.
    expect(bench.proxy.status()).toMatchObject({ connectionsTotal: lane === 'wire' ? 3 : 1, dials: { ok: 3 } })
  })

  async function useSocket(): Promise<{
    ws: WebSocket
    server: WebSocketServer
    bench: Awaited<ReturnType<typeof useHttpProxy>>
  }> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true })
    onTestFinished(() => {
      for (const one of server.clients) one.terminate()
      server.close()
    })
    server.on('connection', (one) => {
      one.on('error', () => undefined)
      one.on('message', (data, binary) => one.send(data as Buffer, { binary }))
    })
    await once(server, 'listening')
    const bench = await useHttpProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`, faults)
    const ws = new WebSocket(`ws://127.0.0.1:${bench.port}/chat`, { perMessageDeflate: true })
    onTestFinished(() => ws.terminate())
    ws.on('error', () => undefined)
    await once(ws, 'open')
    return { ws, server, bench }
  }

  test('ws sends and gets messages of any size, compressed too, and closes with its code', async () => {
    const { ws, bench } = await useSocket()
    expect(ws.extensions).toContain('permessage-deflate')
    expect([...bench.plane.connections()].map((one) => one.lane)).toEqual(['tunnel'])
    for (const message of ['', 'hello', 'x'.repeat(1_000_000), Buffer.alloc(70_000, 7)]) {
      ws.send(message)
      const [data, binary] = (await once(ws, 'message')) as [Buffer, boolean]
      expect([binary, data.equals(Buffer.from(message))]).toEqual([typeof message !== 'string', true])
    }
    ws.ping('are you there')
    expect(String((await once(ws, 'pong'))[0])).toBe('are you there')
    ws.close(4001, 'enough')
    expect((await once(ws, 'close')).map(String)).toEqual(['4001', 'enough'])
    await settled(bench)
  })

  test('ws hears of a server that goes without a word as of an abnormal end, and a server of such a client', async () => {
    const { ws, server, bench } = await useSocket()
    for (const one of server.clients) one.terminate()
    expect((await once(ws, 'close'))[0]).toBe(1006)
    const again = new WebSocket(`ws://127.0.0.1:${bench.port}/chat`)
    await once(again, 'open')
    const [one] = server.clients
    again.terminate()
    expect((await once(one as WebSocket, 'close'))[0]).toBe(1006)
    await settled(bench)
  })

  test('ws is refused as its server refuses it', async () => {
    const site = await useSite()
    const bench = await useHttpProxy(site.address, faults)
    const ws = new WebSocket(`ws://127.0.0.1:${bench.port}/hello`)
    const [error] = (await once(ws, 'error')) as [Error]
    expect(error.message).toBe('Unexpected server response: 200')
    await eventually(() => bench.facts.some(({ type }) => type === 'exchange'), 'the exchange')
  })
})
