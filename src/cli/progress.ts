import type { RunView } from '../contract/wire.ts'
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
  #written = 0
  #drawn = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  update(run: RunView): void {
    const { stage } = run
    if (stage === undefined) return
    this.#write(run, this.#terminal.isTty ? stage.index : stage.index + 1)
    if (this.#terminal.isTty) this.#draw(this.#bar(run, stage.index, stage.elapsed_ms))
  }

  /** The last stage is over, or the run was ended in one; that one stays as far as it came. */
  end(run: RunView): void {
    const whole = run.status === 'completed' || run.status === 'inconclusive'
    if (whole) this.#write(run, run.stages.length)
    else if (this.#drawn) this.#terminal.out('')
  }

  /** A short stage can begin and end between two looks, so that several may be due. */
  #write(run: RunView, upTo: number): void {
    for (; this.#written < upTo; this.#written++) {
      const index = this.#written
      if (this.#terminal.isTty) {
        this.#draw(this.#bar(run, index, run.stages[index]?.duration_ms ?? 0))
        this.#terminal.out('')
        this.#drawn = false
      } else this.#terminal.out(this.#begins(run, index))
    }
  }

  #begins({ stages }: RunView, index: number): string {
    const stage = stages[index]
    if (stage === undefined) return ''
    return `stage ${index + 1}/${stages.length} ${plain(stage.name)} ${seconds(stage.duration_ms)} ${faultCount(stage.faults)}`
  }

  #bar({ stages }: RunView, index: number, elapsed: number): string {
    const stage = stages[index]
    if (stage === undefined) return ''
    const done = Math.min(1, stage.duration_ms === 0 ? 1 : elapsed / stage.duration_ms)
    const width = Math.max(...stages.map(({ name }) => name.length))
    const { paint, columns } = this.#terminal
    // A line that wraps cannot be drawn over.
    const room = Math.max(0, Math.min(BAR, columns - width - BESIDE_BAR))
    const filled = Math.round(done * room)
    return `${index + 1}/${stages.length} ${paint.bold(plain(stage.name).padEnd(width))} ${paint.cyan('#'.repeat(filled))}${paint.dim('.'.repeat(room - filled))} ${seconds(Math.round(done * stage.duration_ms))} of ${seconds(stage.duration_ms)}  ${faultCount(stage.faults)}`
  }

  /** Carriage return, erase the line, write: in one piece, so that nothing flickers. */
  #draw(line: string): void {
    this.#terminal.draw(`\r\u001b[2K${line}`)
    this.#drawn = true
  }
}

const faultCount = (count: number): string => (count === 0 ? 'no faults' : count === 1 ? '1 fault' : `${count} faults`)
