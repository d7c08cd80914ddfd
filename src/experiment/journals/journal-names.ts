import { join } from 'node:path'

const NAME = /^(run_[0-9a-z]{4,40})(?:\.(\d{1,6}))?\.(ndjson|json)$/

export const partPath = (folder: string, run: string, part: number): string =>
  join(folder, part === 1 ? `${run}.ndjson` : `${run}.${part}.ndjson`)

/** What became of the run; written when it has ended. */
export const viewPath = (folder: string, run: string): string => join(folder, `${run}.json`)

export interface JournalNames {
  readonly run: string
  /** In their order. */
  readonly parts: readonly number[]
  readonly hasView: boolean
}

/** The journals among the names of a folder. What is called otherwise is none of ours. */
export function journalsAmong(names: readonly string[]): readonly JournalNames[] {
  const found = new Map<string, { run: string; parts: number[]; hasView: boolean }>()
  for (const name of names) {
    const [, run, part = '1', ending] = NAME.exec(name) ?? []
    if (run === undefined) continue
    const one = found.get(run) ?? { run, parts: [], hasView: false }
    found.set(run, one)
    if (ending === 'json') one.hasView = true
    else one.parts.push(Number(part))
  }
  return [...found.values()].map((one) => ({ ...one, parts: one.parts.toSorted((a, b) => a - b) }))
}
