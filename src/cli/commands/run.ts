import type { Act, Program } from '../act.ts'
import { printChecksOf } from '../check-table.ts'
import { OWNER_TTL_MS, followRun } from '../follow-run.ts'
import { locatedStart } from '../located-start.ts'
import type { ExitCode } from '../misuse.ts'
import { requireReportFolder, writeReports } from '../report/write-reports.ts'
import { exitOf } from '../run-exit.ts'
import { ending, printFaultsOf } from '../run-print.ts'
import type { Session } from '../session.ts'
import { isSweep, startInput, startOptions, warnOf } from '../start-args.ts'
import type { StartArgs } from '../start-args.ts'
import { followSweep } from './sweep.ts'

export const runCommands = (program: Program, act: Act): Program =>
  program.command(
    'run <profile>',
    'Carry a profile out and wait for its end; Ctrl-C stops and heals it',
    (y) =>
      startOptions(y)
        .option('detach', { type: 'boolean', describe: 'Start it and do not wait' })
        .option('report', { type: 'string', describe: 'Folder for reports of it: JSON, JUnit XML and Markdown' })
        .conflicts('detach', 'report')
        .example('$0 run slow-database --target db=orders-db', 'a shipped profile on a proxy of yours')
        .example('$0 run ./my-profile.yaml --seed 7', 'a profile of your own'),
    (args) => act(args, (session) => start(session, args)),
  )

/** A profile with a matrix is gone through, every other is run once. */
async function start(
  session: Session,
  args: StartArgs & { readonly detach?: boolean | undefined; readonly report?: string | undefined },
): Promise<ExitCode | void> {
  const input = await startInput(args)
  if (args.report !== undefined) requireReportFolder(args.report)
  const sweeping = await isSweep(session, input)
  await warnOf(session, input)
  if (sweeping) {
    const sweep = await locatedStart(args.profile, () => session.client.startSweep(input))
    if (args.detach !== true) return followSweep(session, sweep, args.report)
    return session.show(sweep, () =>
      session.line(`started ${sweep.id} of ${sweep.profile}, ${sweep.points.length} runs`),
    )
  }
  // Whoever waits is its owner: a command that is killed must not leave its faults behind.
  const owned = args.detach === true ? input : { ...input, ttl: OWNER_TTL_MS }
  const run = await locatedStart(args.profile, () => session.client.startRun(owned))
  if (args.detach === true) {
    return session.show(run, () => session.line(`started ${run.id} of ${run.profile}, seed ${run.seed}`))
  }
  const ended = await followRun(session, run)
  const files = args.report === undefined ? [] : writeReports(args.report, ended)
  session.show(ended, () => {
    printFaultsOf(session, ended)
    printChecksOf(session, ended)
    for (const file of files) session.line(`report ${file}`)
    session.line(ending(ended))
  })
  return exitOf(ended)
}
