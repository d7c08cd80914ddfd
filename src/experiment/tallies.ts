import type { RunView } from '../contract/run-wire.ts'
import type { PlannedFault, PlannedStage } from './plan.ts'
import { Tally } from './tally.ts'
import type { TallyRow } from './tally.ts'
import type { RunRegistry } from './run-parts.ts'

/** Rows of one run; what its further faults did is summed up by kind. */
const MOST_ROWS = 2000

const OTHERS = '(others)'

type Row = { -readonly [field in keyof TallyRow]: TallyRow[field] }

/** What the faults of a run did, by stage. The repetitions of a stage are summed up. */
export class Tallies {
  /** Of stages that have ended. */
  readonly #rows = new Map<string, Row>()
  readonly #open = new Map<PlannedStage, readonly Tally[]>()

  /** Called before the faults of the stage are attached. */
  open(stage: PlannedStage, planned: readonly PlannedFault[], registry: Pick<RunRegistry, 'find'>): void {
    const tallies = planned.map((one) => {
      const { plane, spec } = registry.find(one.proxy) ?? {}
      return new Tally(stage.name, one, () => plane?.fault(one.fault.name), spec?.plane === undefined)
    })
    this.#open.set(stage, tallies)
  }

  /** Called before the faults of the stage go: their counts go with them. */
  close(stage: PlannedStage): void {
    for (const tally of this.#open.get(stage) ?? []) addTo(this.#rows, tally.row())
    this.#open.delete(stage)
  }

  read(): RunView['faults'] {
    const rows = new Map([...this.#rows].map(([key, row]) => [key, { ...row }]))
    for (const tallies of this.#open.values()) for (const tally of tallies) addTo(rows, tally.row())
    return [...rows.values()].map(({ asked, achieved, dry, ...row }) => ({
      ...row,
      ...(dry === 0 ? {} : { would_apply: dry }),
      ...(asked.count === 0 ? {} : { asked_ms_mean: mean(asked) }),
      ...(achieved.count === 0 ? {} : { achieved_ms_mean: mean(achieved) }),
    }))
  }

  /** Whether any fault acted on anything. */
  get applied(): boolean {
    return this.read().some(({ applied }) => applied !== null && applied > 0)
  }

  /** Whether of any fault it is not known what it did. */
  get untold(): boolean {
    return this.read().some(({ applied }) => applied === null)
  }
}

function addTo(rows: Map<string, Row>, row: TallyRow): void {
  let key = [row.stage, row.proxy, row.fault, row.kind].join('\n')
  let one = row
  if (!rows.has(key) && rows.size >= MOST_ROWS) {
    key = row.kind
    one = { ...row, stage: OTHERS, proxy: OTHERS, fault: OTHERS }
  }
  const there = rows.get(key)
  if (there === undefined) return void rows.set(key, { ...one })
  there.seen = sumOf(there.seen, one.seen)
  there.applied = sumOf(there.applied, one.applied)
  there.dry += one.dry
  there.asked = sum(there.asked, one.asked)
  there.achieved = sum(there.achieved, one.achieved)
}

/** What is not known of a part is not known of the whole. */
const sumOf = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

type Sums = TallyRow['asked']

const sum = (a: Sums, b: Sums): Sums => ({ sum: a.sum + b.sum, count: a.count + b.count })
const mean = ({ sum: total, count }: Sums): number => Math.round((total / count) * 1000) / 1000
