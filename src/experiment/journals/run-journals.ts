import { createReadStream } from 'node:fs'
import { FaultlineError } from '../../contract/errors.ts'
import type { JournalEvent } from '../../contract/events.ts'
import type { JournalEnd, JournalGap, JournalHeader } from '../../contract/journal.ts'
import type { ProxySpec } from '../../contract/model.ts'
import type { RemotePlanes } from '../../contract/planes.ts'
import type { EventLog, RunStartOptions } from '../../contract/ports.ts'
import type { RunView } from '../../contract/run-wire.ts'
import { factsOf, idSpace } from '../../host/identity.ts'
import { isoTime } from '../../kernel/iso-time.ts'
import type { Log } from '../../kernel/log.ts'
import type { Plan } from '../plan.ts'
import { JOURNAL_LIMITS, JournalFile } from './journal-file.ts'
import type { JournalLimits } from './journal-file.ts'
import { JournalFolder } from './journal-folder.ts'
import { journalHeader } from './journal-header.ts'
import { partPath } from './journal-names.ts'
import { RunRecord } from './run-record.ts'
import type { RecordParts } from './run-record.ts'

export interface RunJournalsOptions extends RecordParts {
  readonly events: Pick<EventLog, 'follow' | 'read'>
  readonly log: Log
  readonly boot: string
  readonly versions: JournalHeader['versions']
  /** Names of header fields whose values are not written down, in lower case. */
  readonly secret: ReadonlySet<string>
  /** On which runs may have left toxics. */
  readonly planes?: Pick<RemotePlanes, 'list'> | undefined
  /** Where journals are kept. Without it they are in memory only, as long as the live journal reaches back. */
  readonly dataDir?: string | undefined
  readonly limits?: Partial<JournalLimits>
  /** Ended runs whose journals stay. */
  readonly kept?: number
  readonly pid: number
}

/** What a run is started with, as far as its journal tells it. */
export interface JournalStart {
  readonly written: object
  readonly options: RunStartOptions
  readonly proxies: readonly ProxySpec[]
}

const USUALLY_KEPT = 100
/** Events read of the live journal at a time. */
const PAGE = 1000

/** The journals of all runs: takes from the live journal what concerns each, and keeps it. */
export class RunJournals {
  readonly #options: RunJournalsOptions
  readonly #folder: JournalFolder | undefined
  readonly #open = new Set<RunRecord>()
  #unfollow: (() => void) | undefined
  #daemon: JournalHeader['daemon'] | undefined

  constructor(options: RunJournalsOptions) {
    this.#options = options
    const { dataDir, log, kept = USUALLY_KEPT } = options
    this.#folder = dataDir === undefined ? undefined : new JournalFolder(dataDir, log, kept)
  }

