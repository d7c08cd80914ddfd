import { createColors } from 'picocolors'
import { describe, expect, test } from 'vitest'
import { Progress, seconds } from '../../src/cli/progress.ts'
import { plain, printFields, printTable, type Terminal } from '../../src/cli/terminal.ts'
import type { RunView } from '../../src/contract/wire.ts'

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
