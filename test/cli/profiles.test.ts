import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useDaemon } from './use-faultline.ts'

// Each starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 60_000 })

function useFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'mine.yaml')
  writeFileSync(file, text)
  return file
}

const SWEPT = `name: mine
parameters:
  latency: { default: 100ms }
matrix: { latency: [10ms, 20ms] }
targets: { db: { proxy: db } }
stages:
  - name: slow
    duration: 100ms
    faults:
      - { target: db, kind: latency, attributes: { latency: "\${latency}", jitter: 50ms } }
`

test('a profile is previewed, linted, swept and run with a parameter set', async () => {
  const daemon = await useDaemon()
  await daemon.cli('proxy', 'create', 'db', '--upstream', '127.0.0.1:9')
  const file = useFile(SWEPT)

  const preview = await daemon.cli('profile', 'preview', file, '--set', 'latency=70ms')
  expect(preview.code, preview.stderr).toBe(0)
  expect(preview.stdout).toContain(
    '0.000s\tfault attached\tdb: mine.latency_downstream\tlatency=70 jitter=50 downstream',
  )
  expect(preview.stdout).toContain('0.100s\trun ends')

  const lint = await daemon.cli('profile', 'lint', file)
  expect(lint.code).toBe(1)
  expect(lint.stdout).toContain(
    'mine.yaml:6:1: no check and no stop condition looks at what the faults do (unobserved_fault)',
  )

  const sweep = await daemon.cli('run', file)
  expect(sweep.code, sweep.stderr).toBe(6)
  expect(sweep.stderr).toContain('warning: no check and no stop condition')
  expect(sweep.stdout).toMatch(
    /^sweep sweep_\w+ of mine, 2 runs\nrun 1\/2 latency=10ms: inconclusive\nrun 2\/2 latency=20ms/,
  )
  expect((await daemon.cli('sweeps', 'list')).stdout).toMatch(/^sweep_\w+\tmine\tinconclusive\t2\/2\t/)

  const run = await daemon.cli('run', file, '--set', 'latency=20ms')
  expect(run.stdout).toContain('stage 1/1 slow')
  const wrong = await daemon.cli('run', file, '--set', 'latency=parsecs')
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toMatch(/mine\.yaml:10:\d+: latency is "parsecs"/)
  expect(wrong.stderr).toMatch(/mine\.yaml:3:3: parameter latency is set to "parsecs"/)
  expect((await daemon.cli('run', file, '--set', 'latency')).code).toBe(2)
})
