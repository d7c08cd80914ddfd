import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { JournalEvent } from '../../contract/events.ts'
import type { JournalEnd, JournalGap, JournalHeader, JournalView } from '../../contract/journal.ts'
import type { Log } from '../../kernel/log.ts'
import { weigh } from '../weigh.ts'
import { partPath } from './journal-names.ts'

export interface JournalLimits {
  /** Bytes that may wait for the disk. */
  readonly queue: number
  /** Bytes of one part; then the next begins. */
  readonly part: number
  /** Bytes of all parts. Observations may take three quarters of it. */
  readonly total: number
}

const QUEUE_BYTES = 16 * 1024 ** 2
export const JOURNAL_LIMITS: JournalLimits = { queue: QUEUE_BYTES, part: 64 * 1024 ** 2, total: 256 * 1024 ** 2 }

/** What one write carries: making more of it into text would hold the loop up. */
const BATCH_BYTES = 128 * 1024

type Queued = { readonly event: JournalEvent; readonly size: number } | 'sync'

const isObservation = ({ type }: JournalEvent): boolean => type === 'exchange'

/**
 * The journal of one run on disk. Adding never waits: events queue up, and where the disk does not keep up observations
 * go first, then facts, and then it is incomplete. A line is written whole or is the last.
 */
export class JournalFile {
  readonly #folder: string
  readonly #header: JournalHeader
  readonly #limits: JournalLimits
  readonly #log: Log
  #handle: FileHandle
  #part = 1
  #partBytes = 0
  #queue: Queued[] = []
  #queued = 0
  /** How many of those that wait are observations. */
  #observed = 0
  #pump: Promise<void> | undefined
  #gap: JournalGap | undefined
  #closed = false
  #events = 0
  #bytes = 0
  #leftOut = 0
  /** Why facts are missing. */
  #incomplete: string | undefined
  #broken = false

  private constructor(folder: string, header: JournalHeader, limits: JournalLimits, log: Log, handle: FileHandle) {
    this.#folder = folder
    this.#header = header
    this.#limits = limits
    this.#log = log
    this.#handle = handle
  }

