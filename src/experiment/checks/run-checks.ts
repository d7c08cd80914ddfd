import { setMaxListeners } from 'node:events'
import type { CheckOutcome, CheckPhase, CheckView } from '../../contract/checks.ts'
import type { FactSink } from '../../contract/events.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import type { CheckRules, CheckTools, Found } from './check-kind.ts'
import { CheckRecord } from './check-record.ts'
import type { Result } from './check-record.ts'
import type { Check } from './check.ts'
import { needsBaseline } from './expectation.ts'
import type { TrafficWatch } from './traffic-watch.ts'

/** A baseline of what varies is the median of so many looks. */
const BASELINE_LOOKS = 5

/** Looks of all runs by what they found, since the boot. */
export type CheckCounts = { [outcome in CheckOutcome]: number }

/** What the checks of every run look with, by which rules, and what they count into. */
export interface CheckMeans extends Pick<CheckTools, 'prober' | 'commands'> {
  readonly rules: CheckRules
  readonly counts: CheckCounts
}

export interface RunChecksParts {
  readonly run: string
  readonly clock: Clock
  readonly sink: FactSink
  readonly means: CheckMeans
  readonly traffic: TrafficWatch
}

/** Why a phase did not go well. */
export interface Trouble {
  readonly outcome: 'failed' | 'no_data'
  readonly detail: string
}

/** The checks and stop conditions of one run, phase by phase. */
export class RunChecks {
  readonly #parts: RunChecksParts
  readonly #records: readonly CheckRecord[]
  readonly #timers = new Set<Timer>()
  /** Who waits until a check holds, by its name. */
  readonly #waiting = new Map<string, Set<() => void>>()
  /** Ends what is under way; made anew for each phase. */
  #abort = new AbortController()

