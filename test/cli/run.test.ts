import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useDaemon, useEchoServer, useProgram, useSocket, saying } from './use-faultline.ts'

// Each starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

function useProfile(...stages: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'mine.yaml')
  writeFileSync(file, ['name: mine', 'targets: { db: { proxy: db } }', 'stages:', ...stages, ''].join('\n'))
  return file
}

const SLOW = (duration: string): string =>
  `  - { name: slow, duration: ${duration}, faults: [{ target: db, kind: latency, attributes: { latency: 50ms } }] }`

async function useProxied() {
  const upstream = await useEchoServer()
  const daemon = await useDaemon()
  const { listen } = await daemon.json<{ listen: string }>('proxy', 'create', 'db', '--upstream', upstream)
  const faults = async (): Promise<number> =>
    (await daemon.json<{ faults: unknown[] }>('fault', 'list', 'db')).faults.length
  return { daemon, listen, faults }
}

test('a run is waited for, told stage by stage, and healed', async () => {
  const { daemon, listen, faults } = await useProxied()
  // What no traffic meets proves nothing: such a run is inconclusive.
  await useSocket(listen)
  const { code, stdout, stderr } = await daemon.cli(
    'run',
    useProfile('  - { name: calm, duration: 100ms }', SLOW('200ms')),
    '--seed',
    '7',
  )
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
  const lines = stdout.trim().split('\n')
  expect(lines[0]).toMatch(/^run run_\w+ of mine, seed 7$/)
  expect(lines.slice(1, 3)).toEqual(['stage 1/2 calm 0.1s no faults', 'stage 2/2 slow 0.2s 1 fault'])
  expect(lines.at(-1)).toMatch(/^run run_\w+ completed, healed$/)
  expect(await faults()).toBe(0)
  expect((await daemon.cli('runs', 'list')).stdout).toMatch(/^run_\w+\tmine\tcompleted\t/)
})

test('a run that met no traffic is told in full, and ends with code 6', async () => {
  const { daemon } = await useProxied()
  const { code, stdout } = await daemon.cli('run', useProfile(SLOW('50ms')))
  expect(code).toBe(6)
  expect(stdout).toContain('stage 1/1 slow')
  expect(stdout).toMatch(/inconclusive, healed: no fault of the run acted/)
})

test('Ctrl-C stops a run and heals it before the command ends', async () => {
  const { daemon, faults } = await useProxied()
  const run = useProgram(['run', useProfile(SLOW('1m'))], { FAULTLINE_URL: daemon.url })
  await run.until('stage 1/1 slow')
  expect(await faults()).toBe(1)
  run.process.kill('SIGINT')
  const { code, stdout } = await run.finished
  expect(code).toBe(4)
  expect(stdout.trim().split('\n').at(-1)).toMatch(/^run run_\w+ stopped, healed/)
  expect(await faults()).toBe(0)
})

test('a run is started without waiting, shown, and stopped by its id', async () => {
  const { daemon, faults } = await useProxied()
  const { id } = await daemon.json<{ id: string }>('run', useProfile(SLOW('1m')), '--detach')
  expect(await daemon.json('runs', 'show', id)).toMatchObject({ status: 'running', stage: { name: 'slow' } })
  const second = await daemon.cli('run', useProfile(SLOW('1m')))
  expect(second).toMatchObject({ code: 1, stderr: saying(id) })
  expect((await daemon.cli('runs', 'stop', id)).stdout).toContain('stopped, healed')
  expect(await faults()).toBe(0)
})

test('a profile that is wrong, not there, or aimed at nothing is refused before anything happens', async () => {
  const { daemon } = await useProxied()
  const file = useProfile('  - { name: slow, duration: soon }')
  const [wrong, missing, none, nowhere] = await Promise.all([
    daemon.cli('run', file),
    daemon.cli('run', 'slow-databse'),
    daemon.cli('run', './not-there.yaml'),
    daemon.cli('run', 'slow-database', '--target', 'db=dbb'),
  ])
  expect(wrong).toMatchObject({ code: 1, stderr: saying(`${file}:4:`) })
  expect(missing).toMatchObject({ code: 1, stderr: saying('did you mean slow-database?') })
  expect(none.code).toBe(2)
  expect(nowhere).toMatchObject({ code: 1, stderr: saying('dbb') })
  expect(await daemon.json('runs', 'list')).toEqual({ runs: [] })
})
