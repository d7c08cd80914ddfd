import { Agent, request } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { looking, settled, useHttpProxy } from '../plane/http/use-acting.ts'
import { eventually, useClient } from '../plane/use-peers.ts'
import { describeWith } from './commands.ts'
import { useNginx } from './use-nginx.ts'

describeWith(['nginx'], 'nginx', () => {
  describe.each([
    ['wire', []],
    ['exchange', [looking()]],
  ] as const)('through the %s lane', (_lane, faults) => {
    test('files, ranges, redirects and errors come out as nginx sends them', async () => {
      const address = await useNginx()
      const bench = await useHttpProxy(address, faults)
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      onTestFinished(() => agent.destroy())
      const ask = (
        port: number,
        method: string,
        path: string,
        headers: Record<string, string>,
      ): Promise<readonly unknown[]> =>
        new Promise((resolve, reject) => {
          const req = request({ host: '127.0.0.1', port, method, path, headers, agent }, (res) => {
            const chunks: Buffer[] = []
            res.on('data', (bytes: Buffer) => chunks.push(bytes))
            res.on('end', () => {
              const fields = Object.entries(res.headers).filter(
                ([name]) => !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(name),
              )
              const text = JSON.stringify([res.statusCode, fields, Buffer.concat(chunks).toString('latin1')])
              // It numbers the boundaries of the parts of ranges.
              resolve(JSON.parse(text.replaceAll(/\b0{12}\d{8}\b/g, 'boundary')) as unknown[])
            })
          })
          req.on('error', reject)
          req.setHeader('host', 'nginx.example')
          req.end(method === 'POST' ? Buffer.alloc(100_000) : undefined)
        })
      const port = Number(address.split(':')[1])
      for (const [status, method, path, headers] of [
        [200, 'GET', '/hello', {}],
        [200, 'HEAD', '/big', {}],
        [200, 'GET', '/big', {}],
        [206, 'GET', '/big', { Range: 'bytes=10-20' }],
        [206, 'GET', '/big', { Range: 'bytes=0-1,10-20' }],
        [302, 'GET', '/moved', {}],
        [204, 'GET', '/nothing', {}],
        [404, 'GET', '/absent', {}],
        [200, 'POST', '/hello', { 'Content-Length': '100000' }],
        [200, 'DELETE', '/hello', {}],
      ] as const) {
        const direct = await ask(port, method, path, headers)
        expect(direct[0]).toBe(status)
        expect(await ask(bench.port, method, path, headers)).toEqual(direct)
      }
      agent.destroy()
      await settled(bench)
    })

    test('an idle connection that nginx closes costs no request', async () => {
      const bench = await useHttpProxy(await useNginx('keepalive_timeout 1s;'), faults)
      const caller = useClient(bench.address).send('GET /hello HTTP/1.1\r\nHost: a\r\n\r\n')
      await caller.gets('hello from nginx')
      await new Promise((resolve) => setTimeout(resolve, 1300))
      if (faults.length === 0) expect(await caller.ending()).toBe('fin')
      else {
        caller.send('GET /hello HTTP/1.1\r\nHost: a\r\n\r\n')
        await eventually(() => caller.text.match(/hello from nginx/g)?.length === 2, 'the second answer')
      }
      caller.socket.destroy()
      await settled(bench)
    })

    test('a request that nginx refuses is refused in its words, and ambiguous ones are not made sound', async () => {
      const bench = await useHttpProxy(await useNginx(), faults)
      const caller = useClient(bench.address)
      caller.send('GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')
      await caller.gets('400')
      // The close behind it is that hop's own.
      if (faults.length === 0) await caller.ending()
      caller.socket.destroy()
      const smuggler = useClient(bench.address)
      smuggler.send(
        'GET /hello HTTP/1.1\r\nHost: a\r\n\r\nPOST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /moved HTTP/1.1\r\nHost: a\r\n\r\n',
      )
      await smuggler.gets('400')
      expect(smuggler.text).not.toContain('302')
      smuggler.socket.destroy()
      await settled(bench)
    })
  })
})