  constructor(checks: readonly Check[], parts: RunChecksParts) {
    this.#parts = parts
    this.#records = checks.map((check) => new CheckRecord(check))
    // Traffic counts from the start of the run, not from the first look.
    for (const { check } of this.#records) if (isOfTraffic(check)) void this.#find(check)
  }

  has(phase: CheckPhase): boolean {
    return this.#records.some(({ check }) => check.phases.includes(phase))
  }

  /** Looks once, or as often as a baseline needs. @returns what did not hold; undefined when all did, or it was given up */
  async before(): Promise<Trouble | undefined> {
    const { signal } = this.#begin()
    const records = this.#of('before')
    await Promise.all(records.map((record) => this.#measure(record, signal)))
    return signal.aborted ? undefined : troubleOf(records, 'before', 'before anything was injected')
  }

  /** Looks until the phase ends. @param onEnd called at most once, in the turn in which the answer came */
  during(onEnd: (how: 'failed' | 'stopped', detail: string) => void): void {
    const { signal } = this.#begin()
    for (const record of this.#of('during')) this.#repeat(record, signal, onEnd)
  }

  /**
   * Looks until every check holds again, or its time is over.
   * @param healedAt undefined where the faults were left: then once is enough, and nothing recovers
   */
  async after(healedAt: number | undefined): Promise<Trouble | undefined> {
    const { signal } = this.#begin()
    if (healedAt !== undefined) this.#parts.traffic.forget()
    const records = this.#of('after')
    await Promise.all(records.map((record) => this.#recover(record, healedAt, signal)))
    return signal.aborted
      ? undefined
      : troubleOf(records, 'after', healedAt === undefined ? 'at the end' : 'after the heal')
  }

  /** Tells when a check holds during the stages, from the next look on. @returns ends it */
  watch(name: string, holds: () => void): () => void {
    const waiting = this.#waiting.get(name) ?? new Set()
    this.#waiting.set(name, waiting.add(holds))
    return () => void waiting.delete(holds)
  }

  /** Gives up what is under way: the phase settles at once. */
  close(): void {
    this.#abort.abort()
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  view(): readonly CheckView[] {
    return this.#records.map((record) => record.view())
  }

  #of(phase: CheckPhase): readonly CheckRecord[] {
    return this.#records.filter(({ check }) => check.phases.includes(phase))
  }

  #begin(): AbortController {
    this.close()
    this.#abort = new AbortController()
    // Every look listens to it; more than ten of them are no leak.
    setMaxListeners(0, this.#abort.signal)
    return this.#abort
  }

  async #measure(record: CheckRecord, signal: AbortSignal): Promise<void> {
    const { kind, attributes, expectations } = record.check
    await this.#pause(kind.warmUp?.(attributes as never) ?? 0, signal)
    const looks = kind.varies === true && expectations.some(needsBaseline) ? BASELINE_LOOKS : 1
    for (let look = 0; look < looks && !signal.aborted; look++) {
      const { outcome } = await this.#look(record, 'before', signal)
      record.phases.before = outcome
      if (outcome !== 'passed') return
    }
  }

  /** Looks at even times from now on; a look that takes too long leaves out the next. */
  #repeat(record: CheckRecord, signal: AbortSignal, onEnd: (how: 'failed' | 'stopped', detail: string) => void): void {
    const { clock } = this.#parts
    const { check, phases } = record
    const began = clock.now()
    let inARow = 0
    let looking = false
    const settle = ({ outcome, detail }: Result): void => {
      looking = false
      if (signal.aborted) return
      // While a stage waits until it holds, the stage says what becomes of it if it does not.
      const awaited = (this.#waiting.get(check.name)?.size ?? 0) > 0
      const counts = (outcome === 'failed' && !awaited) || outcome === 'met'
      if (outcome !== 'no_data') inARow = counts ? inARow + 1 : 0
      const decides = counts && inARow >= check.failures
      // A failure that does not count (yet), or a look at nothing, takes nothing away from what passed.
      if (decides || outcome === 'passed' || outcome === 'not_met') phases.during = outcome
      else if (outcome === 'no_data') phases.during ??= outcome
      if (!decides) return
      this.close()
      if (outcome === 'met') onEnd('stopped', `stop condition ${check.name} was met: ${told(record)}`)
      else onEnd('failed', `check ${check.name} failed during the run: ${detail ?? ''}`)
    }
    const tick = (n: number): void => {
      this.#at(began + n * check.everyMs, () => {
        // After a loop that stood still there may be several that are due: one look will do.
        tick(Math.max(n, Math.floor((clock.now() - began) / check.everyMs)) + 1)
        if (looking) return
        looking = true
        this.#start(record, 'during', signal, settle)
      })
    }
    tick(1)
  }

  async #recover(record: CheckRecord, healedAt: number | undefined, signal: AbortSignal): Promise<void> {
    const { clock, sink, run } = this.#parts
    const { check, phases } = record
    const wanted = healedAt === undefined ? 1 : check.successes
    const deadline = healedAt === undefined ? clock.now() : healedAt + check.recoverMs
    let holdsSince = 0
    for (let inARow = 0; ;) {
      const began = clock.now()
      const { outcome } = await this.#look(record, 'after', signal)
      if (signal.aborted) return
      phases.after = outcome
      if (outcome === 'passed' && inARow++ === 0) holdsSince = clock.now()
      if (outcome !== 'passed') inARow = 0
      if (inARow >= wanted) break
      // A row that began in time may be finished; nothing new is begun.
      if (inARow === 0 && clock.now() >= deadline) return
      await this.#pause(Math.max(0, began + check.everyMs - clock.now()), signal)
      if (signal.aborted) return
    }
    if (healedAt === undefined) return
    record.recoveryMs = Math.round(holdsSince - healedAt)
    sink.emit({ type: 'check_recovered', run, check: check.name, recovery_ms: record.recoveryMs })
  }

  #look(record: CheckRecord, phase: CheckPhase, signal: AbortSignal): Promise<Result> {
    return new Promise((resolve) => this.#start(record, phase, signal, resolve))
  }

  /** In the same turn where what it looks at is at hand. */
  #start(record: CheckRecord, phase: CheckPhase, signal: AbortSignal, settle: (result: Result) => void): void {
    const take = (found: Found): void => settle(this.#take(record, phase, found, signal))
    const found = this.#find(record.check, signal)
    if (found instanceof Promise) found.then(take, (error: unknown) => take(unable(error)))
    else take(found)
  }

  #find({ kind, attributes, timeoutMs }: Check, signal = this.#abort.signal): Promise<Found> | Found {
    const { means, traffic } = this.#parts
    const { prober, commands } = means
    const tools: CheckTools = { prober, commands, observed: traffic.observed, faulted: traffic.faulted }
    return kind.look(attributes as never, tools, { timeoutMs, signal })
  }

  #take(record: CheckRecord, phase: CheckPhase, found: Found, signal: AbortSignal): Result {
    const { clock, sink, run, means } = this.#parts
    const before = record.last?.outcome
    const result = record.take(phase, found, clock.wall())
    if (signal.aborted) return result
    means.counts[result.outcome]++
    const { name, role } = record.check
    if (phase === 'during' && result.outcome === 'passed') for (const holds of this.#waiting.get(name) ?? []) holds()
    // A stop condition that is not met is looked at ten times a second: only its changes are worth a record.
    if (role === 'stop_when' && before === result.outcome) return result
    const { outcome, values, detail } = result
    sink.emit({
      type: 'check',
      run,
      check: name,
      role,
      phase,
      outcome,
      values,
      ...(detail === undefined ? {} : { detail }),
    })
    return result
  }

  #at(due: number, fn: () => void): Timer {
    const timer = this.#parts.clock.at(due, () => {
      this.#timers.delete(timer)
      fn()
    })
    this.#timers.add(timer)
    return timer
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms === 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
      this.#at(this.#parts.clock.now() + ms, done)
    })
  }
}

/** A look answers, whatever happens: a bug in one must not leave the run waiting. */
const unable = (error: unknown): Found => ({
  values: {},
  missing: { because: 'no_answer', why: `the look could not be taken: ${String(error)}` },
})

const isOfTraffic = ({ kind }: Check): boolean => kind.watches === true

function troubleOf(records: readonly CheckRecord[], phase: CheckPhase, when: string): Trouble | undefined {
  const wrong = records.filter(({ phases }) => phases[phase] !== 'passed')
  if (wrong.length === 0) return undefined
  const failed = wrong.some(({ phases }) => phases[phase] === 'failed')
  const detail = wrong.map(
    ({ check, last }) => `check ${check.name} ${failed ? 'failed' : 'had no data'} ${when}: ${last?.detail ?? ''}`,
  )
  return { outcome: failed ? 'failed' : 'no_data', detail: detail.join('; ') }
}

const told = ({ check, last }: CheckRecord): string =>
  `${check.expectations.map(({ text }) => text).join(' and ')}; found ${JSON.stringify(last?.values ?? {})}`
