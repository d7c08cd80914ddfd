import { FaultlineError } from '../../contract/errors.ts'
import type { DecisionFact, JournalEvent } from '../../contract/events.ts'
import type { JournalHeader } from '../../contract/journal.ts'
import type { Divergence, ReplayView } from '../../contract/replay.ts'
import type { Placed } from '../journals/read-journal.ts'
import { placedFaults } from './describe-difference.ts'
import { recompile } from './recompile.ts'
import { difference, requireFacts } from './replay.ts'

interface Told {
  readonly at: string
  readonly event: DecisionFact & JournalEvent
}

/**
 * Compares the decisions of two runs of one profile: the n-th connection or exchange of one with the n-th of the other,
 * or by key where the draw follows one. Names the first that is not the same, in the order of the later run.
 * @throws FaultlineError journal_incomplete, invalid_journal
 */
export async function compareJournals(before: AsyncIterable<Placed>, now: AsyncIterable<Placed>): Promise<ReplayView> {
  const first = await decisionsOf(before)
  const second = await decisionsOf(now)
  let same = 0
  let onlyNow = 0
  let divergence: Divergence | undefined
  const met = new Set<string>()
  for (const [key, { at, event }] of second.decisions) {
    const was = first.decisions.get(key)
    if (was === undefined) {
      onlyNow++
      continue
    }
    met.add(key)
    const { draw = -1, acts = [0, 0], outcome } = event
    const why = difference(was.event, { draw, acts, outcome })
    if (why === undefined) same++
    else {
      const about = `${event.fault} on proxy ${event.proxy}, about ${event.connection}`
      divergence ??= { at, event: event.id, what: `${about}: ${why} (${was.at})` }
    }
  }
  const { run, profile, seed } = first.header
  return {
    run,
    profile,
    seed,
    how: 'carried_out',
    with: second.header.run,
    same,
    hidden: 0,
    only_before: [...first.decisions.keys()].filter((key) => !met.has(key)).length,
    only_now: onlyNow,
    journal: first.state,
    ...(divergence === undefined ? {} : { divergence }),
  }
}

interface Decisions {
  readonly header: JournalHeader
  readonly state: 'complete' | 'interrupted'
  readonly decisions: ReadonlyMap<string, Told>
}

async function decisionsOf(records: AsyncIterable<Placed>): Promise<Decisions> {
  let header: JournalHeader | undefined
  let ours: ReadonlySet<string> = new Set()
  let state: Decisions['state'] = 'interrupted'
  const decisions = new Map<string, Told>()
  const times = new Map<string, number>()
  for await (const { record, place } of records) {
    if (record.type === 'journal' && header === undefined) {
      header = record
      const faults = recompile(record).stages.flatMap(placedFaults)
      ours = new Set(faults.map(({ proxy, fault }) => `${proxy}\n${fault.name}`))
    } else if (record.type === 'journal_gap') requireFacts(record, place)
    else if (record.type === 'journal_end' && record.state === 'complete') state = 'complete'
    else if (record.type === 'decision' && ours.has(`${record.proxy}\n${record.fault}`)) {
      const unit = unitOf(record)
      // A connection is looked at again where a fault changes.
      const time = (times.get(unit) ?? 0) + 1
      times.set(unit, time)
      decisions.set(`${unit}\n${time}`, { at: place, event: record })
    }
  }
  if (header === undefined) throw new FaultlineError('invalid_journal', 'the journal cannot be compared: it is empty')
  return { header, state, decisions }
}

function unitOf({ proxy, fault, stream, connection, ordinal, key }: DecisionFact): string {
  const unit = key?.value === undefined ? `${connection.slice(0, 1)}${ordinal}` : JSON.stringify([key.value, key.nth])
  return [proxy, fault, stream ?? '', unit].join('\n')
}
