import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'

/** Where a command writes, and how. */
export interface Terminal {
  readonly isTty: boolean
  readonly columns: number
  readonly paint: ReturnType<typeof pc.createColors>
  out(text: string): void
  /** As it is, without a line end; for what is drawn over. */
  draw(text: string): void
  err(text: string): void
}

const DEFAULT_COLUMNS = 100

export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  // `faultline events | head`: the reader has seen enough.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    isTty: stdout.isTTY === true,
    columns: stdout.columns ?? DEFAULT_COLUMNS,
    paint: pc.createColors(
      stdout.isTTY === true && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb',
    ),
    out: (text) => stdout.write(`${text}\n`),
    draw: (text) => stdout.write(text),
    err: (text) => stderr.write(`${text}\n`),
  }
}

/** What came over the network must not steer the terminal, nor make two cells or lines of one. */
export const plain = (text: string): string => stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ')

/** Rows under a head on a terminal; in a pipe the same cells with tabs between, and no head. */
export function printTable(terminal: Terminal, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const cells = rows.map((row) => row.map((cell) => plain(cell)))
  if (!terminal.isTty) {
    for (const row of cells) terminal.out(row.join('\t'))
    return
  }
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')
  terminal.out(terminal.paint.bold(line(head)))
  for (const row of cells) terminal.out(line(row))
}

/** Names and values, one pair a line. */
export function printFields(terminal: Terminal, fields: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(...fields.map(([name]) => name.length))
  for (const [name, value] of fields) {
    const cell = plain(value)
    terminal.out(terminal.isTty ? `${terminal.paint.bold(name.padEnd(width))}  ${cell}` : `${name}\t${cell}`)
  }
}
