import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { knock } from '../plane/use-peers.ts'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** An nginx of our own on a free port, ended with the test. */
export async function useNginx(more = ''): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'faultline-nginx-'))
  // Started as root, its workers are somebody else, and read files only from where all may.
  await chmod(root, 0o755)
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
