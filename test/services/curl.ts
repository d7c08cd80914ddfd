import { spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import type { Client } from '../plane/http/clients.ts'

/** Between the answers of one call. */
const MARK = '\u0001'

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly said: string
}

function run(args: readonly string[], input: readonly string[] = []): Promise<Ran> {
  const curl = spawn('curl', ['-sS', '--http1.1', '--max-time', '20', ...args])
  onTestFinished(() => void curl.kill('SIGKILL'))
  let [out, said] = ['', '']
  curl.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  curl.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  curl.stdin.on('error', () => undefined)
  for (const piece of input) curl.stdin.write(piece)
  curl.stdin.end()
  return new Promise((resolve) => curl.once('close', (code) => resolve({ code, out, said })))
}

/** curl in a process of its own: all its requests go over one connection, as far as that lasts. */
export const curlClient: Client = {
  name: 'curl',
  // 18: partial file, 56: failure in receiving.
  broken: /^(18|56): /,
  async several(port, paths, { method = 'GET', pieces } = {}) {
    const upload = pieces === undefined ? [] : ['-T', '-']
    const each = ['-X', method, ...upload, '-w', `${MARK}%{http_code}${MARK}`]
    const args = paths.flatMap((path, i) => [...(i > 0 ? ['--next'] : []), ...each, `http://127.0.0.1:${port}${path}`])
    const { code, out, said } = await run(args, pieces)
    if (code !== 0) throw new Error(`${code}: ${said}`)
    const parts = out.split(MARK)
    return paths.map((_path, i) => `${parts[2 * i + 1]} ${parts[2 * i]}`)
  },
  leave: (port, path) =>
    new Promise((resolve) => {
      const curl = spawn('curl', ['-sSN', `http://127.0.0.1:${port}${path}`])
      curl.once('close', () => resolve())
      curl.stdout.once('data', () => curl.kill('SIGTERM'))
    }),
}
