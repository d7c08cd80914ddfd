import yargs, { type Argv } from 'yargs'
import { nearest } from '../kernel/nearest.ts'
import type { Act, Program } from './act.ts'
import { configCommands } from './commands/config.ts'
import { connectionCommands } from './commands/connections.ts'
import { daemonCommands } from './commands/daemon.ts'
import { demoCommands } from './commands/demo.ts'
import { eventCommands } from './commands/events.ts'
import { exchangeCommands } from './commands/exchanges.ts'
import { execCommands } from './commands/exec.ts'
import { faultCommands } from './commands/fault.ts'
import { hostCommands } from './commands/host.ts'
import { kindCommands } from './commands/kinds.ts'
import { partitionCommands } from './commands/partition.ts'
import { planeCommands } from './commands/planes.ts'
import { profileCommands } from './commands/profile.ts'
import { proofCommands } from './commands/proof.ts'
import { proxyCommands } from './commands/proxy.ts'
import { replayCommands } from './commands/replay.ts'
import { runCommands } from './commands/run.ts'
import { runsCommands } from './commands/runs.ts'
import { scopeCommands } from './commands/scope.ts'
import { sweepCommands } from './commands/sweep.ts'
import { waitCommands } from './commands/wait.ts'
import { EXIT, MisuseError } from './misuse.ts'
import { printError } from './print-error.ts'
import { Session } from './session.ts'
import { processTerminal, type Terminal } from './terminal.ts'
import { packageVersion } from '../daemon/package-version.ts'

const INTRO = `faultline breaks the traffic between your services, on purpose and on schedule.

In ten minutes:
  faultline serve                                              start the daemon (leave it running)
  faultline proxy create db --listen 127.0.0.1:15432 \\
      --upstream 127.0.0.1:5432                                put a proxy before a database
  faultline fault add db latency --latency 300ms --jitter 50ms break it: point your program at port 15432
  faultline fault list db                                      see what the fault did
  faultline fault remove db latency_downstream                 heal it
  faultline run slow-database --target db=db                   or let a profile break it over time`

/** @returns the exit code: 0 fine, 1 failed, 2 misuse, 3 daemon not reachable; of `exec` that of its command */
export async function runCli(
  args: readonly string[],
  terminal: Terminal = processTerminal(),
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  let code: number = EXIT.fine
  // Where a command takes flags that yargs does not know, yargs carries it out instead of completing it.
  const completing = args[0] === '--get-yargs-completions'
  // yargs would make numbers of some of what stands behind `--`.
  const own = args.slice(0, [...args, '--'].indexOf('--'))
  const words = args.slice(own.length + 1)
  const act: Act = async (globals, work) => {
    if (completing) return
    const session = new Session(terminal, globals, env, words)
    if (words.length > 0 && !own.includes('exec')) throw new MisuseError('only `exec` takes a program behind --')
    code = (await work(session)) ?? EXIT.fine
  }
  try {
    const asked = args.length === 0 || (args.length === 1 && ['help', '--help', '-h'].includes(args[0] ?? ''))
    const parsed = program(own, terminal, act)
    // yargs would take the indentation out of it.
    if (asked) terminal.out(`${INTRO}\n\n${await parsed.getHelp()}`)
    else await parsed.parseAsync()
    return code
  } catch (error) {
    return printError(terminal, error, own.includes('--json'))
  }
}

/** What `--help` says behind these words. For the docs, which are made of it. */
export const helpOf = (words: readonly string[], terminal: Terminal): Promise<string> =>
  program(words, terminal, () => Promise.resolve()).getHelp()

function program(args: readonly string[], terminal: Terminal, act: Act): Argv {
  const root = yargs([...args])
    .scriptName('faultline')
    .usage('$0 <command> [flags]')
    .option('url', {
      type: 'string',
      describe: 'Where the daemon is (env FAULTLINE_URL; default http://127.0.0.1:8474)',
    })
    .option('token', { type: 'string', describe: 'Its token (env FAULTLINE_TOKEN)' })
    .option('json', { type: 'boolean', describe: 'Answer with JSON' })
    .option('scope', { type: 'string', describe: 'Id of a scope (env FAULTLINE_SCOPE)' })
    .command(
      'serve',
      'Start the daemon; `faultline serve --help` lists its settings',
      (y) => y,
      () => undefined,
    )
  const groups = [
    runCommands,
    runsCommands,
    replayCommands,
    sweepCommands,
    execCommands,
    proxyCommands,
    faultCommands,
    hostCommands,
    kindCommands,
    profileCommands,
    partitionCommands,
    planeCommands,
    connectionCommands,
    exchangeCommands,
    eventCommands,
    scopeCommands,
    waitCommands,
    proofCommands,
    configCommands,
    daemonCommands,
    demoCommands,
  ]
  let withCommands: Program = root
  for (const add of groups) withCommands = add(withCommands, act)
  return withCommands
    .completion('completion', 'Print a script that completes commands in bash or zsh')
    .demandCommand(1, 'a command is needed')
    .strict()
    .version(packageVersion())
    .alias({ help: 'h' })
    .wrap(Math.min(terminal.columns, 100))
    .exitProcess(false)
    .fail((message, error, at) => {
      throw error ?? misuse(message, at as never, args)
    })
}

/** What yargs hands to `fail`: its usage texts, which its types do not describe in full. */
interface Known {
  getCommands(): readonly (readonly [command: string, ...rest: unknown[]])[]
  getDescriptions(): Readonly<Record<string, unknown>>
}

/** yargs says what it does not know; the nearest known name is ours to add. */
function misuse(message: string, known: Known, args: readonly string[]): MisuseError {
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/m.exec(message)?.[1]?.split(', ')
  if (unknown === undefined) return new MisuseError(plainer(message, args))
  const isFlag = (name: string): boolean =>
    args.some((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === name)
  const flags = unknown.filter(isFlag).map((name) => {
    const guess = nearest(name, Object.keys(known.getDescriptions()))
    return `there is no flag --${name}${guess === undefined ? '' : `; did you mean --${guess}?`}`
  })
  // What follows a word that is no command is unknown because of it.
  const commands = unknown
    .filter((name) => !isFlag(name))
    .slice(0, 1)
    .map((name) => {
      const guess = nearest(
        name,
        known.getCommands().map(([command]) => command.split(' ')[0] ?? ''),
      )
      return `there is no command ${name} here${guess === undefined ? '' : `; did you mean ${guess}?`}`
    })
  const told = [...commands, ...flags].join(', and ')
  return args.includes('exec')
    ? new MisuseError(told, 'Put the program that `exec` is to run behind --.')
    : new MisuseError(told)
}

function plainer(message: string, args: readonly string[]): string {
  const words = args.slice(
    0,
    [...args, '-'].findIndex((arg) => arg.startsWith('-')),
  )
  if (message.startsWith('Not enough non-option arguments')) {
    return `an argument is missing: \`faultline ${words.join(' ')} --help\` shows which there are`
  }
  const flags = /^Missing required arguments?: (.+)$/.exec(message)?.[1]
  if (flags !== undefined)
    return `${flags
      .split(', ')
      .map((flag) => `--${flag}`)
      .join(' and ')} must be given`
  const choice = /^\s*Argument: (\S+), Given: (.*), Choices: (.+)$/m.exec(message)
  if (choice !== null) {
    return `--${choice[1]} is ${choice[2]}, but must be one of ${choice[3]?.replaceAll('"', '')}`
  }
  return message.replaceAll(/\s*\n\s*/g, ' ')
}
