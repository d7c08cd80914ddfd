import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JournalEvent } from '../../src/contract/events.ts'
import type { JournalGap, JournalHeader, JournalRecord } from '../../src/contract/journal.ts'
import { JOURNAL_LIMITS, JournalFile } from '../../src/experiment/journals/journal-file.ts'
import type { JournalLimits } from '../../src/experiment/journals/journal-file.ts'
import { readJournal } from '../../src/experiment/journals/read-journal.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { useDataDir } from './use-runs.ts'

const HEADER: JournalHeader = {
  type: 'journal',
  version: 1,
  run: 'run_abcdefgh1234',
  profile: 'trial',
  part: 1,
  seed: '7',
  started_at: '2026-01-01T00:00:00.000Z',
  written: {},
  hidden: false,
  secret: [],
  parameters: {},
  targets: {},
  proxies: [],
  routes: [],
  stages: [],
  rollback: 'always',
  max_duration_ms: 1,
  dry_run: false,
  versions: { faultline: '0', node: '0', platform: 'linux' },
  daemon: { boot: 'boot', pid: 1, start: 1, ids: 'x' },
}

const stamp = (n: number) => ({ id: `boot-${n}`, at: '2026-01-01T00:00:00.000Z', mono: n })
const fact = (n: number): JournalEvent => ({ ...stamp(n), type: 'halted', faults: n, reason: 'x'.repeat(100) })
const observation = (n: number): JournalEvent => ({
  ...stamp(n),
  type: 'exchange',
  proxy: 'web',
  exchange: `x${n}`,
  connection: 'c1',
  ordinal: 1,
  client: '127.0.0.1:1',
  lane: 'wire',
  method: 'GET',
  target: '/',
  origin: 'upstream',
  complete: true,
  total_ms: 1,
  injected_ms: 0,
  request_bytes: 1,
  response_bytes: 1,
  faults: [],
})

async function useFile(limits: Partial<JournalLimits> = {}) {
  const folder = useDataDir()
  const file = await JournalFile.open(folder, HEADER, silentLog, { ...JOURNAL_LIMITS, ...limits })
  const records = async (): Promise<JournalRecord[]> => {
    const all: JournalRecord[] = []
    for await (const { record } of readJournal(join(folder, `${HEADER.run}.ndjson`))) all.push(record)
    return all
  }
  return { folder, file, records }
}

/** All that is added within one turn waits for the disk. */
function addAll(file: JournalFile, events: readonly JournalEvent[]): void {
  for (const event of events) file.add(event)
}

const numbers = (count: number, from = 1): number[] => Array.from({ length: count }, (_, i) => from + i)
const types = (records: readonly JournalRecord[], type: JournalRecord['type']): readonly JournalRecord[] =>
  records.filter((one) => one.type === type)

describe('a journal on disk', () => {
  test('has its header before anything else, what was added in order, and how complete it is as its last line', async () => {
    const { file, records, folder } = await useFile()
    expect(JSON.parse(await readFile(join(folder, `${HEADER.run}.ndjson`), 'utf8'))).toEqual(HEADER)
    const events = numbers(5000).map((n) => (n % 2 === 0 ? fact(n) : observation(n)))
    addAll(file, events)
    file.sync()
    await file.close()
    expect(await records()).toEqual([HEADER, ...events, { type: 'journal_end', state: 'complete', events: 5000 }])
  })

  test('where the disk does not keep up leaves observations out first, says so, and is complete all the same', async () => {
    const { file, records } = await useFile({ queue: 100_000 })
    addAll(file, numbers(1000).map(observation))
    addAll(file, numbers(200, 1001).map(fact))
    await file.close()
    const all = await records()
    expect(types(all, 'halted')).toEqual(numbers(200, 1001).map(fact))
    const gaps = types(all, 'journal_gap') as readonly JournalGap[]
    const left = gaps.reduce((sum, gap) => sum + gap.observations, 0)
    expect(left).toBe(1000 - types(all, 'exchange').length)
    expect(left).toBeGreaterThan(0)
    expect(gaps.every((gap) => gap.facts === 0)).toBe(true)
    expect(all.at(-1)).toMatchObject({ state: 'complete' })
    expect(file.view).toMatchObject({ left_out: left })
    expect(file.incomplete).toBeUndefined()
  })

  test('is incomplete where a fact had to go, and names the first and the last', async () => {
    const { file, records } = await useFile({ queue: 20_000 })
    addAll(file, numbers(1000).map(fact))
    expect(file.incomplete).toBe('the disk did not keep up with what was to be written')
    await file.close()
    const all = await records()
    const kept = types(all, 'halted').length
    expect(types(all, 'journal_gap')).toEqual([
      { type: 'journal_gap', observations: 0, facts: 1000 - kept, from: `boot-${kept + 1}`, to: 'boot-1000' },
    ])
    expect(all.at(-1)).toEqual({ type: 'journal_end', state: 'incomplete', events: kept })
  })

  test('goes on in further parts, each with the header, that read as one', async () => {
    const { file, records, folder } = await useFile({ part: 20_000 })
    for (const n of numbers(40)) {
      addAll(file, numbers(50, n * 50).map(fact))
      await file.flush()
    }
    await file.close()
    const names = await readdir(folder)
    expect(names.length).toBeGreaterThan(3)
    expect(names).toContain(`${HEADER.run}.2.ndjson`)
    const [first] = (await readFile(join(folder, `${HEADER.run}.2.ndjson`), 'utf8')).split('\n')
    expect(JSON.parse(first ?? '')).toEqual({ ...HEADER, part: 2 })
    const all = await records()
    expect(types(all, 'journal')).toHaveLength(1)
    expect(types(all, 'halted')).toEqual(numbers(40).flatMap((n) => numbers(50, n * 50).map(fact)))
  })

  test('takes no more than it may: observations three quarters of it, facts the rest', async () => {
    const total = 64 * 1024
    const { file, records } = await useFile({ total })
    addAll(file, numbers(1000).map(observation))
    await file.flush()
    expect(file.incomplete).toBeUndefined()
    addAll(file, numbers(50, 1001).map(fact))
    await file.flush()
    expect(file.incomplete).toBeUndefined()
    addAll(file, numbers(1000, 2001).map(fact))
    await file.close()
    expect(file.incomplete).toMatch(/^the journal is full: it has \d+ bytes, and 65536 are allowed$/)
    expect(file.view.bytes).toBeLessThan(total + 1024)
    expect(types(await records(), 'halted').slice(0, 50)).toEqual(numbers(50, 1001).map(fact))
  })

  test('on a disk that takes nothing more is incomplete, holds nobody up, and throws nothing', async () => {
    const { file, folder } = await useFile({ part: 1000 })
    // The next part cannot be made.
    await writeFile(join(folder, `${HEADER.run}.2.ndjson`), 'taken')
    addAll(file, numbers(100).map(fact))
    await file.flush()
    addAll(file, numbers(100, 101).map(fact))
    await file.close()
    expect(file.incomplete).toMatch(/^it could not be written: EEXIST/)
  })

  test('that cannot be made refuses, and leaves nothing open', async () => {
    const folder = useDataDir()
    await writeFile(join(folder, 'file'), '')
    await expect(JournalFile.open(join(folder, 'file'), HEADER, silentLog)).rejects.toThrow(/EEXIST|ENOTDIR/)
    await rm(folder, { recursive: true })
  })
})
