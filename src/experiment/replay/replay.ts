import { FaultlineError } from '../../contract/errors.ts'
import type { DecisionFact, JournalEvent } from '../../contract/events.ts'
import type { JournalGap, JournalHeader } from '../../contract/journal.ts'
import type { Redecided, Redecider } from '../../contract/redecider.ts'
import type { Divergence, ReplayView } from '../../contract/replay.ts'
import { hideSecrets } from '../journals/hide-secrets.ts'
import type { Placed } from '../journals/read-journal.ts'
import type { Plan } from '../plan.ts'
import { placedFaults, planDifference, stageDifference } from './describe-difference.ts'
import { recompile } from './recompile.ts'
import type { Instead } from './recompile.ts'
import { ReplayStages } from './replay-stages.ts'

/**
 * Takes every decision of a journal again, from its header alone, and names the first that comes to something else.
 * @param instead what is tried in the place of the journal's own profile or seed
 * @throws FaultlineError journal_incomplete, invalid_journal, and as reading and compiling a profile do
 */
export async function replay(
  records: AsyncIterable<Placed>,
  redecider: Redecider,
  instead: Instead = {},
): Promise<ReplayView> {
  let work: Replay | undefined
  let place = ''
  for await (const { record, place: at } of records) {
    place = at
    if (record.type === 'journal') work ??= new Replay(record, redecider, instead)
    else if (record.type === 'journal_gap') requireFacts(record, at)
    else if (record.type === 'journal_end') work?.end(record.state)
    else work?.take(record, at)
    if (work?.divergence !== undefined) break
  }
  if (work === undefined) throw new FaultlineError('invalid_journal', 'the journal cannot be replayed: it is empty')
  return work.view(place)
}

/** @throws FaultlineError journal_incomplete */
export function requireFacts({ facts, from, to }: JournalGap, at: string): void {
  if (facts === 0) return
  const detail = `cannot replay beyond ${at}: ${facts} facts are missing from the journal, among the events ${from} to ${to}`
  throw new FaultlineError('journal_incomplete', detail)
}

class Replay {
  readonly #header: JournalHeader
  readonly #was: Plan
  readonly #is: Plan
  readonly #stages: ReplayStages
  readonly #redecider: Redecider
  /** Those of either plan: decisions of others are none of the run's. */
  readonly #ours: ReadonlySet<string>
  #same = 0
  #hidden = 0
  #journal: 'complete' | 'interrupted' = 'interrupted'
  divergence: Divergence | undefined

  constructor(header: JournalHeader, redecider: Redecider, { written, seed }: Instead) {
    this.#header = header
    this.#redecider = redecider
    this.#was = recompile(header)
    const shown = written && hideSecrets(written, new Set(header.secret)).shown
    this.#is = written === undefined && seed === undefined ? this.#was : recompile(header, { written: shown, seed })
    this.#stages = new ReplayStages(this.#is, redecider)
    const faults = [this.#was, this.#is].flatMap(({ stages }) => stages.flatMap(placedFaults))
    this.#ours = new Set(faults.map(({ proxy, fault }) => `${proxy}\n${fault.name}`))
  }

  end(state: 'complete' | 'incomplete' | 'interrupted'): void {
    if (state === 'complete') this.#journal = 'complete'
    if (state !== 'incomplete') return
    throw new FaultlineError(
      'journal_incomplete',
      `cannot replay ${this.#header.run}: facts are missing from its journal`,
    )
  }

  take(event: JournalEvent, at: string): void {
    if (event.type === 'stage_started' && event.run === this.#header.run) {
      const what = stageDifference(this.#was.stages[event.index], this.#is.stages[event.index])
      if (what !== undefined) return this.#diverge(event, at, what)
      return this.#stages.begin(event)
    }
    if (event.type === 'stage_ended' && event.run === this.#header.run) return this.#stages.end(event.index)
    this.#stages.settle()
    if (event.type === 'connection_closed') this.#redecider.forget(event.proxy, event.connection)
    if (event.type === 'decision' && this.#ours.has(`${event.proxy}\n${event.fault}`)) this.#decide(event, at)
  }

  #decide(event: DecisionFact & JournalEvent, at: string): void {
    if (event.key?.header !== undefined && event.key.value === undefined) {
      this.#hidden++
      return
    }
    const about = `${event.fault} on proxy ${event.proxy}, about ${event.connection}${this.#stages.where}`
    const moved = this.#stages.move(event)
    if (moved !== undefined) return this.#diverge(event, at, `${about}: ${moved}`)
    const again = this.#redecider.decide(event)
    const why = again === undefined ? 'it decides nothing there now' : difference(event, again)
    if (why === undefined) this.#same++
    else this.#diverge(event, at, `${about}: ${why}`)
  }

  #diverge({ id }: JournalEvent, at: string, what: string): void {
    this.divergence ??= { at, event: id, what }
  }

  view(at: string): ReplayView {
    const { run } = this.#header
    const whole = planDifference(this.#was, this.#is)
    const divergence = this.divergence ?? (whole === undefined ? undefined : { at, what: whole })
    return {
      run,
      profile: this.#is.profile,
      seed: this.#is.seed,
      how: 'taken_again',
      same: this.#same,
      hidden: this.#hidden,
      only_before: 0,
      only_now: 0,
      ...(this.divergence === undefined ? { journal: this.#journal } : {}),
      ...(divergence === undefined ? {} : { divergence }),
    }
  }
}

/** What of a decision is not what it was. */
export function difference(was: Partial<Redecided>, is: Redecided): string | undefined {
  if (was.draw !== is.draw) return `the draw was ${was.draw} and is ${is.draw}`
  const [from, to] = was.acts ?? is.acts
  if (from !== is.acts[0] || to !== is.acts[1])
    return `it acted from ${from} to below ${to}, and acts from ${is.acts[0]} to below ${is.acts[1]}`
  return was.outcome === is.outcome ? undefined : `the outcome was ${was.outcome} and is ${is.outcome}`
}