  /** Reads the journals of earlier daemons, once, after host faults were given back. Where that fails, no run starts. */
  async start(): Promise<void> {
    try {
      await this.#folder?.start((run, header) => [...this.#leftBy(run), ...this.#leftOn(header)])
    } catch (error) {
      const { log } = this.#options
      log.error({ folder: this.#folder?.path, error: (error as Error).message }, 'journals of runs cannot be kept')
    }
  }

  /** Ended runs of earlier daemons and of this one, the latest first. */
  archived(): readonly RunView[] {
    return [...(this.#folder?.views.values() ?? [])].reverse()
  }

  find(run: string): RunView | undefined {
    return this.#folder?.views.get(run)
  }

  /** Settles when its header is on the disk; from then on all that concerns the run is written down. @throws FaultlineError journal_not_writable */
  async open(plan: Plan, start: JournalStart): Promise<RunRecord> {
    const { clock, log, versions, secret, limits } = this.#options
    const startedAt = isoTime(clock.wall())
    const header = journalHeader(plan, { ...start, secret, startedAt, versions, daemon: await this.#identity() })
    const record = new RunRecord(header, await this.#file(header, { ...JOURNAL_LIMITS, ...limits }, log), this.#options)
    this.#open.add(record)
    this.#unfollow ??= this.#options.events.follow((event) => this.#take(event))
    return record
  }

  /** It never began: nothing of it stays. */
  async discard(record: RunRecord): Promise<void> {
    this.#forget(record)
    await record.close()
    await this.#folder?.remove(record.header.run)
  }

  /** It has ended so. Settles when that is on the disk; never rejects. */
  async settle(record: RunRecord, view: RunView): Promise<void> {
    const { log } = this.#options
    this.#forget(record)
    await record.close()
    try {
      await this.#folder?.add({ ...view, ...record.view(false) })
    } catch (error) {
      log.error({ run: view.id, error: (error as Error).message }, 'how a run ended cannot be written')
    }
  }

  /** The journal as text, line by line or in larger pieces. @param record where the run is one of this daemon's */
  async *text(run: string, record: RunRecord | undefined): AsyncGenerator<string | Buffer> {
    if (this.#folder === undefined) {
      if (record !== undefined) yield* this.#fromMemory(record)
      return
    }
    await record?.flush()
    for (let part = 1; ; part++) {
      try {
        yield* createReadStream(partPath(this.#folder.path, run, part)) as AsyncIterable<Buffer>
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
        throw error
      }
    }
  }

  *#fromMemory(record: RunRecord): Generator<string> {
    const { events } = this.#options
    yield `${JSON.stringify(record.header)}\n`
    let since = record.before
    let kept = 0
    let complete = true
    for (;;) {
      const page = events.read({ since, limit: PAGE })
      if (page.gap !== undefined) {
        complete = false
        const { from, to } = page.gap
        const boot = this.#options.boot
        const gap: JournalGap = {
          type: 'journal_gap',
          observations: 0,
          facts: to - from + 1,
          from: `${boot}-${from}`,
          to: `${boot}-${to}`,
        }
        yield `${JSON.stringify(gap)}\n`
      }
      for (const event of page.events) {
        if (!record.concerns(event) || !record.covers(event)) continue
        kept++
        yield `${JSON.stringify(event)}\n`
      }
      if (page.events.length === 0) break
      since = page.next
    }
    if (this.#open.has(record)) return
    const end: JournalEnd = { type: 'journal_end', state: complete ? 'complete' : 'incomplete', events: kept }
    yield `${JSON.stringify(end)}\n`
  }

  #take(event: JournalEvent): void {
    for (const record of this.#open) if (record.concerns(event)) record.add(event)
  }

  #forget(record: RunRecord): void {
    record.end()
    this.#open.delete(record)
    if (this.#open.size > 0) return
    this.#unfollow?.()
    this.#unfollow = undefined
  }

  async #file(header: JournalHeader, limits: JournalLimits, log: Log): Promise<JournalFile | undefined> {
    if (this.#folder === undefined) return undefined
    try {
      return await JournalFile.open(this.#folder.path, header, log, limits)
    } catch (error) {
      throw notWritable(`cannot start ${header.profile}`, error)
    }
  }

  async #identity(): Promise<JournalHeader['daemon']> {
    const { boot, pid } = this.#options
    this.#daemon ??= { boot, pid, start: (await factsOf(pid))?.start ?? 0, ids: await idSpace() }
    return this.#daemon
  }

  /** What host faults of an interrupted run were not given back at the start. */
  #leftBy(run: string): readonly string[] {
    return this.#options.events.read({ limit: PAGE }).events.flatMap((event) => {
      if (event.type !== 'host_fault_recovered' || event.owner !== `run:${run}` || event.returned) return []
      return [`${event.kind} ${event.host_fault} was not given back: ${event.detail ?? 'unknown'}`]
    })
  }

  /** On which other planes its toxics may still be. At the start nobody wants any: those there are were left. */
  #leftOn({ proxies }: JournalHeader): readonly string[] {
    const states = new Map(this.#options.planes?.list().map((plane) => [plane.name, plane]))
    return [...new Set(proxies.flatMap(({ plane }) => plane ?? []))].flatMap((plane) => {
      const state = states.get(plane)
      if (state?.state === 'up' && state.toxics === 0) return []
      return [
        `toxics of it may still be on plane ${plane}, which ${state === undefined ? 'is not configured any more' : 'cannot be cleared now'}`,
      ]
    })
  }
}

const notWritable = (what: string, error: unknown): FaultlineError =>
  new FaultlineError('journal_not_writable', `${what}: its journal cannot be written: ${(error as Error).message}`)
