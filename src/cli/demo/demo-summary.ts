import type { RunView } from '../../contract/run-wire.ts'
import { countText } from '../count-text.ts'
import type { Terminal } from '../terminal.ts'
import { milliseconds } from './demo-table.ts'

/** What each fault was asked to do and did, and how it all ended. */
export function summaryLines({ paint }: Terminal, run: RunView): string[] {
  const head = ['stage', 'proxy', 'fault', 'connections', 'acted on', 'asked', 'achieved']
  const rows = run.faults.map((fault) => [
    fault.stage,
    fault.proxy,
    fault.kind,
    countText(fault.seen),
    countText(fault.applied),
    milliseconds(fault.asked_ms_mean),
    milliseconds(fault.achieved_ms_mean),
  ])
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  const ok = run.status === 'completed' && run.healed === true
  const end = `${run.status}, ${run.healed === true ? 'healed: no fault is left, every listener is back' : 'NOT healed'}`
  return [
    '',
    ` ${paint.bold('What each fault was asked to do, and did')}`,
    `   ${paint.dim(line(head))}`,
    ...rows.map((row) => `   ${line(row)}`),
    '',
    ` ${ok ? paint.green(end) : paint.red(end)}${run.detail === undefined ? '' : ` (${run.detail})`}`,
    paint.dim(` The same seed breaks the same connections: faultline demo --seed ${run.seed}`),
    paint.dim(' Next: faultline serve, then faultline profile list'),
    '',
  ]
}
