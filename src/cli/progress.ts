import type { RunView } from '../contract/run-wire.ts'
import { checksInBrief } from './check-table.ts'
import { plain, type Terminal } from './terminal.ts'

const BAR = 24
/** Counts, times and faults, at their longest. */
const BESIDE_BAR = 48

/** 1500 as 1.5s, 90000 as 1m30s. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)}s`
  const rest = Math.round((ms % 60_000) / 1000)
  return `${Math.floor(ms / 60_000)}m${rest === 0 ? '' : `${rest}s`}`
}

/** What a run is doing: one line for each stage, redrawn in place on a terminal, written when it begins elsewhere. */
export class Progress {
  readonly #terminal: Terminal
  /** Stages whose line is written for good. */
  readonly #written = new Set<number>()
  #drawn = false
  /** What each check found last. */
  readonly #outcomes = new Map<string, string>()
  #phase: RunView['phase']

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  update(run: RunView): void {
    this.#tellChecks(run)
    const { stage, phase } = run
    if (stage === undefined) {
      if (phase === 'before' || phase === 'after') this.#tellPhase(run, phase)
      return
    }
    this.#write(run, dueOf(run, this.#terminal.isTty))
    if (this.#terminal.isTty) this.#draw(this.#bar(run, stage.index, stage.elapsed_ms))
  }

  /** The last stage is over, or the run was ended in one; that one stays as far as it came. */
  end(run: RunView): void {
    // Where a check before had no data no stage ever began, and there are no faults to tell of.
    const whole = run.status === 'completed' || (run.status === 'inconclusive' && run.faults.length > 0)
    if (whole) this.#write(run, run.stages.keys())
    else if (this.#drawn) this.#endLine()
    this.#tellChecks(run)
  }

  /** A line for each check that finds something else than before. */
  #tellChecks({ checks }: RunView): void {
    for (const { name, role, last } of checks) {
      const before = this.#outcomes.get(name)
      if (last === undefined || last.outcome === (before ?? 'not_met')) continue
      this.#outcomes.set(name, last.outcome)
      if (this.#drawn) this.#endLine()
      const what = role === 'stop_when' ? 'stop condition' : 'check'
      const why = last.detail === undefined ? '' : `: ${plain(last.detail)}`
      this.#terminal.out(`${what} ${plain(name)} ${last.outcome.replace('_', ' ')}${why}`)
    }
  }

  #tellPhase(run: RunView, phase: 'before' | 'after'): void {
    const what = phase === 'before' ? 'looking before anything is injected' : 'looking whether all holds again'
    if (phase === 'after' && this.#phase !== phase) {
      // Stages behind a check that ended the run never began.
      if (!wasCut(run)) this.#write(run, run.stages.keys())
      else if (this.#drawn) this.#endLine()
    }
    if (this.#terminal.isTty) this.#draw(`${what}: ${checksInBrief(run)}`)
    else if (this.#phase !== phase) this.#terminal.out(what)
    this.#phase = phase
  }

  #endLine(): void {
    this.#terminal.out('')
    this.#drawn = false
  }

  /** A short stage can begin and end between two looks, so that several may be due. */
  #write(run: RunView, stages: Iterable<number>): void {
    for (const index of stages) {
      if (this.#written.has(index)) continue
      this.#written.add(index)
      if (this.#terminal.isTty) {
        this.#draw(this.#bar(run, index, run.stages[index]?.duration_ms ?? 0))
        this.#endLine()
      } else this.#terminal.out(this.#begins(run, index))
    }
  }

  #begins({ stages }: RunView, index: number): string {
    const stage = stages[index]
    if (stage === undefined) return ''
    return `stage ${index + 1}/${stages.length} ${plain(labelOf(stage))} ${seconds(stage.duration_ms)} ${faultCount(stage.faults)}`
  }

  #bar({ stages }: RunView, index: number, elapsed: number): string {
    const stage = stages[index]
    if (stage === undefined) return ''
    const done = Math.min(1, stage.duration_ms === 0 ? 1 : elapsed / stage.duration_ms)
    const width = Math.max(...stages.map((one) => labelOf(one).length))
    const { paint, columns } = this.#terminal
    // A line that wraps cannot be drawn over.
    const room = Math.max(0, Math.min(BAR, columns - width - BESIDE_BAR))
    const filled = Math.round(done * room)
    return `${index + 1}/${stages.length} ${paint.bold(plain(labelOf(stage)).padEnd(width))} ${paint.cyan('#'.repeat(filled))}${paint.dim('.'.repeat(room - filled))} ${seconds(Math.round(done * stage.duration_ms))} of ${seconds(stage.duration_ms)}  ${faultCount(stage.faults)}`
  }

  /** Carriage return, erase the line, write: in one piece, so that nothing flickers. */
  #draw(line: string): void {
    this.#terminal.draw(`\r\u001b[2K${line}`)
    this.#drawn = true
  }
}

const wasCut = ({ checks }: RunView): boolean =>
  checks.some(({ phases: { during } }) => during === 'failed' || during === 'met')

const faultCount = (count: number): string => (count === 0 ? 'no faults' : count === 1 ? '1 fault' : `${count} faults`)

/** A stage with its lane, and which of its repetitions it is. */
const labelOf = ({ name, lane, repetition }: RunView['stages'][number]): string =>
  (lane === undefined ? name : `${lane}/${name}`) + (repetition === undefined ? '' : ` #${repetition}`)

/** Stages that are over, in their lane or before all lanes; elsewhere than on a terminal, those that have begun too. */
function dueOf({ stage, lanes, stages }: RunView, isTty: boolean): number[] {
  const present = lanes ?? (stage === undefined ? [] : [stage])
  const first = Math.min(...present.map(({ index }) => index))
  return [...stages.keys()].filter((at) => {
    if (at < first) return true
    const here = present.find(({ lane }) => lane === stages[at]?.lane)
    return here !== undefined && (at < here.index || (!isTty && at === here.index))
  })
}
