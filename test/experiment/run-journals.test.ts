import { readFile, readdir, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JournalRecord } from '../../src/contract/journal.ts'
import { profile, useDataDir, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

const SHORT = profile({
  stages: [{ name: 'slow', duration: '30ms', faults: [{ target: 'db', kind: 'latency', attributes: { latency: 1 } }] }],
})

async function useDb(options: Parameters<typeof useRuns>[0] = {}): Promise<Bench> {
  const bench = useRuns(options)
  await bench.registry.create('db', { upstream: '127.0.0.1:9' }, 'api')
  return bench
}

/** A run that has ended, with its journal closed. */
async function run(bench: Bench, input = SHORT): Promise<string> {
  const { id } = await bench.runs.start(input)
  await bench.runs.whenEnded(id)
  await bench.runs.close()
  return id
}

async function textOf(bench: Bench, id: string): Promise<JournalRecord[]> {
  const pieces: Buffer[] = []
  for await (const piece of bench.runs.journal(id)) pieces.push(Buffer.from(piece))
  const lines = Buffer.concat(pieces).toString().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalRecord)
}

/** As a kill leaves it: nothing of how the run ended, and the last line in half. */
async function interrupt(folder: string, id: string, cut = 10): Promise<string> {
  const file = join(folder, 'runs', `${id}.ndjson`)
  const text = await readFile(file, 'utf8')
  const upTo = text.indexOf('"type":"stage_ended"')
  await truncate(file, upTo + cut)
  await unlink(join(folder, 'runs', `${id}.json`))
  // Whose it was is no more.
  const [first = '', ...rest] = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, [first.replace(/"pid":\d+/, '"pid":4194303'), ...rest].join('\n'))
  return file
}

