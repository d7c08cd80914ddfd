import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunView } from '../../src/contract/run-wire.ts'
import type { ReplayView } from '../../src/contract/replay.ts'
import { runHere, saying, useDaemon, useEchoServer, useSocket } from './use-faultline.ts'
import { parseXml } from './xml-check.ts'

// Each starts a program, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const text = (toxicity: number): string =>
  [
    'name: mine',
    'seed: 3',
    'targets: { db: { proxy: db } }',
    'stages:',
    `  - { name: slow, duration: 200ms, faults: [{ target: db, kind: latency, toxicity: ${toxicity}, attributes: { latency: 1ms } }] }`,
    '',
  ].join('\n')

async function useRun(args: readonly string[] = []) {
  const folder = useFolder()
  const file = join(folder, 'mine.yaml')
  writeFileSync(file, text(0.5))
  const daemon = await useDaemon(args)
  const upstream = await useEchoServer()
  const { listen } = await daemon.json<{ listen: string }>('proxy', 'create', 'db', '--upstream', upstream)
  // They are open when the stage begins: the fault looks at them in that very turn.
  for (let i = 0; i < 8; i++) await useSocket(listen)
  return { daemon, folder, file, listen }
}

test('a run leaves a journal that replays, by its id and by its file, with the daemon gone too', async () => {
  const dataDir = useFolder()
  const { daemon, file, folder } = await useRun(['--data-dir', dataDir])
  const run = await daemon.json<RunView>('run', file)
  expect(run.journal).toMatchObject({ state: 'complete' })
  const same = await daemon.json<ReplayView>('replay', run.id)
  expect(same).toMatchObject({ run: run.id, same: 8, journal: 'complete' })
  const shown = await daemon.cli('runs', 'show', run.id)
  expect(shown.stdout).toContain(`journal\t${join(dataDir, 'runs', `${run.id}.ndjson`)} (complete)`)
  const lines = (await daemon.cli('runs', 'journal', run.id)).stdout
  expect(lines).toBe(readFileSync(join(dataDir, 'runs', `${run.id}.ndjson`), 'utf8'))
  daemon.process.kill('SIGTERM')
  await daemon.finished
  const journal = join(dataDir, 'runs', `${run.id}.ndjson`)
  expect(await runHere(['replay', journal], {})).toMatchObject({ code: 0, stdout: saying('8 decisions are the same') })
  const changed = join(folder, 'changed.yaml')
  writeFileSync(changed, text(0.25))
  expect(await runHere(['replay', journal, '--profile', changed], {})).toMatchObject({
    code: 1,
    stdout: saying(/first difference at run_\w+\.ndjson:3 \(event \S+\): stage slow: .*toxicity was 0\.5 and is 0\.25/),
  })
  expect(await runHere(['replay', journal, '--seed', '4'], {})).toMatchObject({
    code: 1,
    stdout: saying('the draw was'),
  })
  expect(await runHere(['replay', changed], {})).toMatchObject({ code: 1, stderr: saying('cannot be read') })
  // The next daemon tells of it, as it was.
  const next = await useDaemon(['--data-dir', dataDir])
  expect(await next.json('runs', 'show', run.id)).toEqual(await next.json('runs', 'stop', run.id))
  expect((await next.json<{ runs: RunView[] }>('runs', 'list', '--profile', 'mine')).runs).toMatchObject([
    { id: run.id },
  ])
  expect((await next.json<{ runs: RunView[] }>('runs', 'list', '--profile', 'other')).runs).toEqual([])
})

test('a replay that carries the profile out again takes the same decisions, without a data_dir as well', async () => {
  const { daemon, file } = await useRun()
  const run = await daemon.json<RunView>('run', file)
  const shown = await daemon.cli('runs', 'show', run.id)
  expect(shown.stdout).toContain('journal\tin memory only: data_dir is not set (complete)')
  const again = await daemon.json<ReplayView>('replay', run.id, '--run')
  expect(again).toMatchObject({ how: 'carried_out', run: run.id, same: 8, only_before: 0, only_now: 0 })
  expect(again.with).not.toBe(run.id)
  const other = await daemon.cli('replay', run.id, '--run', '--seed', '99')
  expect(other).toMatchObject({ code: 1, stdout: saying(/first difference at .*about c\d+: the draw was/) })
  const differs = await daemon.cli('runs', 'diff', run.id, again.with ?? '')
  expect(differs.code).toBe(0)
  expect(differs.stdout).not.toMatch(/^(seed|status|fault)/m)
  const [latest] = (await daemon.json<{ runs: RunView[] }>('runs', 'list')).runs
  const seeds = await daemon.cli('runs', 'diff', run.id, latest?.id ?? '')
  expect(seeds.stdout).toMatch(/^seed\t3\t99$/m)
  const trend = await daemon.cli('runs', 'diff', run.id, again.with ?? '', latest?.id ?? '')
  expect(trend.stdout.trim().split('\n')).toHaveLength(3)
  expect(await daemon.cli('runs', 'diff', run.id)).toMatchObject({ code: 2, stderr: saying('at least two') })
})

test('a run writes its reports, and is not begun where they cannot be written', async () => {
  const { daemon, file, folder } = await useRun()
  const reports = join(folder, 'new', 'reports')
  const { code, stdout } = await daemon.cli('run', file, '--report', reports)
  expect(code).toBe(0)
  const id = /^run (run_\w+) completed/m.exec(stdout)?.[1] ?? ''
  expect(readdirSync(reports).toSorted()).toEqual([`${id}.json`, `${id}.junit.xml`, `${id}.md`])
  expect(JSON.parse(readFileSync(join(reports, `${id}.json`), 'utf8'))).toEqual(await daemon.json('runs', 'show', id))
  expect(parseXml(readFileSync(join(reports, `${id}.junit.xml`), 'utf8')).attributes).toMatchObject({
    tests: '3',
    failures: '0',
  })
  expect(readFileSync(join(reports, `${id}.md`), 'utf8')).toContain('## mine: completed')
  const refused = await daemon.cli('run', file, '--report', join(file, 'inside'))
  expect(refused).toMatchObject({ code: 2, stderr: saying(/reports cannot be written in .*inside/) })
  expect((await daemon.json<{ runs: RunView[] }>('runs', 'list')).runs).toHaveLength(1)
  const later = join(folder, 'later')
  expect(await daemon.cli('runs', 'report', id, later)).toMatchObject({ code: 0 })
  expect(readdirSync(later)).toHaveLength(3)
})
