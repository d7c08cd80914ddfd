import type { Argv } from 'yargs'
import type { ParameterValues, ProfileInput } from '../contract/profile-wire.ts'
import type { RunStartInput } from '../contract/run-wire.ts'
import { MisuseError } from './misuse.ts'
import { isFile, readTextFile } from './profile-file.ts'
import type { Session } from './session.ts'

export interface StartArgs {
  readonly profile: string
  readonly seed?: string | undefined
  readonly target?: readonly string[] | undefined
  readonly set?: readonly string[] | undefined
  readonly share?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

/** What a run, a sweep and a preview are started with. */
export const startOptions = <T>(y: Argv<T>) =>
  y
    .positional('profile', { type: 'string', demandOption: true, describe: 'Name of a profile, or a file' })
    .option('seed', {
      type: 'string',
      describe: 'Seed of its chance (default: the one of the profile, else of the daemon)',
    })
    .option('target', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'target=proxy points a target of the profile at a proxy; repeatable',
    })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'name=value sets a parameter of the profile; repeatable',
    })
    .option('dry-run', { type: 'boolean', describe: 'Decide and count everything, and do nothing' })
    .option('share', { type: 'boolean', describe: 'Start although another run holds a target' })

/** @throws MisuseError, FaultlineError (invalid_profile) with file, line and column */
export async function startInput({
  profile,
  seed,
  target = [],
  set = [],
  share,
  dryRun,
}: StartArgs): Promise<RunStartInput> {
  const targets = pairs('target', target, 'target=proxy, for example db=orders-db')
  const parameters: ParameterValues = pairs('set', set, 'name=value, for example latency=300ms')
  return {
    profile: isFile(profile) ? await profileOf(profile, parameters) : profile,
    ...(seed === undefined ? {} : { seed }),
    ...(target.length === 0 ? {} : { targets }),
    ...(set.length === 0 ? {} : { parameters }),
    ...(share === undefined ? {} : { share }),
    ...(dryRun === undefined ? {} : { dry_run: dryRun }),
  }
}

function pairs(flag: string, texts: readonly string[], allowed: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((pair) => {
      const found = /^([^=]+)=(.*)$/s.exec(pair)
      if (found === null) throw new MisuseError(`--${flag} ${pair} must be ${allowed}`)
      return [found[1] ?? '', found[2] ?? ''] as const
    }),
  )
}

async function profileOf(file: string, parameters: ParameterValues): Promise<ProfileInput> {
  const text = readTextFile(file, 'profile')
  const { checkProfile } = await import('../daemon/check-files.ts')
  return checkProfile(file, text, parameters)
}

/** Whether it stands for several runs: a parameter of its matrix is not set. */
export async function isSweep(session: Session, { profile, parameters = {} }: RunStartInput): Promise<boolean> {
  const { matrix = {} } = typeof profile === 'string' ? await session.client.profile(profile) : profile
  return Object.keys(matrix).some((name) => !Object.hasOwn(parameters, name))
}

/** What is doubtful about a profile, as far as it can be found out; the start itself says what is wrong. */
export async function warnOf(session: Session, input: RunStartInput): Promise<void> {
  const { warnings } = await session.client.preview(input, 1).catch(() => ({ warnings: [] }))
  for (const { code, message } of warnings) {
    if (code !== 'would_be_refused' && code !== 'target_not_found')
      session.terminal.err(`warning: ${message} (${code})`)
  }
}
