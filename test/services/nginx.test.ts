import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { looking, settled, useHttpProxy } from '../plane/http/use-acting.ts'
import { eventually, knock, useClient } from '../plane/use-peers.ts'

const there = spawnSync('nginx', ['-v']).status === 0
const required = process.env['FAULTLINE_REQUIRE_SERVICES'] === '1'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** An nginx of our own on a free port, ended with the test. */
async function useNginx(more = ''): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'faultline-nginx-'))
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(root, name)};`)
    .join('\n')
  await writeFile(join(root, 'big'), Buffer.alloc(3_000_000, 'nginx '))
  const file = join(root, 'nginx.conf')
  await writeFile(
    file,
    `daemon off;
    worker_processes 1;
    pid ${join(root, 'pid')};
    error_log stderr crit;
    events { worker_connections 256; }
    http {
      access_log off;
      ${temporary}
      server {
        listen 127.0.0.1:${port};
        root ${root};
        ${more}
        location = /hello { return 200 "hello from nginx"; }
        location = /moved { return 302 /hello; }
        location = /nothing { return 204; }
      }
    }`,
  )
  const nginx = spawn('nginx', ['-p', root, '-c', file], { stdio: 'ignore' })
  const gone = new Promise((resolve) => nginx.once('exit', resolve))
  onTestFinished(async () => {
    nginx.kill('SIGTERM')
    await gone
    await rm(root, { recursive: true, force: true })
  })
  const until = performance.now() + 5000
  while ((await knock(`127.0.0.1:${port}`)) !== 'accepted') {
    if (performance.now() > until || nginx.exitCode !== null) throw new Error('nginx does not listen')
  }
  return `127.0.0.1:${port}`
}

if (!there && required) {
  test('nginx is there', () => {
    expect.fail('there is no nginx on the path (nginx-light), and FAULTLINE_REQUIRE_SERVICES=1 requires it')
  })
}

describe.skipIf(!there)(there ? 'nginx' : 'nginx (not on the path)', () => {
  describe.each([
    ['wire', []],
    ['exchange', [looking()]],
  ] as const)('through the %s lane', (_lane, faults) => {
    test('files, ranges, redirects and errors come out as nginx sends them', async () => {
      const address = await useNginx()
      const bench = await useHttpProxy(address, faults)
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      onTestFinished(() => agent.destroy())
      const ask = (port: number, method: string, path: string, headers: Record<string, string>): Promise<unknown> =>
        new Promise((resolve, reject) => {
          const req = request({ host: '127.0.0.1', port, method, path, headers, agent }, (res) => {
            const chunks: Buffer[] = []
            res.on('data', (bytes: Buffer) => chunks.push(bytes))
            res.on('end', () => {
              const fields = Object.entries(res.headers).filter(
                ([name]) => !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(name),
              )
              resolve([res.statusCode, fields, Buffer.concat(chunks).toString('base64')])
            })
          })
          req.on('error', reject)
          req.setHeader('host', 'nginx.example')
          req.end(method === 'POST' ? Buffer.alloc(100_000) : undefined)
        })
      const port = Number(address.split(':')[1])
      for (const [method, path, headers] of [
        ['GET', '/hello', {}],
        ['HEAD', '/big', {}],
        ['GET', '/big', {}],
        ['GET', '/big', { Range: 'bytes=10-20' }],
        ['GET', '/big', { Range: 'bytes=0-1,10-20' }],
        ['GET', '/moved', {}],
        ['GET', '/nothing', {}],
        ['GET', '/absent', {}],
        ['POST', '/hello', { 'Content-Length': '100000' }],
        ['DELETE', '/hello', {}],
      ] as const) {
        expect(await ask(bench.port, method, path, headers)).toEqual(await ask(port, method, path, headers))
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
