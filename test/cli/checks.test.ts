import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useDaemon, useEchoServer } from './use-faultline.ts'

// Each starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

/** A server whose health a test decides. */
async function useHealth(): Promise<{ url: string; status: number }> {
  const health = { url: '', status: 200 }
  const server = createServer((_, response) => void response.writeHead(health.status).end('{"db":"up"}'))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  health.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return health
}

function profile(checks: string, duration = '10m'): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'mine.yaml')
  const stage = `  - { name: slow, duration: ${duration}, faults: [{ target: db, kind: latency }] }`
  writeFileSync(file, ['name: mine', 'targets: { db: { proxy: db } }', checks, 'stages:', stage, ''].join('\n'))
  return file
}

test('a failing check ends the run, is told as it happens, and is the exit code', async () => {
  const daemon = await useDaemon()
  const health = await useHealth()
  await daemon.json('proxy', 'create', 'db', '--upstream', await useEchoServer())
  const file = profile(
    `steady_state:\n  - { name: answers, http: { url: "${health.url}", headers: { authorization: hunter2 } }, expect: "json /db == up", every: 200ms, timeout: 5s, successes: 1 }\n  - { name: fine, http: { url: "${health.url}" }, when: [during], every: 100ms, timeout: 5s }`,
  )
  const running = daemon.cli('run', file)
  await expect.poll(async () => (await daemon.cli('runs', 'list')).stdout, { timeout: 8000 }).toContain('slow')
  health.status = 503
  const { code, stdout } = await running
  expect(code).toBe(1)
  expect(stdout).toMatch(/^check answers passed$/m)
  expect(stdout).toMatch(/^check fine failed: status in 200\.\.299: status is 503$/m)
  expect(stdout).toMatch(/^answers\thttp\tpassed\t\S+\tpassed\t\d+ms\t/m)
  expect(stdout).toMatch(/failed, healed: check fine failed during the run: status in 200\.\.299: status is 503\n$/)
  const { stdout: told } = await daemon.cli('events', '--json')
  expect(told).toContain('"type":"check"')
  expect(stdout + told).not.toContain('hunter2')
})

test('what the config does not allow of checks is refused with its place in the file', async () => {
  const daemon = await useDaemon(['--checks-commands', 'true **'])
  await daemon.json('proxy', 'create', 'db', '--upstream', await useEchoServer())
  const file = profile(
    'steady_state:\n  - { name: allowed, command: { argv: ["true", "anything"] } }\n  - { name: other, command: { argv: [sh, -c, "rm hunter2"] } }',
  )
  const { code, stderr } = await daemon.cli('run', file)
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /mine\.yaml:5:\d+: argv is a command line that checks\.commands does not allow; allowed are "true \*\*"/,
  )
  expect(stderr).not.toContain('hunter2')
  expect((await daemon.cli('profile', 'validate', file)).code).toBe(0)
  expect(await daemon.json('runs', 'list')).toEqual({ runs: [] })
})

test('a command that is allowed decides; faults that were left are shown, and healed on request', async () => {
  const daemon = await useDaemon(['--checks-commands', 'true,false'])
  await daemon.json('proxy', 'create', 'db', '--upstream', await useEchoServer())
  const check = (argv: string): string =>
    `rollback: never\nsteady_state: [{ name: c, command: { argv: [${argv}] }, successes: 1, when: [before] }]`
  const failed = await daemon.cli('run', profile(check('"false"'), '50ms'))
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('nothing was injected: check c failed') })
  const left = await daemon.cli('run', profile(check('"true"'), '50ms'))
  // No traffic met it, so that it proved nothing; but what it left is no failure.
  expect(left).toMatchObject({
    code: 6,
    stdout: expect.stringMatching(/its faults LEFT until `faultline runs heal run_\w+`/),
  })
  const id = /run (run_\w+) inconclusive/.exec(left.stdout)?.[1] ?? ''
  expect(await daemon.json('fault', 'list', 'db')).toMatchObject({ faults: [{ owner: `run:${id}` }] })
  expect((await daemon.cli('runs', 'heal', id)).stdout).toContain('inconclusive, healed')
  expect(await daemon.json('fault', 'list', 'db')).toEqual({ faults: [] })
})
