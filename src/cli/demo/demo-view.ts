import type { Terminal } from '../terminal.ts'
import { stageLines, tableHead } from './demo-table.ts'
import type { StageRow } from './demo-table.ts'
import { LiveBlock } from './live-block.ts'

/** How the demo shows its stages while they pass. */
export interface DemoView {
  /** Called often. */
  show(rows: readonly StageRow[]): void
  end(rows: readonly StageRow[]): void
}

/** The block must fit, or the lines above it could not be reached to be drawn again. */
const LIVE_COLUMNS = 80
const LIVE_ROWS = 20

export function demoView(terminal: Terminal, services: readonly string[], screenRows: number): DemoView {
  const roomy = terminal.columns >= LIVE_COLUMNS && screenRows >= LIVE_ROWS
  return terminal.isTty && roomy ? new LiveView(terminal, services) : new LineView(terminal, services)
}

/** A table that is drawn again in place. */
class LiveView implements DemoView {
  readonly #terminal: Terminal
  readonly #services: readonly string[]
  readonly #block: LiveBlock

  constructor(terminal: Terminal, services: readonly string[]) {
    this.#terminal = terminal
    this.#services = services
    this.#block = new LiveBlock(terminal)
  }

  show(rows: readonly StageRow[]): void {
    const { paint, columns } = this.#terminal
    this.#block.show([tableHead(paint, this.#services), ...rows.flatMap((row) => stageLines(row, paint, columns))])
  }

  end(rows: readonly StageRow[]): void {
    this.show(rows)
    this.#block.end()
  }
}

/** The lines of each stage, once it is over. */
class LineView implements DemoView {
  readonly #terminal: Terminal
  #done = 0

  constructor(terminal: Terminal, services: readonly string[]) {
    this.#terminal = terminal
    terminal.out(tableHead(terminal.paint, services))
  }

  show(rows: readonly StageRow[]): void {
    const { paint, columns, out } = this.#terminal
    for (const [index, row] of rows.entries()) {
      if (index !== this.#done || row.state !== 'done') continue
      this.#done++
      for (const line of stageLines(row, paint, columns)) out(line)
    }
  }

  end(rows: readonly StageRow[]): void {
    this.show(rows)
  }
}
