import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { JournalHeader } from '../../contract/journal.ts'
import type { ReplayView } from '../../contract/replay.ts'
import type { RunStartInput } from '../../contract/run-wire.ts'
import type { JournalSource } from '../../daemon/replay-journal.ts'
import type { Act, Program } from '../act.ts'
import { OWNER_TTL_MS, followRun } from '../follow-run.ts'
import { EXIT, MisuseError } from '../misuse.ts'
import type { ExitCode } from '../misuse.ts'
import { isFile, readTextFile } from '../profile-file.ts'
import type { Session } from '../session.ts'

interface ReplayArgs {
  readonly journal: string
  readonly profile?: string | undefined
  readonly seed?: string | undefined
  readonly run?: boolean | undefined
}

export const replayCommands = (program: Program, act: Act): Program =>
  program.command(
    'replay <journal>',
    'Take the decisions of a run again from its journal, and name the first that is not the same',
    (y) =>
      y
        .positional('journal', {
          type: 'string',
          demandOption: true,
          describe: 'File of a journal, or id of a run of the daemon',
        })
        .option('profile', { type: 'string', describe: 'Try the profile in this file in the place of its own' })
        .option('seed', { type: 'string', describe: 'Try this seed in the place of its own' })
        .option('run', {
          type: 'boolean',
          describe: 'Carry the profile out again, and compare the decisions of both runs',
        })
        .example('$0 replay /var/lib/faultline/runs/run_7k2m9x4t1c3v.ndjson', 'needs no daemon')
        .example('$0 replay run_7k2m9x4t1c3v --profile ./changed.yaml', 'what a change would have changed'),
    (args) => act(args, (session) => replay(session, args)),
  )

async function replay(session: Session, args: ReplayArgs): Promise<ExitCode> {
  const { headerOf, replayJournal, compareRuns } = await import('../../daemon/replay-journal.ts')
  const { journal, profile, seed } = args
  const source = sourceOf(session, journal)
  const header = await headerOf(source)
  const written = profile === undefined ? undefined : await profileIn(profile, header)
  if (args.run !== true) return show(session, await replayJournal(source, { written, seed }))
  const run = await session.client.startRun({ ...inputOf(header, written, seed), ttl: OWNER_TTL_MS })
  await followRun(session, run)
  return show(session, await compareRuns(source, sourceOf(session, run.id)))
}

function inputOf(header: JournalHeader, written: object | undefined, seed: string | undefined): RunStartInput {
  if (header.hidden && written === undefined) {
    throw new MisuseError(
      `the journal of ${header.run} lacks values of header fields, which are secret`,
      'Give the profile with --profile.',
    )
  }
  const { parameters, targets, dry_run: dryRun } = header
  return {
    profile: (written ?? header.written) as Exclude<RunStartInput['profile'], string>,
    seed: seed ?? header.seed,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(Object.keys(targets).length === 0 ? {} : { targets }),
    ...(dryRun ? { dry_run: true } : {}),
  }
}

/** Judged with the parameters of the journal. */
async function profileIn(file: string, { parameters }: JournalHeader): Promise<object> {
  const text = readTextFile(file, 'profile')
  const { checkProfile } = await import('../../daemon/check-files.ts')
  return checkProfile(file, text, parameters)
}

function sourceOf({ client }: Session, journal: string): JournalSource {
  if (isFile(journal) || /\.ndjson$/i.test(journal)) return { file: journal }
  return {
    name: journal,
    async *lines() {
      const body = await client.runJournal(journal)
      const input = Readable.fromWeb(body as ReadableStream<Uint8Array>)
      yield* createInterface({ input, crlfDelay: Infinity })
    },
  }
}

function show(session: Session, view: ReplayView): ExitCode {
  const { same, divergence, with: other } = view
  session.show(view, () => {
    session.line(
      `replay of ${view.run} of ${view.profile}, seed ${view.seed}${other === undefined ? '' : `, against ${other}`}`,
    )
    session.line(`${same} ${same === 1 ? 'decision is' : 'decisions are'} the same`)
    if (view.hidden > 0) session.line(`${view.hidden} rest on values that are not in the journal, and were passed over`)
    if (view.only_before > 0) session.line(`${view.only_before} only in ${view.run}`)
    if (view.only_now > 0) session.line(`${view.only_now} only in ${other ?? 'the replay'}`)
    if (view.journal === 'interrupted') session.line('the journal ends before its run did')
    if (divergence !== undefined) {
      const event = divergence.event === undefined ? '' : ` (event ${divergence.event})`
      session.line(`first difference at ${divergence.at}${event}: ${divergence.what}`)
    }
  })
  if (divergence !== undefined) return EXIT.failed
  // Nothing was compared, so that nothing was shown.
  return same === 0 ? EXIT.inconclusive : EXIT.fine
}
