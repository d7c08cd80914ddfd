import type { Act, Program } from '../act.ts'
import { FAIL_ON } from '../exec/exec-summary.ts'
import { MisuseError } from '../misuse.ts'
import { startInput } from '../start-args.ts'

const USAGE = `$0 exec [flags] -- <program> [arguments]

Run any program, a test suite say, within a scope of its own, and tell what the faults did.`

export const execCommands = (program: Program, act: Act): Program =>
  program.command(
    'exec',
    'Run a program within a scope: proxies, environment, a profile, and what came of it',
    (y) =>
      y
        .usage(USAGE)
        .option('proxy', {
          type: 'string',
          array: true,
          nargs: 1,
          describe: 'name=upstream: host:port, or a connection string; http://host:port sees requests; repeatable',
        })
        .option('profile', { type: 'string', describe: 'Carry out this profile (a name, or a file) meanwhile' })
        .option('target', {
          type: 'string',
          array: true,
          nargs: 1,
          describe: 'target=proxy points a target of the profile at a proxy; repeatable',
        })
        .option('seed', { type: 'string', describe: 'Seed of all chance (env FAULTLINE_SEED; default: a new one)' })
        .option('env', {
          type: 'string',
          array: true,
          nargs: 1,
          describe: 'NAME=text with {db}, {db.host}, {db.port} or {db.url} in it, for a proxy db; repeatable',
        })
        .option('rewrite', {
          type: 'boolean',
          default: true,
          describe: '--no-rewrite leaves variables alone that point at an upstream',
        })
        .option('fail-on', {
          type: 'string',
          array: true,
          nargs: 1,
          choices: FAIL_ON,
          default: ['run' as const],
          describe:
            'Exit with 1 although the program was fine, when the run failed or proved nothing, or a fault never acted',
        })
        .example(
          '$0 exec --proxy db=localhost:5432 --profile slow-database -- npm test',
          'a suite, and a slow database',
        )
        .example(
          '$0 exec --proxy api=http://localhost:9000 --fail-on unfired -- ./e2e.sh',
          'the script attaches the faults',
        ),
    (args) =>
      act(args, async (session) => {
        const { words } = session
        if (words.length === 0)
          throw new MisuseError(
            'exec: there is no program to run',
            'Put it behind --: `faultline exec --proxy db=localhost:5432 -- npm test`.',
          )
        const { profile, target, proxy = [], env = [], rewrite, failOn } = args
        if (profile === undefined && target !== undefined)
          throw new MisuseError('exec: --target says where a profile acts, and there is no --profile')
        const seed = args.seed ?? (session.env['FAULTLINE_SEED'] === '' ? undefined : session.env['FAULTLINE_SEED'])
        const run = profile === undefined ? undefined : await startInput({ profile, target, seed })
        const { exec } = await import('../exec/exec.ts')
        return exec(session, { words, proxies: proxy, run, seed, rules: { set: env, rewrite }, failOn })
      }),
  )
