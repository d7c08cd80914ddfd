import type { Result } from './result.ts'
import type { Summary } from './statistics.ts'

function figure(value: number): string {
  const size = Math.abs(value)
  return size >= 1000
    ? Math.round(value).toString()
    : size >= 100
      ? value.toFixed(0)
      : size >= 10
        ? value.toFixed(1)
        : value.toFixed(size < 0.1 ? 3 : 2)
}

const withSpread = ({ median, low, high, samples }: Summary): string =>
  samples === 1 ? figure(median) : `${figure(median)} (${figure(low)}..${figure(high)})`

/** One line a figure: the median of each subject with its middle half, the ratio, the gate and how it went. */
export function table(results: readonly Result[]): string {
  const rows = results.map(({ measure, unit, subjects, ratio, gate, pass, skipped, note }) => [
    measure,
    unit,
    Object.entries(subjects)
      .map(([name, value]) => `${name} ${withSpread(value)}`)
      .join(', '),
    ratio === undefined ? '' : withSpread(ratio),
    gate === undefined ? '' : `${gate.of === 'ratio' ? 'ratio ' : ''}${gate.is} ${gate.limit}`,
    skipped === true ? 'skip' : pass === undefined ? '' : pass ? 'pass' : 'FAIL',
    note ?? '',
  ])
  const head = ['measure', 'unit', 'median (middle half)', 'ratio', 'gate', '', 'note']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
