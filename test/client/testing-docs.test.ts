import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { useDaemon, useProgram } from '../cli/use-faultline.ts'
import { builtPackage } from '../support/built-package.ts'

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'testing.md'), 'utf8')

/** The blocks of a language in a section, in order. */
const blocks = (title: string, language: string): string[] => {
  const level = title.split(' ')[0] ?? ''
  const from = PAGE.indexOf(`\n${title}\n`) + title.length + 1
  const rest = PAGE.slice(from)
  const end = new RegExp(`^#{1,${level.length}} `, 'm').exec(rest)?.index ?? rest.length
  return [...rest.slice(0, end).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  )
}

async function useShop(): Promise<string> {
  const server = createServer((_, response) => response.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(builtPackage(), join(folder, 'node_modules', 'faultline'))
  return folder
}

test.each(['in its own process', 'with a daemon'])(
  'the ten minutes of docs/testing.md run as they stand, %s',
  async (where) => {
    const folder = useFolder()
    const shop = await useShop()
    const script = blocks('## Ten minutes', 'js').join('\n').replaceAll('127.0.0.1:9000', shop)
    writeFileSync(join(folder, 'script.mjs'), script)
    const { FAULTLINE_URL: _, ...env } = process.env
    const daemon = where === 'with a daemon' ? await useDaemon() : undefined
    const child = spawn(process.execPath, ['script.mjs'], {
      cwd: folder,
      env: daemon === undefined ? env : { ...env, FAULTLINE_URL: daemon.url },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text))
    const [code] = (await once(child, 'close')) as [number]
    expect(code, said).toBe(0)
    expect(said).toContain('503 200\ntrue\n')
    expect(said).toContain("[ 'held' ]\n504\n")
    expect(said).toMatch(/\[\s+\[ 'latency_downstream', 0 \],\s+\[ 'http_abort', 1 \],\s+\[ 'http_hold', 1 \]\s+\]/)
    if (daemon !== undefined) expect(await daemon.json('scope', 'list')).toEqual({ scopes: [] })
  },
  30_000,
)

test('the hour of manual time runs as it stands', async () => {
  const folder = useFolder()
  const [script = ''] = blocks('## Manual time', 'js')
  writeFileSync(join(folder, 'script.mjs'), script.replaceAll('127.0.0.1:9000', await useShop()))
  const child = spawn(process.execPath, ['script.mjs'], { cwd: folder })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number]
  expect([code, said]).toEqual([0, '200\n'])
}, 30_000)

test('the commands that it shows do what they say, in a shell of their own', async () => {
  const daemon = await useDaemon()
  const shop = await useShop()
  const bin = join(builtPackage(), 'dist', 'cli', 'bin.js')
  const [lines = ''] = blocks('### By hand', 'sh')
  const [host, port] = shop.split(':')
  const ask = `node -e 'const p=JSON.parse(process.argv[1]).listen.split(":"),n=require("net");for(let i=0;i<3;i++){const s=n.connect(p[1],p[0],()=>s.end())}' "$(faultline proxy show db --json)"`
  const script = [
    'set -euo pipefail',
    `faultline() { "${process.execPath}" "${bin}" "$@"; }`,
    ...lines
      .replace('127.0.0.1:5432', `${host}:${port}`)
      .split('\n')
      .flatMap((line) => (line.startsWith('faultline wait') ? [ask, line] : [line])),
  ].join('\n')
  const child = spawn('bash', ['-c', script], { env: { ...process.env, FAULTLINE_URL: daemon.url } })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number]
  expect(code, said).toBe(0)
  expect(said).toContain('it acted 3 times')
  expect(await daemon.json('scope', 'list')).toEqual({ scopes: [] })
}, 60_000)

test('exec runs the suite of the page, with both of its proxies', async () => {
  const shop = await useShop()
  const [line = ''] = blocks('## Any language: faultline exec', 'sh')
  const words = line
    .trim()
    .replaceAll(/localhost:\d+/g, shop)
    .replace('--profile slow-database', '--fail-on none --profile slow-database')
    .replace('npm test', `${process.execPath} --version`)
    .split(' ')
    .slice(1)
  const { code, stderr } = await useProgram(words).finished
  expect(code, stderr).toBe(0)
  expect(stderr).toMatch(/proxy api: \S+ -> \S+, as API_URL, API_HOST, API_PORT/)
  expect(stderr).toMatch(/run run_\w+ of slow-database stopped, healed/)
}, 30_000)
