import type { Terminal } from '../terminal.ts'
import type { StageStats } from './stage-stats.ts'

/** One stage of the demo as the table shows it. */
export interface StageRow {
  readonly name: string
  readonly state: 'to come' | 'now' | 'done'
  /** How much of its time is gone, 0 to 1. */
  readonly progress: number
  /** What is done to the traffic, one line per fault; undefined until the stage begins. */
  readonly faults: readonly string[] | undefined
  /** Over all services. */
  readonly stats: StageStats
  readonly services: readonly { readonly name: string; readonly stats: StageStats }[]
}

type Paint = Terminal['paint']

const MARKS = { 'to come': '·', now: '▸', done: '✓' }
const NAME_CELLS = 10
const COUNT_CELLS = 9
const TIME_CELLS = 10
const BAR_CELLS = 8
const INDENT = '     '

const right = (text: string, cells: number): string => text.padStart(cells)

/** Few digits where they say nothing: 0.8 ms, 21 ms, 1003 ms. */
export const milliseconds = (ms: number | undefined): string =>
  ms === undefined ? '-' : `${ms < 9.95 ? ms.toFixed(1) : Math.round(ms)} ms`

export function tableHead(paint: Paint, services: readonly string[]): string {
  const times = services.map((name) => right(`${name} p50`, TIME_CELLS) + right('p99', TIME_CELLS)).join('')
  return paint.dim(
    `   ${'stage'.padEnd(NAME_CELLS)}${right('requests', COUNT_CELLS)}${right('failed', COUNT_CELLS)}${times}`,
  )
}

/** The line of a stage and, under it, what is done to the traffic and how requests failed. */
export function stageLines(row: StageRow, paint: Paint, columns: number): string[] {
  const { stats, state, services } = row
  const name = row.name.padEnd(NAME_CELLS)
  if (state === 'to come') return [paint.dim(` ${MARKS[state]} ${name}`)]
  const mark = state === 'done' ? paint.green(MARKS.done) : paint.yellow(MARKS.now)
  const failed = right(String(stats.failed), COUNT_CELLS)
  const times = services.flatMap((service) => [service.stats.p50, service.stats.p99])
  const numbers = [
    right(String(stats.requests), COUNT_CELLS),
    stats.failed > 0 ? paint.red(failed) : failed,
    ...times.map((time) => right(milliseconds(time), TIME_CELLS)),
  ].join('')
  const room = columns - INDENT.length
  const how = Object.entries(stats.failures).map(([failure, count]) => `${count} ${failure}`)
  return [
    ` ${mark} ${paint.bold(name)}${numbers}${state === 'now' ? ` ${bar(row.progress, paint)}` : ''}`,
    ...(row.faults ?? []).map((fault) => INDENT + paint.cyan(fault.slice(0, room))),
    ...(how.length === 0 ? [] : [INDENT + paint.red(how.join(', ').slice(0, room))]),
  ]
}

function bar(progress: number, paint: Paint): string {
  const full = Math.round(progress * BAR_CELLS)
  return paint.yellow('━'.repeat(full)) + paint.dim('─'.repeat(BAR_CELLS - full))
}
