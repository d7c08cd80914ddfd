import type { ProfileView } from '../../contract/profile-wire.ts'
import { FaultlineError } from '../../contract/errors.ts'
import { EXIT } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import { readTextFile } from '../profile-file.ts'
import type { Session } from '../session.ts'
import { startOptions } from '../start-args.ts'
import { lintFiles, preview } from './preview.ts'
import { seconds } from '../progress.ts'

export const profileCommands = (program: Program, act: Act): Program =>
  program.command('profile', 'Profiles: faults over time, from a file', (profile) =>
    profile
      .command(
        'list',
        'List those the daemon knows',
        (y) => y,
        (args) => act(args, list),
      )
      .command(
        'show <profile>',
        'Show its stages',
        (y) => y.positional('profile', { type: 'string', demandOption: true, describe: 'Name of the profile' }),
        (args) =>
          act(args, async (session) => {
            const found = await session.client.profile(args.profile)
            session.show(found, () => printProfile(session, found))
            return found.problems === undefined ? EXIT.fine : EXIT.failed
          }),
      )
      .command(
        'validate <file..>',
        'Check profile files; needs no daemon',
        (y) => y.positional('file', { type: 'string', array: true, demandOption: true, describe: 'Files' }),
        (args) => act(args, (session) => validate(session, args.file)),
      )
      .command(
        'preview <profile>',
        'Show what a run would do and when, and what is doubtful about it; touches nothing',
        (y) => startOptions(y).option('rows', { type: 'number', describe: 'Most rows (default 1000, at most 10000)' }),
        (args) => act(args, (session) => preview(session, args)),
      )
      .command(
        'lint <file..>',
        'Tell what can never act in profile files; needs no daemon',
        (y) => y.positional('file', { type: 'string', array: true, demandOption: true, describe: 'Files' }),
        (args) => act(args, (session) => lintFiles(session, args.file)),
      )
      .demandCommand(1, 'profile needs a command: list, show, validate, preview or lint'),
  )

async function list(session: Session): Promise<void> {
  const answer = await session.client.profiles()
  session.show(answer, () =>
    session.table(
      ['PROFILE', 'DURATION', 'STAGES', 'SOURCE', 'TARGETS', 'DESCRIPTION'],
      answer.profiles.map((profile) => [
        profile.name,
        seconds(profile.duration_ms),
        String(profile.stages.length),
        profile.problems === undefined ? profile.source : 'NOT VALID',
        profile.targets.join(','),
        profile.problems?.[0]?.message ?? profile.description,
      ]),
    ),
  )
}

function printProfile(session: Session, profile: ProfileView): void {
  session.fields([
    ['profile', profile.name],
    ['description', profile.description],
    ...(profile.watch === undefined ? [] : [['watch', profile.watch] as const]),
    ['targets', profile.targets.join(', ')],
    ['duration', seconds(profile.duration_ms)],
    ...(profile.seed === undefined ? [] : [['seed', profile.seed] as const]),
    ...(profile.parameters ?? []).map(({ name, default: value }) => [`parameter ${name}`, String(value)] as const),
    ...Object.entries(profile.matrix ?? {}).map(([name, list]) => [`matrix ${name}`, list.join(', ')] as const),
    ...(profile.problems ?? []).map(({ message }) => ['problem', message] as const),
  ])
  if (session.terminal.isTty) session.line('')
  session.table(
    ['STAGE', 'DURATION', 'FAULTS'],
    profile.stages.map((stage) => [stage.name, seconds(stage.duration_ms), String(stage.faults)]),
  )
}

async function validate(session: Session, files: readonly string[]) {
  const { checkProfile } = await import('../../daemon/check-files.ts')
  const results = files.map((file) => ({
    file,
    problems: problemsOf(() => checkProfile(file, readTextFile(file, 'profile'))),
  }))
  session.show({ files: results }, () => {
    for (const { file, problems } of results) {
      if (problems.length === 0) session.line(`${file}: valid`)
      for (const problem of problems) session.terminal.err(problem)
    }
  })
  return results.some(({ problems }) => problems.length > 0) ? EXIT.failed : EXIT.fine
}

function problemsOf(check: () => void): readonly string[] {
  try {
    check()
    return []
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error
    return error.problems.length === 0 ? [error.message] : error.problems.map(({ message }) => message)
  }
}
