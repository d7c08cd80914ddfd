import type { CheckOutcome, CheckPhase, CheckValues, CheckView } from '../../contract/checks.ts'
import type { Json } from '../../kernel/json.ts'
import { isoTime } from '../../kernel/iso-time.ts'
import type { Found } from './check-kind.ts'
import { describeCheck } from './check.ts'
import type { Check } from './check.ts'
import { needsBaseline } from './expectation.ts'
import { judgeExpectation, valuesOf } from './judge-expectation.ts'
import type { Baseline, Judged } from './judge-expectation.ts'

/** What one look came to. */
export interface Result {
  readonly phase: CheckPhase
  readonly outcome: CheckOutcome
  readonly values: CheckValues
  readonly detail: string | undefined
}

/** How a check went so far. */
export class CheckRecord {
  readonly check: Check
  readonly phases: { [phase in CheckPhase]?: CheckOutcome } = {}
  readonly #counts: { [outcome in CheckOutcome]?: number } = {}
  readonly #samples = new Map<string, number[]>()
  #last: (Result & { readonly wall: number }) | undefined
  recoveryMs: number | undefined

  constructor(check: Check) {
    this.check = check
  }

  get last(): Result | undefined {
    return this.#last
  }

  /** Judges what a look found. */
  take(phase: CheckPhase, found: Found, wall: number): Result {
    const result = judge(this.check, phase, found, this.#baseline())
    this.#counts[result.outcome] = (this.#counts[result.outcome] ?? 0) + 1
    if (phase === 'before') this.#sample(found)
    this.#last = { ...result, wall }
    return result
  }

  #sample(found: Found): void {
    for (const { subject } of this.check.expectations.filter(needsBaseline)) {
      const values = valuesOf(subject, found)
      if (typeof values !== 'string' && typeof values[0] === 'number')
        this.#samples.set(subject.name, [...(this.#samples.get(subject.name) ?? []), values[0]])
    }
  }

  #baseline(): Baseline {
    return new Map([...this.#samples].map(([name, values]) => [name, median(values)]))
  }

  view(): CheckView {
    const last = this.#last
    const baseline = this.#baseline()
    return {
      ...describeCheck(this.check),
      phases: { ...this.phases },
      counts: { ...this.#counts },
      ...(last === undefined
        ? {}
        : {
            last: {
              at: isoTime(last.wall),
              phase: last.phase,
              outcome: last.outcome,
              values: last.values,
              ...(last.detail === undefined ? {} : { detail: last.detail }),
            },
          }),
      ...(baseline.size === 0 ? {} : { baseline: Object.fromEntries(baseline) }),
      ...(this.recoveryMs === undefined ? {} : { recovery_ms: this.recoveryMs }),
    }
  }
}

function judge({ role, expectations }: Check, phase: CheckPhase, found: Found, baseline: Baseline): Result {
  const values: { [name: string]: CheckValues[string] } = {}
  const judged = expectations.map((expectation): Judged => {
    const one = judgeExpectation(expectation, found, baseline)
    if (one.value !== undefined) values[expectation.subject.name] = shown(one.value)
    // Before, it is the baseline that is measured: any number will do.
    const measures = phase === 'before' && needsBaseline(expectation) && typeof one.value === 'number'
    return measures ? { outcome: 'holds', value: one.value as number } : one
  })
  const fails = judged.find(({ outcome }) => outcome === 'fails')
  const lacks = judged.find(({ outcome }) => outcome === 'no_data')
  if (role === 'stop_when') {
    const met = fails === undefined && lacks === undefined
    return { phase, outcome: met ? 'met' : 'not_met', values, detail: undefined }
  }
  const outcome = fails !== undefined ? 'failed' : lacks !== undefined ? 'no_data' : 'passed'
  return { phase, outcome, values, detail: (fails ?? lacks)?.why }
}

const LONGEST_TEXT = 200

/** What is long or nested is not kept: results stand in views and journals. */
function shown(value: Json): CheckValues[string] {
  if (typeof value === 'number') return Math.round(value * 1000) / 1000
  if (typeof value === 'boolean' || value === null) return value
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
