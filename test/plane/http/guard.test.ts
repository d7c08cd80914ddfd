import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { spawnSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { guardedHttpProxy } from '../../../src/plane/embedded/http/guarded-http-proxy.ts'
import { eventually, useClient, useUpstream } from '../use-peers.ts'
import { looking, settled, useHttpProxy } from './use-acting.ts'
import { useHttpServer } from './use-http.ts'

const events = { requested: () => {}, answered: () => {}, failed: () => {} }

describe('the guard round http-proxy', () => {
  test('the pass that drops the framing of DELETE and OPTIONS is gone, the others are there', () => {
    const { webPasses } = guardedHttpProxy(events) as unknown as { webPasses: readonly { readonly name: string }[] }
    expect(webPasses.map(({ name }) => name)).toEqual(['timeout', 'XHeaders', 'stream'])
  })

  test('it loads and makes a proxy without a deprecation', () => {
    const url = new URL('../../../src/plane/embedded/http/guarded-http-proxy.ts', import.meta.url)
    const code = `import { guardedHttpProxy } from ${JSON.stringify(url.href)}
      const none = () => {}
      guardedHttpProxy({ requested: none, answered: none, failed: none })
      console.log('made')`
    const ran = spawnSync(
      process.execPath,
      ['--throw-deprecation', '--import', 'tsx', '--input-type=module', '--eval', code],
      { encoding: 'utf8', cwd: new URL('../../..', import.meta.url) },
    )
    expect(ran.stderr).not.toContain('Deprecation')
    expect(ran.stdout.trim()).toBe('made')
  }, 20_000)

  test.each(['DELETE', 'OPTIONS'])('a chunked %s whose body is a request stays one request', async (method) => {
    const seen: string[] = []
    const address = await useHttpServer((req, res) => {
      let body = ''
      req.on('data', (bytes: Buffer) => (body += bytes.toString()))
      req.on('end', () => {
        seen.push(`${req.method} ${req.url} ${body.length}`)
        res.end('fine')
      })
    })
    const bench = await useHttpProxy(address, [looking()])
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: up\r\n\r\n'
    const caller = useClient(bench.address).send(
      `${method} /a HTTP/1.1\r\nHost: up\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
    )
    await caller.gets('fine')
    caller.send('GET /next HTTP/1.1\r\nHost: up\r\n\r\n')
    await caller.until(() => caller.text.match(/fine/g)?.length === 2, 'the second answer')
    expect(seen).toEqual([`${method} /a ${smuggled.length}`, 'GET /next 0'])
    caller.socket.destroy()
    await settled(bench)
  })

  test('a thousand bodies at once come out whole, and one caller uses one upstream connection', async () => {
    let sockets = 0
    const server = createServer((req, res) => {
      let size = 0
      req.on('data', (bytes: Buffer) => (size += bytes.length))
      req.on('end', () => res.end(`${req.url} ${size}`))
    })
    server.on('connection', () => sockets++)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const bench = await useHttpProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`, [looking()])
    const body = Buffer.alloc(70_000)
    const ask = (path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const req = request({ host: '127.0.0.1', port: bench.port, path, method: 'POST', agent: false }, (res) => {
          let text = ''
          res.on('data', (bytes: Buffer) => (text += bytes.toString()))
          res.on('end', () => resolve(text))
        })
        req.on('error', reject)
        req.setHeader('content-length', body.length)
        req.end(body)
      })
    const paths = Array.from({ length: 300 }, (_, i) => `/a//${i}/../b?x=%zz`)
    expect(await Promise.all(paths.map(ask))).toEqual(paths.map((path) => `${path} 70000`))
    expect(sockets).toBe(300)
    await settled(bench)
  })

  test('twenty requests of one caller take one upstream connection', async () => {
    const upstream = await useUpstream({
      onPeer: (peer) => peer.socket.on('data', () => void peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')),
    })
    const bench = await useHttpProxy(upstream.address, [looking()])
    const caller = useClient(bench.address)
    for (let i = 1; i <= 20; i++) {
      caller.send('GET / HTTP/1.1\r\nHost: up\r\n\r\n')
      await caller.until(() => caller.text.match(/ok/g)?.length === i, 'the answer')
    }
    expect(upstream.peers).toHaveLength(1)
    caller.socket.destroy()
    await eventually(() => upstream.peers[0]?.fate !== 'open', 'the end of the upstream')
    await settled(bench)
  })
})
