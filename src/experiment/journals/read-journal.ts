import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { FaultlineError } from '../../contract/errors.ts'
import type { JournalHeader, JournalRecord } from '../../contract/journal.ts'
import { partPath } from './journal-names.ts'

/** A record, and where it stands as `file:line`. */
export interface Placed {
  readonly record: JournalRecord
  readonly place: string
}

/**
 * The records of a journal in their order, the header first, over all its parts. A last line that was not written whole
 * is passed over: the daemon was killed while it wrote.
 * @param file the first part
 * @throws FaultlineError invalid_journal, naming file and line
 */
export async function* readJournal(file: string): AsyncGenerator<Placed> {
  let header: JournalHeader | undefined
  for (let part = 1; ; part++) {
    const path = part === 1 || header === undefined ? file : partPath(dirname(file), header.run, part)
    if (part > 1 && !(await exists(path))) return
    for await (const placed of parseJournal(linesOf(path), basename(path))) {
      const { record } = placed
      if (record.type !== 'journal') yield placed
      else if (record.part !== part)
        throw invalid(placed.place, `it is part ${record.part}, where part ${part} belongs`)
      else if (part === 1) yield { record: (header = record), place: placed.place }
      else if (record.run !== header?.run) throw invalid(placed.place, `it is of another run, ${record.run}`)
    }
  }
}

/** @param name how messages call it */
export async function* parseJournal(
  lines: AsyncIterable<string> | Iterable<string>,
  name: string,
): AsyncGenerator<Placed> {
  let number = 0
  let torn: string | undefined
  for await (const line of lines) {
    if (torn !== undefined) throw invalid(torn, 'it is no JSON, and more follows')
    number++
    const place = `${name}:${number}`
    const record = parse(line)
    if (record === undefined) torn = place
    else if (number === 1 && !isHeader(record)) throw invalid(place, 'its first line is not that of a journal of a run')
    else yield { record, place }
  }
  if (number === 0 || (number === 1 && torn !== undefined)) throw invalid(`${name}:1`, 'it holds no journal of a run')
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8')
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity })
  } catch (error) {
    throw invalid(path, (error as Error).message)
  } finally {
    stream.destroy()
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

function parse(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const isRecord = typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
    return isRecord ? (value as JournalRecord) : undefined
  } catch {
    return undefined
  }
}

function isHeader(record: JournalRecord): record is JournalHeader {
  if (record.type !== 'journal') return false
  const { version, run, seed, part, written, proxies, targets, parameters } = record as Partial<JournalHeader>
  return (
    version === 1 &&
    typeof run === 'string' &&
    typeof seed === 'string' &&
    typeof part === 'number' &&
    Array.isArray(proxies) &&
    [written, targets, parameters].every((one) => typeof one === 'object' && one !== null)
  )
}

const invalid = (place: string, why: string): FaultlineError =>
  new FaultlineError('invalid_journal', `the journal ${place} cannot be read: ${why}`)
