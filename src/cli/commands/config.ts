import type { ConfigChanged } from '../../contract/api.ts'
import { ApiError } from '../../client/client-error.ts'
import { ERRORS, FaultlineError, type ErrorCode } from '../../contract/errors.ts'
import type { Act, Program } from '../act.ts'
import { readTextFile } from '../profile-file.ts'
import type { Session } from '../session.ts'

const FILE = { type: 'string', demandOption: true, describe: 'The config file' } as const

export const configCommands = (program: Program, act: Act): Program =>
  program.command('config', 'Config: all proxies and faults at once, from a file', (config) =>
    config
      .command(
        'check <file>',
        'Check a file; needs no daemon',
        (y) => y.positional('file', FILE),
        (args) =>
          act(args, async (session) => {
            const { checkConfig } = await import('../../daemon/check-files.ts')
            const { proxies, values } = await checkConfig(args.file, readTextFile(args.file, 'config'))
            const counts = { file: args.file, valid: true, proxies: Object.keys(proxies).length, settings: values.size }
            session.show(counts, () =>
              session.line(`${args.file}: valid, with ${counts.proxies} proxies and ${counts.settings} settings`),
            )
          }),
      )
      .command(
        'apply <file>',
        'Make the daemon have the proxies of a file, and no others',
        (y) =>
          y
            .positional('file', FILE)
            .option('dry-run', { type: 'boolean', default: false, describe: 'Only say what would change' }),
        (args) => act(args, (session) => apply(session, args.file, args.dryRun)),
      )
      .command(
        'show',
        'Print what the daemon has, in the shape of a file',
        (y) => y,
        (args) =>
          act(args, async (session) => {
            const config = await session.client.config()
            const { stringify } = await import('yaml')
            session.show(config, () => session.line(stringify({ proxies: config.proxies }).trimEnd()))
          }),
      )
      .demandCommand(1, 'config needs a command: check, apply or show'),
  )

async function apply(session: Session, file: string, dryRun: boolean): Promise<void> {
  const { checkConfig } = await import('../../daemon/check-files.ts')
  const config = await checkConfig(file, readTextFile(file, 'config'))
  try {
    const changed = await session.client.putConfig(config.proxies, { dryRun })
    session.show(changed, () => printChanges(session, changed))
  } catch (error) {
    // The daemon knows fields; the file knows their lines.
    if (!(error instanceof ApiError) || error.pointer?.startsWith('/proxies') !== true) throw error
    const { code, message, pointer, problems, remedy } = error
    const known = code !== undefined && code in ERRORS ? (code as ErrorCode) : 'invalid_config'
    throw config.locate(new FaultlineError(known, message, { pointer, problems, remedy }))
  }
}

function printChanges(
  session: Session,
  { created, updated, removed, unchanged, dry_run: dryRun }: ConfigChanged,
): void {
  session.table(
    ['PROXY', dryRun ? 'WOULD BE' : 'WAS', 'CHANGES'],
    [
      ...created.map((name) => [name, 'created', '']),
      ...updated.map(({ name, changes }) => [name, 'updated', changes.join(', ')]),
      ...removed.map((name) => [name, 'removed', '']),
      ...unchanged.map((name) => [name, 'unchanged', '']),
    ],
  )
}
