import type { CheckOutcome, CheckPhase, CheckView } from '../../contract/checks.ts'
import type { JournalEvent } from '../../contract/events.ts'
import type { JournalHeader } from '../../contract/journal.ts'
import type { RunView } from '../../contract/run-wire.ts'
import type { Check } from '../checks/check.ts'
import { recompile } from '../replay/recompile.ts'

interface FaultRow {
  readonly stage: string
  readonly proxy: string
  readonly fault: string
  readonly kind: string
  seen: number
  applied: number
}

type CheckEvent = Extract<JournalEvent, { type: 'check' }>

interface Looks {
  readonly counts: { [outcome in CheckOutcome]?: number }
  readonly phases: { [phase in CheckPhase]?: CheckOutcome }
  readonly last: CheckEvent
}

/** How a run stood when its daemon ended, as far as its journal tells. */
export class InterruptedView {
  readonly #header: JournalHeader
  #last: string
  #stage = '-'
  readonly #faults = new Map<string, FaultRow>()
  readonly #looks = new Map<string, Looks>()

  constructor(header: JournalHeader) {
    this.#header = header
    this.#last = header.started_at
  }

  see(event: JournalEvent): void {
    this.#last = event.at
    if (event.type === 'stage_started') this.#stage = event.stage
    if (event.type === 'check') this.#look(event)
    if (event.type !== 'decision' || !event.fault.startsWith(`${this.#header.profile}.`)) return
    const { proxy, fault, kind, outcome } = event
    const key = `${this.#stage}\n${proxy}\n${fault}`
    const row = this.#faults.get(key) ?? { stage: this.#stage, proxy, fault, kind, seen: 0, applied: 0 }
    this.#faults.set(key, row)
    row.seen++
    if (outcome === 'applied') row.applied++
  }

  #look(event: CheckEvent): void {
    const { check, phase, outcome } = event
    const { counts, phases }: Omit<Looks, 'last'> = this.#looks.get(check) ?? { counts: {}, phases: {} }
    this.#looks.set(check, { counts, phases, last: event })
    counts[outcome] = (counts[outcome] ?? 0) + 1
    phases[phase] = outcome
  }

  /** @param left what of the machine could not be given back */
  view(left: readonly string[]): RunView {
    const { run, profile, seed, parameters, started_at, max_duration_ms, stages, rollback, dry_run } = this.#header
    return {
      id: run,
      profile,
      seed,
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      status: 'aborted',
      ...(dry_run ? { dry_run: true as const } : {}),
      started_at,
      max_duration_ms,
      ended_at: this.#last,
      stages,
      // What it had attached was in the memory of the daemon, and went with it.
      healed: left.length === 0,
      heal: { verified: left.length === 0, ms: 0, left },
      rollback,
      detail: ['the daemon ended while it went on, and its faults with it', ...left].join('; '),
      checks: this.#checks(),
      faults: [...this.#faults.values()],
    }
  }

  #checks(): readonly CheckView[] {
    try {
      return recompile(this.#header).checks.map((check) => checkView(check, this.#looks.get(check.name)))
    } catch {
      // Another version may have written the profile in words that this one does not know.
      return []
    }
  }
}

function checkView(check: Check, looks: Looks | undefined): CheckView {
  const { name, role, kind, attributes, expectations } = check
  const { counts = {}, phases = {}, last } = looks ?? {}
  return {
    name,
    role,
    kind: kind.kind,
    looks_at: kind.describe(attributes as never),
    expects: expectations.map(({ text }) => text),
    phases,
    counts,
    ...(last === undefined
      ? {}
      : {
          last: {
            at: last.at,
            phase: last.phase,
            outcome: last.outcome,
            values: last.values,
            ...(last.detail === undefined ? {} : { detail: last.detail }),
          },
        }),
  }
}
