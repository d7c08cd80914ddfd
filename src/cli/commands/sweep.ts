import { countText } from '../count-text.ts'
import type { SweepView } from '../../contract/run-wire.ts'
import { Interruption } from '../interruption.ts'
import type { Act, Program } from '../act.ts'
import { writeReports } from '../report/write-reports.ts'
import { exitOf } from '../run-exit.ts'
import type { ExitCode } from '../misuse.ts'
import type { Session } from '../session.ts'

const LOOK_MS = 500

const SWEEP = { type: 'string', demandOption: true, describe: 'Id of the sweep' } as const

export const sweepCommands = (program: Program, act: Act): Program =>
  program.command('sweeps', 'Sweeps: profiles with a matrix, a run for each combination', (sweeps) =>
    sweeps
      .command(
        'list',
        'List them, latest first',
        (y) => y,
        (args) => act(args, list),
      )
      .command(
        'show <sweep>',
        'Show each combination and how its run went',
        (y) => y.positional('sweep', SWEEP),
        (args) =>
          act(args, async (session) => {
            const sweep = await session.client.sweep(args.sweep)
            session.show(sweep, () => printSweep(session, sweep))
          }),
      )
      .command(
        'stop <sweep>',
        'End one, and the run that goes on',
        (y) => y.positional('sweep', SWEEP),
        (args) =>
          act(args, async (session) => {
            const sweep = await session.client.stopSweep(args.sweep)
            session.show(sweep, () => session.line(endingOf(sweep)))
          }),
      )
      .demandCommand(1, 'sweeps needs a command: list, show or stop'),
  )

/** Looks at a sweep until it ends. The first Ctrl-C stops it, and waits until it is healed; the second waits no more. */
export async function followSweep(session: Session, started: SweepView, report?: string): Promise<ExitCode> {
  const interruption = new Interruption()
  let sweep = started
  let told = 0
  if (!session.json) session.line(`sweep ${sweep.id} of ${sweep.profile}, ${sweep.points.length} runs`)
  for (;;) {
    // Lines come when a point is over, so that they say how it went.
    const over = sweep.points.findIndex(({ status }) => status === 'running' || status === 'pending')
    for (; !session.json && told < (over < 0 ? sweep.points.length : over); told++) session.line(pointLine(sweep, told))
    if (sweep.status !== 'running') break
    await interruption.wait(LOOK_MS)
    sweep = interruption.happened ? await session.client.stopSweep(sweep.id) : await session.client.sweep(sweep.id)
    const present = sweep.points.find(({ status }) => status === 'running')?.run
    if (present !== undefined) await session.client.renewRun(present)
  }
  interruption.end()
  const files = report === undefined ? [] : await reportRuns(session, sweep, report)
  session.show(sweep, () => {
    printSweep(session, sweep)
    for (const file of files) session.line(`report ${file}`)
  })
  return exitOf(sweep)
}

async function reportRuns({ client }: Session, { points }: SweepView, folder: string): Promise<readonly string[]> {
  const files: string[] = []
  for (const { run } of points) if (run !== undefined) files.push(...writeReports(folder, await client.run(run)))
  return files
}

const valuesOf = (parameters: SweepView['points'][number]['parameters']): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

function pointLine({ points }: SweepView, index: number): string {
  const point = points[index]
  if (point === undefined) return ''
  return `run ${index + 1}/${points.length} ${valuesOf(point.parameters)}: ${point.status}`
}

function endingOf(sweep: SweepView): string {
  const point = sweep.breaks_at === undefined ? undefined : sweep.points[sweep.breaks_at]
  const last = sweep.breaks_at === undefined ? undefined : sweep.points[sweep.breaks_at - 1]
  const holds = last === undefined ? '' : ` (holds at ${valuesOf(last.parameters)})`
  const verdict =
    point === undefined
      ? sweep.status === 'completed'
        ? ', nothing broke'
        : ''
      : `, breaks at ${valuesOf(point.parameters)}${holds}`
  return `sweep ${sweep.id} ${sweep.status}${verdict}`
}

function printSweep(session: Session, sweep: SweepView): void {
  const names = Object.keys(sweep.points[0]?.parameters ?? {})
  if (session.terminal.isTty) session.line('')
  session.table(
    [...names.map((name) => name.toUpperCase()), 'STATUS', 'SEEN', 'APPLIED', 'RUN', 'DETAIL'],
    sweep.points.map(({ parameters, status, seen, applied, run, detail }, index) => [
      ...names.map((name) => String(parameters[name])),
      index === sweep.breaks_at ? `${status} <- breaks` : status,
      seen === undefined ? '-' : countText(seen),
      applied === undefined ? '-' : countText(applied),
      run ?? '-',
      detail ?? '-',
    ]),
  )
  session.line(endingOf(sweep))
}

async function list(session: Session): Promise<void> {
  const answer = await session.client.sweeps()
  session.show(answer, () =>
    session.table(
      ['SWEEP', 'PROFILE', 'STATUS', 'RUNS', 'STARTED'],
      answer.sweeps.map(({ id, profile, status, points, started_at }) => [
        id,
        profile,
        status,
        `${points.filter((point) => point.status !== 'pending').length}/${points.length}`,
        started_at,
      ]),
    ),
  )
}
