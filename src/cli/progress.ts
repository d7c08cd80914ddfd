import type { RunView } from '../contract/wire.ts'
import { plain, type Terminal } from './terminal.ts'

const BAR = 24

/** 1500 as 1.5s, 90000 as 1m30s. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)}s`
  const rest = Math.round((ms % 60_000) / 1000)
  return `${Math.floor(ms / 60_000)}m${rest === 0 ? '' : `${rest}s`}`
}

/** What a run is doing: one line for each stage, redrawn in place on a terminal, written when it begins elsewhere. */
export class Progress {
  readonly #terminal: Terminal
  #index = -1
  #drawn = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  update(run: RunView): void {
    const { stage } = run
    if (stage === undefined) return
    if (stage.index !== this.#index) {
      this.#finish(run)
      this.#index = stage.index
      if (!this.#terminal.isTty) this.#terminal.out(this.#begins(run, stage.index))
    }
    if (this.#terminal.isTty) this.#draw(this.#bar(run, stage.index, stage.elapsed_ms))
  }

  /** The last stage is over, or the run was ended in it. */
  end(run: RunView): void {
    if (this.#drawn) this.#draw('')
    this.#finish(run)
  }

  #finish(run: RunView): void {
    // A short stage can begin and end between two looks.
    const { stages } = run
    const upTo = run.stage?.index ?? (run.status === 'completed' ? stages.length : this.#index + 1)
    if (!this.#terminal.isTty) {
      for (let index = this.#index + 1; index < upTo; index++) this.#terminal.out(this.#begins(run, index))
      return
    }
    for (let index = Math.max(this.#index, 0); index < upTo; index++) {
      this.#draw(this.#bar(run, index, stages[index]?.duration_ms ?? 0))
      this.#terminal.out('')
      this.#drawn = false
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
    const filled = Math.round(done * BAR)
    const width = Math.max(...stages.map(({ name }) => name.length))
    const { paint } = this.#terminal
    return `${index + 1}/${stages.length} ${paint.bold(plain(stage.name).padEnd(width))} ${paint.cyan('#'.repeat(filled))}${paint.dim('.'.repeat(BAR - filled))} ${seconds(Math.round(done * stage.duration_ms))} of ${seconds(stage.duration_ms)}  ${faultCount(stage.faults)}`
  }

  /** Carriage return, erase the line, write: in one piece, so that nothing flickers. */
  #draw(line: string): void {
    this.#terminal.draw(`\r\u001b[2K${line}`)
    this.#drawn = line !== ''
  }
}

const faultCount = (count: number): string => (count === 0 ? 'no faults' : count === 1 ? '1 fault' : `${count} faults`)