describe('a run', () => {
  test('is written down from its start to its end, with who it was and what it was asked', async () => {
    const dataDir = useDataDir()
    const bench = await useDb({ dataDir })
    const id = await run(bench)
    const all = await textOf(bench, id)
    expect(all[0]).toMatchObject({
      type: 'journal',
      run: id,
      seed: 'daemon-seed',
      written: SHORT,
      proxies: [{ name: 'db' }],
    })
    const types = all.map(({ type }) => type)
    expect(types.slice(1, 4)).toEqual(['run_started', 'stage_started', 'command'])
    expect(types.slice(-4)).toEqual(['command', 'run_healed', 'run_ended', 'journal_end'])
    const file = join(dataDir, 'runs', `${id}.ndjson`)
    expect(bench.runs.get(id)).toMatchObject({ journal: { file, state: 'complete', events: all.length - 2 } })
    expect(await readdir(join(dataDir, 'runs'))).toEqual([`${id}.json`, `${id}.ndjson`])
  })

  test('is told by later daemons, and its journal too', async () => {
    const dataDir = useDataDir()
    const first = await useDb({ dataDir })
    const id = await run(first)
    const view = first.runs.get(id)
    const later = useRuns({ dataDir })
    await later.journals.start()
    expect(later.runs.list()).toEqual([view])
    expect(later.runs.get(id)).toEqual(view)
    expect(await later.runs.stop(id)).toEqual(view)
    expect(await textOf(later, id)).toEqual(await textOf(first, id))
  })

  test('whose daemon was killed counts as aborted, with what its journal tells, and is ended once', async () => {
    const dataDir = useDataDir()
    const first = await useDb({ dataDir })
    const id = await run(first)
    const file = await interrupt(dataDir, id)
    const later = useRuns({ dataDir })
    await later.journals.start()
    expect(later.runs.get(id)).toMatchObject({
      status: 'aborted',
      healed: true,
      detail: 'the daemon ended while it went on, and its faults with it',
      journal: { file, state: 'interrupted' },
    })
    const all = await textOf(later, id)
    expect(all.map(({ type }) => type)).toEqual(['journal', 'run_started', 'stage_started', 'command', 'journal_end'])
    expect(all.at(-1)).toEqual({ type: 'journal_end', state: 'interrupted', events: 3 })
    const again = useRuns({ dataDir })
    await again.journals.start()
    expect(await textOf(again, id)).toEqual(all)
    expect(again.runs.get(id)).toEqual(later.runs.get(id))
  })

  test('that another daemon is carrying out in the same folder is left alone', async () => {
    const dataDir = useDataDir()
    const first = await useDb({ dataDir })
    const { id } = await first.runs.start(profile())
    const other = useRuns({ dataDir })
    await other.journals.start()
    expect(other.runs.list()).toEqual([])
    await first.runs.stop(id)
    await first.runs.close()
    expect((await textOf(first, id)).at(-1)).toMatchObject({ state: 'complete' })
  })

  test('that could not begin leaves no journal behind', async () => {
    const dataDir = useDataDir()
    const bench = await useDb({ dataDir })
    const listen = bench.registry.list()[0]?.spec.listen ?? ''
    const targets = { db: { proxy: 'db' }, other: { upstream: '127.0.0.1:9', listen } }
    const taken = profile({ targets })
    await expect(bench.runs.start(taken)).rejects.toMatchObject({ code: 'address_in_use' })
    expect(await readdir(join(dataDir, 'runs'))).toEqual([])
  })

  test('whose journal cannot be written is refused, and nothing is injected', async () => {
    const dataDir = useDataDir()
    await writeFile(join(dataDir, 'runs'), 'no folder')
    const bench = await useDb({ dataDir })
    await bench.journals.start()
    await expect(bench.runs.start(SHORT)).rejects.toMatchObject({ code: 'journal_not_writable' })
    expect(bench.runs.list()).toEqual([])
    expect(bench.events('stage_started')).toEqual([])
  })

  test('of which a fact could not be written is inconclusive at best, and says why', async () => {
    const bench = await useDb({ dataDir: useDataDir(), journals: { limits: { total: 1200 } } })
    const acting = profile({ stages: [{ name: 'shut', duration: '30ms', faults: [{ target: 'db', kind: 'refuse' }] }] })
    const id = await run(bench, acting)
    const { status, detail, journal, faults } = bench.runs.get(id)
    expect(faults).toMatchObject([{ applied: 1 }])
    expect(status).toBe('inconclusive')
    expect(detail ?? '').toMatch(/its journal is incomplete: the journal is full/)
    expect(journal).toMatchObject({ state: 'incomplete' })
    expect((await textOf(bench, id)).at(-1)).toMatchObject({ type: 'journal_end', state: 'incomplete' })
  })

  test('leaves its journal until as many have ended after it as are kept', async () => {
    const dataDir = useDataDir()
    const bench = await useDb({ dataDir, journals: { kept: 2 }, limits: { live: 20, kept: 1 } })
    const ids: string[] = []
    for (let i = 0; i < 3; i++) {
      const { id } = await bench.runs.start(SHORT)
      await bench.runs.whenEnded(id)
      ids.push(id)
    }
    await bench.runs.close()
    const kept = ids.slice(1).flatMap((id) => [`${id}.json`, `${id}.ndjson`])
    expect((await readdir(join(dataDir, 'runs'))).toSorted()).toEqual(kept.toSorted())
    expect(bench.runs.list().map(({ id }) => id)).toEqual(ids.slice(1).reverse())
  })

  test('without data_dir is written down in memory, as far back as the live journal goes, and says so', async () => {
    const bench = await useDb({ journals: { events: 32 } })
    const id = await run(bench)
    const { journal } = bench.runs.get(id)
    expect(journal).toMatchObject({ state: 'complete', events: expect.any(Number) })
    expect(journal?.file).toBeUndefined()
    const all = await textOf(bench, id)
    expect(all.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['journal', 'run_started', 'run_ended', 'journal_end']),
    )
    expect(all.at(-1)).toMatchObject({ state: 'complete', events: journal?.events })
    for (let i = 0; i < 30; i++) bench.journal.emit({ type: 'halt_lifted' })
    const later = await textOf(bench, id)
    expect(later[1]).toMatchObject({ type: 'journal_gap' })
    expect(later.at(-1)).toMatchObject({ state: 'incomplete' })
  })
})

describe('what else lies in the folder', () => {
  test('is left alone, and what cannot be read is passed over', async () => {
    const dataDir = useDataDir()
    const first = await useDb({ dataDir })
    const id = await run(first)
    const folder = join(dataDir, 'runs')
    await writeFile(join(folder, 'notes.txt'), 'mine')
    await writeFile(join(folder, 'run_0000broken00.ndjson'), '{"type":"journal"}\n{"')
    await writeFile(join(folder, 'run_0000empty000.ndjson'), '')
    await writeFile(join(folder, 'run_0000view0000.json'), 'no JSON')
    const later = useRuns({ dataDir })
    await later.journals.start()
    expect(later.runs.list().map((one) => one.id)).toEqual([id])
    const left = await readdir(folder)
    expect(left).toEqual(expect.arrayContaining(['notes.txt', 'run_0000broken00.ndjson', 'run_0000view0000.json']))
    expect(left).not.toContain('run_0000empty000.ndjson')
  })
})
