import { FaultlineError } from '../contract/errors.ts'
import type { ReplayView } from '../contract/replay.ts'
import type { JournalHeader } from '../contract/journal.ts'
import { parseJournal, readJournal } from '../experiment/journals/read-journal.ts'
import type { Placed } from '../experiment/journals/read-journal.ts'
import { compareJournals } from '../experiment/replay/compare-journals.ts'
import type { Instead } from '../experiment/replay/recompile.ts'
import { replay } from '../experiment/replay/replay.ts'
import { catalogue } from '../faults/catalogue.ts'
import { createRedecider } from '../plane/embedded/redecider.ts'

/** A journal in a file, or one whose lines somebody can fetch, each time anew. */
export type JournalSource =
  { readonly file: string } | { readonly name: string; readonly lines: () => AsyncIterable<string> }

const recordsOf = (source: JournalSource): AsyncIterable<Placed> =>
  'file' in source ? readJournal(source.file) : parseJournal(source.lines(), source.name)

/** @throws FaultlineError invalid_journal, journal_incomplete, invalid_profile */
export const replayJournal = (source: JournalSource, instead: Instead): Promise<ReplayView> =>
  replay(recordsOf(source), createRedecider(catalogue), instead)

/** @throws FaultlineError invalid_journal, journal_incomplete */
export const compareRuns = (before: JournalSource, now: JournalSource): Promise<ReplayView> =>
  compareJournals(recordsOf(before), recordsOf(now))

/** @throws FaultlineError invalid_journal */
export async function headerOf(source: JournalSource): Promise<JournalHeader> {
  for await (const { record } of recordsOf(source)) if (record.type === 'journal') return record
  throw new FaultlineError('invalid_journal', 'the journal cannot be replayed: it is empty')
}
