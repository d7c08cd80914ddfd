import { createColors } from 'picocolors'
import { describe, expect, test } from 'vitest'
import { Progress, seconds } from '../../src/cli/progress.ts'
import { plain, printFields, printTable, type Terminal } from '../../src/cli/terminal.ts'
import type { CheckOutcome, CheckView } from '../../src/contract/checks.ts'
import type { RunView } from '../../src/contract/run-wire.ts'

/** A terminal (or a pipe) that keeps what was written. */
function paper(isTty: boolean) {
  const written: string[] = []
  const terminal: Terminal = {
    isTty,
    columns: 80,
    paint: createColors(false),
    out: (text) => void written.push(`${text}\n`),
    draw: (text) => void written.push(text),
    err: () => undefined,
  }
  return { terminal, text: () => written.join('') }
}

describe('a table', () => {
  test('stands in columns under a head on a terminal', () => {
    const { terminal, text } = paper(true)
    printTable(
      terminal,
      ['NAME', 'LISTEN'],
      [
        ['a', '127.0.0.1:1'],
        ['longer', 'x'],
      ],
    )
    expect(text()).toBe('NAME    LISTEN\na       127.0.0.1:1\nlonger  x\n')
  })

  test('is cells with tabs between them in a pipe, without a head', () => {
    const { terminal, text } = paper(false)
    printTable(
      terminal,
      ['NAME', 'LISTEN'],
      [
        ['a b', '1'],
        ['c', '2'],
      ],
    )
    printFields(terminal, [['seed', '7']])
    expect(text()).toBe('a b\t1\nc\t2\nseed\t7\n')
  })

  test('lets nothing that came over the network steer the terminal or break a row', () => {
    expect(plain('\u001b[31mred\u001b[0m\tand\nmore\u0007')).toBe('red and more ')
  })
})

const stages = [
  { name: 'calm', duration_ms: 1000, faults: 0 },
  { name: 'slow', duration_ms: 90_000, faults: 2 },
]
const run = (index: number, elapsed: number): RunView => ({
  id: 'run_1',
  profile: 'p',
  seed: '1',
  status: 'running',
  started_at: '',
  stages,
  max_duration_ms: 3_600_000,
  rollback: 'always',
  checks: [],
  faults: [],
  stage: {
    name: stages[index]?.name ?? '',
    index,
    of: 2,
    elapsed_ms: elapsed,
    duration_ms: stages[index]?.duration_ms ?? 0,
  },
})
const ended = (status: RunView['status']): RunView => {
  const { stage: _, ...rest } = run(1, 0)
  return { ...rest, status, healed: true }
}

describe('the progress of a run', () => {
  test('is a line for each stage as it begins, in a pipe', () => {
    const { terminal, text } = paper(false)
    const progress = new Progress(terminal)
    for (const view of [run(0, 0), run(0, 500), run(1, 10), run(1, 80_000)]) progress.update(view)
    progress.end(ended('completed'))
    expect(text()).toBe('stage 1/2 calm 1s no faults\nstage 2/2 slow 1m30s 2 faults\n')
  })

  test('misses no stage that was too short to be seen', () => {
    const { terminal, text } = paper(false)
    const progress = new Progress(terminal)
    progress.update(run(1, 0))
    progress.end(ended('completed'))
    expect(text().split('\n')).toEqual(['stage 1/2 calm 1s no faults', 'stage 2/2 slow 1m30s 2 faults', ''])
  })

  test('tells the stages of each lane as they begin, and of all when the lanes are over', () => {
    const { terminal, text } = paper(false)
    const progress = new Progress(terminal)
    const part = (name: string, lane?: string) => ({
      name,
      duration_ms: 1000,
      faults: 0,
      ...(lane === undefined ? {} : { lane }),
    })
    const parts = [part('a1', 'a'), part('a2', 'a'), part('b1', 'b'), part('b2', 'b'), part('end')]
    const at = (...indices: number[]): RunView => {
      const present = indices.map((index) => ({ ...part('x'), ...parts[index], index, of: 5, elapsed_ms: 0 }))
      return {
        ...run(0, 0),
        stages: parts,
        stage: present[0],
        ...(present.length > 1 ? { lanes: present } : {}),
      } as RunView
    }
    for (const view of [at(0, 2), at(0, 3), at(4)]) {
      progress.update(view)
      terminal.out('-')
    }
    const names = text()
      .split('\n')
      .map((line) => line.split(' ')[2] ?? line)
    expect(names).toEqual(['a/a1', 'b/b1', '-', 'b/b2', '-', 'a/a2', 'end', '-', ''])
  })

  test('is drawn over in place on a terminal, and each stage that is over stays as full', () => {
    const { terminal, text } = paper(true)
    const progress = new Progress(terminal)
    progress.update(run(0, 500))
    progress.update(run(1, 45_000))
    progress.end(ended('completed'))
    const lines = text()
      .split('\n')
      .map((line) => line.split('\r\u001b[2K').at(-1))
    expect(lines).toEqual([
      `1/2 calm ${'#'.repeat(24)} 1s of 1s  no faults`,
      `2/2 slow ${'#'.repeat(24)} 1m30s of 1m30s  2 faults`,
      '',
    ])
  })

  test('tells what checks find, and where the run is before and after its stages', () => {
    const check = (outcome: CheckOutcome, during?: CheckOutcome): CheckView => ({
      name: 'health',
      role: 'steady_state',
      kind: 'tcp',
      looks_at: '',
      expects: [],
      phases: during === undefined ? {} : { during },
      counts: {},
      last: { at: '', phase: 'during', outcome, values: {}, ...(outcome === 'failed' ? { detail: 'no answer' } : {}) },
    })
    const { stage: _, ...between } = run(0, 0)
    const views: RunView[] = [
      { ...between, phase: 'before' },
      { ...run(0, 500), checks: [check('passed')] },
      { ...run(0, 900), checks: [check('passed')] },
      { ...between, phase: 'after', checks: [check('failed', 'failed')] },
    ]
    const told = (isTty: boolean): string[] => {
      const { terminal, text } = paper(isTty)
      const progress = new Progress(terminal)
      for (const view of views) progress.update(view)
      progress.end({ ...ended('failed'), checks: [check('passed', 'failed')] })
      return text()
        .split('\n')
        .map((line) => line.split('\r\u001b[2K').at(-1) ?? '')
    }
    expect(told(false)).toEqual([
      'looking before anything is injected',
      'check health passed',
      'stage 1/2 calm 1s no faults',
      'check health failed: no answer',
      'looking whether all holds again',
      'check health passed',
      '',
    ])
    expect(told(true)).toEqual([
      'looking before anything is injected: ',
      'check health passed',
      `1/2 calm ${'#'.repeat(22)}.. 0.9s of 1s  no faults`,
      'check health failed: no answer',
      'looking whether all holds again: 0 of 1 checks hold',
      'check health passed',
      '',
    ])
  })

  test('leaves the stage in which it was stopped as far as it came', () => {
    const { terminal, text } = paper(true)
    const progress = new Progress(terminal)
    progress.update(run(0, 500))
    progress.end(ended('stopped'))
    expect(text()).toContain(`${'#'.repeat(12)}${'.'.repeat(12)} 0.5s of 1s`)
    expect(text()).not.toContain('#'.repeat(24))
  })
})

test('times are short', () => {
  expect([0, 1500, 59_900, 60_000, 90_500].map(seconds)).toEqual(['0s', '1.5s', '59.9s', '1m', '1m31s'])
})
