import { countText } from './count-text.ts'
import type { RunView } from '../contract/run-wire.ts'
import { printChecksOf } from './check-table.ts'
import { seconds } from './progress.ts'
import type { Session } from './session.ts'

/** How a run ended, in a line. */
export function ending(run: RunView): string {
  const left =
    run.kept === true
      ? `, its faults LEFT until \`faultline runs heal ${run.id}\``
      : ', NOT HEALED: see `faultline proxy list`'
  const healed = run.healed === true ? ', healed' : run.healed === false ? left : ''
  return `run ${run.id} ${run.status}${healed}${run.detail === undefined ? '' : `: ${run.detail}`}`
}

/** Each run in a line. */
export function printRuns(session: Session, runs: readonly RunView[]): void {
  session.table(
    ['RUN', 'PROFILE', 'STATUS', 'STAGE', 'STARTED', 'SEED', 'SUCCESS', 'RECOVERED'],
    runs.map((run) => [
      run.id,
      run.profile,
      run.status,
      run.stage === undefined ? '-' : `${run.stage.index + 1}/${run.stage.of} ${run.stage.name}`,
      run.started_at,
      run.seed,
      percent(run.traffic?.success_ratio),
      recoveryOf(run) === undefined ? '-' : `${recoveryOf(run)}ms`,
    ]),
  )
}

/** The longest that any of its checks took to hold again. */
export function recoveryOf({ checks }: Pick<RunView, 'checks'>): number | undefined {
  const times = checks.flatMap(({ recovery_ms: ms }) => ms ?? [])
  return times.length === 0 ? undefined : Math.max(...times)
}

export const percent = (ratio: number | null | undefined): string =>
  ratio === undefined || ratio === null ? '-' : `${Math.round(ratio * 10_000) / 100}%`

export function printRun(session: Session, run: RunView): void {
  session.fields([
    ['run', run.id],
    ['profile', run.profile],
    ['status', run.status],
    ...(run.healed === undefined ? [] : [['healed', healedText(run)] as const]),
    ['seed', run.seed],
    ['started', run.started_at],
    ...(run.ended_at === undefined ? [] : [['ended', run.ended_at] as const]),
    ...(run.stage === undefined
      ? []
      : [
          [
            'stage',
            `${run.stage.index + 1}/${run.stage.of} ${run.stage.name}, ${seconds(run.stage.elapsed_ms)} of ${seconds(run.stage.duration_ms)}`,
          ] as const,
        ]),
    ...(run.detail === undefined ? [] : [['detail', run.detail] as const]),
    ...trafficFields(run),
    ...journalFields(run),
  ])
  printFaultsOf(session, run)
  printChecksOf(session, run)
}

function healedText({ healed, kept, heal }: RunView): string {
  if (kept === true) return 'no, its faults were left'
  return healed === true ? `yes, within ${heal?.ms ?? 0}ms` : 'NO'
}

export function printFaultsOf(session: Session, run: RunView): void {
  if (run.faults.length === 0) return
  if (session.terminal.isTty) session.line('')
  session.table(
    ['STAGE', 'PROXY', 'FAULT', 'KIND', 'SEEN', 'APPLIED', 'ASKED', 'ACHIEVED'],
    run.faults.map((fault) => [
      fault.stage,
      fault.proxy,
      fault.fault,
      fault.kind,
      countText(fault.seen),
      countText(fault.applied),
      fault.asked_ms_mean === undefined ? '-' : `${fault.asked_ms_mean.toFixed(1)}ms`,
      fault.achieved_ms_mean === undefined ? '-' : `${fault.achieved_ms_mean.toFixed(1)}ms`,
    ]),
  )
  if (session.terminal.isTty) session.line('')
}

type Fields = readonly (readonly [string, string])[]

function trafficFields({ traffic }: RunView): Fields {
  if (traffic === undefined || traffic.count === 0) return []
  return [
    ['traffic', `${traffic.count} ${traffic.of}, ${percent(traffic.success_ratio)} succeeded`],
    ...(traffic.p99_ms === null ? [] : [['times', `p50 ${traffic.p50_ms}ms, p99 ${traffic.p99_ms}ms`] as const]),
  ]
}

function journalFields({ journal }: RunView): Fields {
  if (journal === undefined) return []
  const where = journal.file ?? 'in memory only: data_dir is not set'
  const lacks = journal.detail === undefined ? '' : `: ${journal.detail}`
  return [['journal', `${where} (${journal.state}${lacks})`]]
}
