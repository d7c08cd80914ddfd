import type { Act, Program } from '../act.ts'
import { EXIT } from '../misuse.ts'
import { requireReportFolder, writeReports } from '../report/write-reports.ts'
import { ending, printRun, printRuns } from '../run-print.ts'
import { printDifference } from '../runs-diff.ts'

const RUN = { type: 'string', demandOption: true, describe: 'Id of the run' } as const

export const runsCommands = (program: Program, act: Act): Program =>
  program.command('runs', 'Runs: live and ended', (runs) =>
    runs
      .command(
        'list',
        'List them, latest first',
        (y) => y.option('profile', { type: 'string', describe: 'Only those of this profile' }),
        (args) =>
          act(args, async (session) => {
            const { runs: all } = await session.client.runs()
            const shown = all.filter(({ profile }) => args.profile === undefined || profile === args.profile)
            session.show({ runs: shown }, () => printRuns(session, shown))
          }),
      )
      .command(
        'show <run>',
        'Show what one did',
        (y) => y.positional('run', RUN),
        (args) =>
          act(args, async (session) => {
            const run = await session.client.run(args.run)
            session.show(run, () => printRun(session, run))
          }),
      )
      .command(
        'diff <runs..>',
        'Compare runs: two side by side, or more as a trend, in the order given',
        (y) =>
          y
            .positional('runs', { type: 'string', array: true, demandOption: true, describe: 'Ids of the runs' })
            .example('$0 runs diff run_7k2m9x4t1c3v run_0h8s5q2w6z1y', 'before a change and after it'),
        (args) => act(args, (session) => printDifference(session, args.runs)),
      )
      .command(
        'journal <run>',
        'Print all that was written down of one, a JSON record a line',
        (y) => y.positional('run', RUN),
        (args) =>
          act(args, async (session) => {
            const decoder = new TextDecoder()
            for await (const bytes of await session.client.runJournal(args.run))
              session.terminal.draw(decoder.decode(bytes, { stream: true }))
          }),
      )
      .command(
        'report <run> <folder>',
        'Write reports of an ended one: JSON, JUnit XML and Markdown',
        (y) =>
          y
            .positional('run', RUN)
            .positional('folder', { type: 'string', demandOption: true, describe: 'Where they go' }),
        (args) =>
          act(args, async (session) => {
            requireReportFolder(args.folder)
            const files = writeReports(args.folder, await session.client.run(args.run))
            session.show({ files }, () => files.forEach((file) => session.line(`report ${file}`)))
          }),
      )
      .command(
        ['stop <run>', 'heal <run>'],
        'End one and heal what it did; or take away the faults that an ended one has left',
        (y) => y.positional('run', RUN),
        (args) =>
          act(args, async (session) => {
            const run = await session.client.stopRun(args.run)
            session.show(run, () => session.line(ending(run)))
            return run.healed === false ? EXIT.failed : EXIT.fine
          }),
      )
      .demandCommand(1, 'runs needs a command: list, show, diff, journal, report or stop'),
  )
