import { open, mkdir, readFile, readdir, rename, stat, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalEnd, JournalHeader } from '../../contract/journal.ts'
import type { RunView } from '../../contract/run-wire.ts'
import { idSpace, stillThere } from '../../host/identity.ts'
import type { Log } from '../../kernel/log.ts'
import { InterruptedView } from './interrupted-view.ts'
import { syncFolder } from './journal-file.ts'
import { journalsAmong, partPath, viewPath } from './journal-names.ts'
import type { JournalNames } from './journal-names.ts'
import { readJournal } from './read-journal.ts'

/** What host faults of a run could not be given back, by the run's id. */
export type LeftBy = (run: string, header: JournalHeader) => readonly string[]

/** The journals of ended runs, in a folder of `data_dir`. */
export class JournalFolder {
  readonly path: string
  readonly #log: Log
  readonly #kept: number
  /** The oldest first. */
  readonly #views = new Map<string, RunView>()

  constructor(dataDir: string, log: Log, kept: number) {
    this.path = join(dataDir, 'runs')
    this.#log = log
    this.#kept = kept
  }

  /** Reads what there is. Runs that a daemon left unfinished are ended as `aborted`, unless it lives. */
  async start(leftBy: LeftBy): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 })
    const found: RunView[] = []
    for (const names of journalsAmong(await readdir(this.path))) {
      const view = names.hasView ? await this.#read(names.run) : await this.#interrupted(names, leftBy)
      if (view !== undefined) found.push(view)
    }
    found.sort((a, b) => (a.started_at < b.started_at ? -1 : a.started_at > b.started_at ? 1 : 0))
    for (const view of found) this.#views.set(view.id, view)
    await this.#prune()
  }

  /** The oldest first. */
  get views(): ReadonlyMap<string, RunView> {
    return this.#views
  }

  /** How a run ended, to be shown by later daemons. */
  async add(view: RunView): Promise<void> {
    await this.#write(view)
    this.#views.set(view.id, view)
    await this.#prune()
  }

  async remove(run: string): Promise<void> {
    this.#views.delete(run)
    const names = journalsAmong(await readdir(this.path)).find((one) => one.run === run)
    if (names === undefined) return
    // Without its view it would count as unfinished, so that goes last.
    for (const part of names.parts) await unlink(partPath(this.path, run, part))
    if (names.hasView) await unlink(viewPath(this.path, run))
  }

  async #read(run: string): Promise<RunView | undefined> {
    const path = viewPath(this.path, run)
    try {
      const view = JSON.parse(await readFile(path, 'utf8')) as RunView
      const { kept, ...rest } = view
      // Faults that it had left went with the daemon that had them.
      if (view.id === run && typeof view.started_at === 'string')
        return kept === true ? { ...rest, healed: true } : view
      throw new Error('it does not hold how a run ended')
    } catch (error) {
      this.#log.error({ file: path, error: (error as Error).message }, 'what became of a run cannot be read')
      return undefined
    }
  }

  async #write(view: RunView): Promise<void> {
    const path = viewPath(this.path, view.id)
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(view)}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
    await syncFolder(this.path)
  }

  async #interrupted({ run, parts }: JournalNames, leftBy: LeftBy): Promise<RunView | undefined> {
    try {
      const file = partPath(this.path, run, 1)
      if ((await stat(file)).size === 0) {
        // Its header had not been written, so it had not begun.
        await unlink(file)
        return undefined
      }
      let header: JournalHeader | undefined
      let shown: InterruptedView | undefined
      let events = 0
      let ended = false
      for await (const { record } of readJournal(file)) {
        if (record.type === 'journal') {
          if (record.daemon.ids === (await idSpace()) && (await stillThere(record.daemon)) !== undefined)
            return undefined
          header = record
          shown = new InterruptedView(record)
        } else if (record.type === 'journal_end') ended = true
        else if (record.type !== 'journal_gap') {
          events++
          shown?.see(record)
        }
      }
      if (header === undefined || shown === undefined) return undefined
      if (!ended) await endPart(partPath(this.path, run, parts.at(-1) ?? 1), events)
      const view: RunView = {
        ...shown.view(leftBy(run, header)),
        journal: { file, state: 'interrupted', events, left_out: 0 },
      }
      await this.#write(view)
      this.#log.warn(
        { run, profile: view.profile },
        'a run was interrupted by the end of its daemon; it counts as aborted',
      )
      return view
    } catch (error) {
      this.#log.error({ run, error: (error as Error).message }, 'the journal of a run cannot be read')
      return undefined
    }
  }

  async #prune(): Promise<void> {
    for (const run of [...this.#views.keys()].slice(0, Math.max(0, this.#views.size - this.#kept))) {
      try {
        await this.remove(run)
      } catch (error) {
        this.#log.error({ run, error: (error as Error).message }, 'an old journal cannot be removed')
      }
    }
  }
}

/** What was written of a last line goes, and a whole one takes its place. */
async function endPart(path: string, events: number): Promise<void> {
  const bytes = await readFile(path)
  await truncate(path, bytes.lastIndexOf(10) + 1)
  const end: JournalEnd = { type: 'journal_end', state: 'interrupted', events }
  const file = await open(path, 'a')
  try {
    await file.writeFile(`${JSON.stringify(end)}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}
