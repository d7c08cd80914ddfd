import type { Terminal } from '../terminal.ts'

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
/** Back to the first line of the block, and clear from there on. */
const rewind = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\u001b[J`)

/** Lines that are drawn over again in place. One write per picture, so that nothing flickers. */
export class LiveBlock {
  readonly #terminal: Terminal
  #shown = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show(lines: readonly string[]): void {
    const before = this.#shown === 0 ? HIDE_CURSOR : ''
    this.#terminal.out(`${before}${rewind(this.#shown)}${lines.join('\n')}`)
    this.#shown = lines.length
  }

  /** Leaves the last picture standing. */
  end(): void {
    if (this.#shown > 0) this.#terminal.out(SHOW_CURSOR)
    this.#shown = 0
  }
}
