import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ProxyView } from '../../src/contract/wire.ts'
import type { JournalRecord } from '../../src/contract/journal.ts'
import type { RunView } from '../../src/contract/run-wire.ts'
import { replayJournal } from '../../src/daemon/replay-journal.ts'
import { readJournal } from '../../src/experiment/journals/read-journal.ts'
import { Draws } from '../../src/kernel/random.ts'
import { PROXIES, drive, get, start, startRun, useHome } from './use-life.ts'
import type { Life } from './use-life.ts'

type Home = Awaited<ReturnType<typeof useHome>>

const KILLS = 25
const TERMS = 6

/** From before the first stage to after the end of a run. */
const LONGEST_MS = 330

async function recordsOf(file: string): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = []
  for await (const { record } of readJournal(file)) records.push(record)
  return records
}

/** The stage that a run had come to, as its journal tells. */
const lastStage = (records: readonly JournalRecord[]): string =>
  records.flatMap((one) => (one.type === 'stage_started' ? one.stage : [])).at(-1) ?? 'before'

async function expectNothingActs({ url }: Life): Promise<void> {
  const { proxies } = await get<{ proxies: readonly ProxyView[] }>(`${url}/v1/proxies`)
  expect(proxies.map(({ name, faults }) => [name, faults])).toEqual(PROXIES.map((name) => [name, []]))
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A run on each proxy, begun so that they are that old, each in its own way, when this settles. */
async function startRuns(
  life: Life,
  { upstream }: Home,
  ageOf: (proxy: string) => number,
): Promise<{ readonly answers: Promise<readonly (RunView | undefined)[]> }> {
  const runs = PROXIES.map(async (proxy) => {
    await wait(LONGEST_MS * (1 - ageOf(proxy)))
    return startRun(life, upstream, proxy)
  })
  await wait(LONGEST_MS)
  // Not waited for: some may not have been answered yet.
  return { answers: Promise.all(runs) }
}

/** Every run of the life before is told with its journal, which reads and replays. @returns how each stood */
async function expectTold(
  { url }: Life,
  { runs: folder, files }: Home,
  before: readonly (RunView | undefined)[],
): Promise<readonly string[]> {
  const ids = files().flatMap((name) => /^(run_\w+)\.ndjson$/.exec(name)?.[1] ?? [])
  const { runs } = await get<{ runs: readonly RunView[] }>(`${url}/v1/runs`)
  expect(runs.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  expect(files().filter((name) => !/^run_\w+\.(ndjson|json)$/.test(name))).toEqual([])
  const stood: string[] = []
  for (const started of before) {
    if (started === undefined) continue
    const view = runs.find(({ id }) => id === started.id)
    const file = join(folder, `${started.id}.ndjson`)
    const records = await recordsOf(file)
    const { status = '', journal } = view ?? {}
    expect(view).toMatchObject({ healed: true, journal: { file } })
    expect(records.at(-1)).toMatchObject({ type: 'journal_end', state: journal?.state })
    if (journal?.state === 'interrupted') expect(status).toBe('aborted')
    expect((await replayJournal({ file }, {})).divergence).toBeUndefined()
    stood.push(journal?.state === 'interrupted' ? lastStage(records) : status)
  }
  return stood
}

test(`${KILLS * PROXIES.length} runs killed at random moments with their daemon, alone or with its process group, leave journals that read, and nothing that acts`, async () => {
  const seed = String(Date.now())
  const draws = Draws.root(seed)
  const home = await useHome()
  const seen = new Map<string, number>()
  let runs: readonly (RunView | undefined)[] = []
  try {
    for (let round = 0; round <= KILLS; round++) {
      const life = await start(home)
      await expectNothingActs(life)
      if (round > 0) for (const how of await expectTold(life, home, runs)) seen.set(how, (seen.get(how) ?? 0) + 1)
      if (round === KILLS) break
      const rest = drive(life)
      const { answers } = await startRuns(life, home, (proxy) => draws.fork(round).unit(proxy))
      life.kill('SIGKILL', draws.fork(round).unit('whom') < 0.5 ? 'group' : 'daemon')
      rest()
      await life.ended
      runs = await answers
    }
  } catch (error) {
    throw new Error(`with seed ${seed}, after ${JSON.stringify([...seen])}`, { cause: error })
  }
  // Kills that never came in the middle would show nothing. Of two lanes the second begins last.
  for (const stage of ['calm', 'slow', 'slice', 'recovery'])
    expect(seen.get(stage) ?? 0, `kills in ${stage}, of ${JSON.stringify([...seen])}, seed ${seed}`).toBeGreaterThan(0)
})

test(`told to end in any stage of ${TERMS * PROXIES.length} runs, a daemon heals them, closes their journals, and is gone within a second`, async () => {
  const seed = String(Date.now())
  const home = await useHome()
  try {
    for (let round = 0; round < TERMS; round++) {
      const life = await start(home)
      const rest = drive(life)
      const { answers } = await startRuns(life, home, (proxy) => Draws.root(seed).fork(round).unit(proxy))
      const runs = await answers
      const asked = performance.now()
      life.kill('SIGTERM')
      const [code] = await life.ended
      expect(performance.now() - asked).toBeLessThan(1000)
      rest()
      expect(code).toBe(0)
      for (const run of runs) {
        const records = await recordsOf(join(home.runs, `${run?.id ?? ''}.ndjson`))
        expect(records.at(-1)).toMatchObject({ type: 'journal_end', state: 'complete' })
        expect(records.at(-2)).toMatchObject({ type: 'run_ended', healed: true })
        expect(home.files()).toContain(`${run?.id ?? ''}.json`)
      }
    }
  } catch (error) {
    throw new Error(`with seed ${seed}`, { cause: error })
  }
})