  /** Settles when the header is on the disk. Rejects when it cannot be written. */
  static async open(
    folder: string,
    header: JournalHeader,
    log: Log,
    limits: JournalLimits = JOURNAL_LIMITS,
  ): Promise<JournalFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(partPath(folder, header.run, 1), 'ax', 0o600)
    const file = new JournalFile(folder, header, limits, log, handle)
    try {
      await file.#put(`${JSON.stringify(header)}\n`)
      await handle.datasync()
      await syncFolder(folder)
    } catch (error) {
      await handle.close()
      throw error
    }
    return file
  }

  get view(): Omit<JournalView, 'state'> {
    return {
      file: partPath(this.#folder, this.#header.run, 1),
      events: this.#events,
      bytes: this.#bytes,
      left_out: this.#leftOut,
      ...(this.#incomplete === undefined ? {} : { detail: this.#incomplete }),
    }
  }

  /** Why facts are missing; undefined while none is. */
  get incomplete(): string | undefined {
    return this.#incomplete
  }

  add(event: JournalEvent): void {
    if (this.#closed) return
    const size = weigh(event)
    if (this.#queued + size > this.#limits.queue && !this.#makeRoom(event, size)) {
      return this.#leaveOut(event, 'the disk did not keep up with what was to be written')
    }
    this.#queue.push({ event, size })
    this.#queued += size
    if (isObservation(event)) this.#observed++
    this.#start()
  }

  /** What was added before is on the disk itself some time after. */
  sync(): void {
    this.#queue.push('sync')
    this.#start()
  }

  /** Settles when what was added before is written. */
  async flush(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump
  }

  /** Writes what is left and the last line. Never rejects. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.flush()
    const end: JournalEnd = {
      type: 'journal_end',
      state: this.#incomplete === undefined ? 'complete' : 'incomplete',
      events: this.#events,
    }
    try {
      if (!this.#broken) {
        await this.#put(this.#gapLine() + `${JSON.stringify(end)}\n`)
        await this.#handle.datasync()
      }
      await this.#handle.close()
    } catch (error) {
      this.#break(error)
    }
  }

  /** Facts are worth more than all observations that wait. */
  #makeRoom(event: JournalEvent, size: number): boolean {
    // Looked through only where something is to be found: facts may come by the thousand.
    if (isObservation(event) || this.#observed === 0) return false
    const kept: Queued[] = []
    for (const queued of this.#queue) {
      if (queued === 'sync' || !isObservation(queued.event)) kept.push(queued)
      else {
        this.#queued -= queued.size
        this.#leaveOut(queued.event, '')
      }
    }
    this.#queue = kept
    this.#observed = 0
    return this.#queued + size <= this.#limits.queue
  }

  #leaveOut(event: JournalEvent, why: string): void {
    const { id } = event
    const observed = isObservation(event)
    const { observations, facts, from } = this.#gap ?? { observations: 0, facts: 0, from: id }
    this.#gap = {
      type: 'journal_gap',
      observations: observations + (observed ? 1 : 0),
      facts: facts + (observed ? 0 : 1),
      from,
      to: id,
    }
    if (observed) this.#leftOut++
    else if (this.#incomplete === undefined) {
      this.#incomplete = why
      this.#log.error({ run: this.#header.run, why }, 'the journal of a run is incomplete')
    }
  }

  #start(): void {
    this.#pump ??= this.#write().finally(() => {
      this.#pump = undefined
      if (this.#queue.length > 0) this.#start()
    })
  }

  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      try {
        const { text, sync } = this.#batch()
        if (this.#broken) continue
        if (text !== '') await this.#put(text)
        if (sync) await this.#handle.datasync()
        if (this.#partBytes >= this.#limits.part) await this.#nextPart()
      } catch (error) {
        this.#break(error)
      }
    }
  }

  #batch(): { readonly text: string; readonly sync: boolean } {
    let text = ''
    let taken = 0
    let sync = false
    for (const queued of this.#queue) {
      if (text.length >= BATCH_BYTES) break
      taken++
      if (queued === 'sync') {
        sync = true
        break
      }
      const { event, size } = queued
      this.#queued -= size
      if (isObservation(event)) this.#observed--
      text += this.#line(event, text.length)
    }
    this.#queue.splice(0, taken)
    return { text, sync }
  }

  #line(event: JournalEvent, ahead: number): string {
    if (this.#broken) {
      this.#leaveOut(event, '')
      return ''
    }
    const { total } = this.#limits
    const line = `${JSON.stringify(event)}\n`
    const most = isObservation(event) ? total * 0.75 : total
    if (this.#bytes + ahead + line.length > most) {
      this.#leaveOut(event, `the journal is full: it has ${this.#bytes} bytes, and ${total} are allowed`)
      return ''
    }
    this.#events++
    return this.#gapLine() + line
  }

  #gapLine(): string {
    if (this.#gap === undefined) return ''
    const line = `${JSON.stringify(this.#gap)}\n`
    this.#gap = undefined
    return line
  }

  async #put(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    // Counted before: what was written in part counts as well.
    this.#bytes += bytes.length
    this.#partBytes += bytes.length
    await this.#handle.writeFile(bytes)
  }

  async #nextPart(): Promise<void> {
    const part = this.#part + 1
    const handle = await open(partPath(this.#folder, this.#header.run, part), 'ax', 0o600)
    await this.#handle.datasync()
    await this.#handle.close()
    this.#handle = handle
    this.#part = part
    this.#partBytes = 0
    await this.#put(`${JSON.stringify({ ...this.#header, part })}\n`)
    await syncFolder(this.#folder)
  }

  /** A line may be written in half: nothing may follow it. */
  #break(error: unknown): void {
    this.#broken = true
    this.#incomplete ??= `it could not be written: ${(error as Error).message}`
    this.#log.error(
      { run: this.#header.run, error: (error as Error).message },
      'the journal of a run cannot be written',
    )
  }
}

/** Without it a power cut may forget the name of a file whose content it kept. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
