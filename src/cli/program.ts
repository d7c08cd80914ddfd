import yargs, { type Argv } from 'yargs'
import { nearest } from '../kernel/nearest.ts'
import { configCommands } from './commands/config.ts'
import { connectionCommands } from './commands/connections.ts'
import { daemonCommands } from './commands/daemon.ts'
import { eventCommands } from './commands/events.ts'
import { faultCommands } from './commands/fault.ts'
import { kindCommands } from './commands/kinds.ts'
import { profileCommands } from './commands/profile.ts'
import { proxyCommands } from './commands/proxy.ts'
import { runCommands } from './commands/run.ts'
import { EXIT, MisuseError, type ExitCode } from './misuse.ts'
import { printError } from './print-error.ts'
import { Session, type GlobalArgs } from './session.ts'
import { processTerminal, type Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** Carries a command out: makes its session and keeps its exit code. */
export type Act = (args: GlobalArgs, work: (session: Session) => Promise<ExitCode | void>) => Promise<void>

/** The program, before commands are added to it. */
export type Program = Argv<GlobalArgs>

const INTRO = `faultline breaks the traffic between your services, on purpose and on schedule.

In ten minutes:
  faultline serve                                              start the daemon (leave it running)
  faultline proxy create db --listen 127.0.0.1:15432 \\
      --upstream 127.0.0.1:5432                                put a proxy before a database
  faultline fault add db latency --latency 300ms --jitter 50ms break it: point your program at port 15432
  faultline fault list db                                      see what the fault did
  faultline fault remove db latency_downstream                 heal it
  faultline run slow-database --target db=db                   or let a profile break it over time`

/** @returns the exit code: 0 fine, 1 failed, 2 misuse, 3 daemon not reachable */
export async function runCli(args: readonly string[]): Promise<ExitCode> {
  const terminal = processTerminal()
  let code: ExitCode = EXIT.fine
  const act: Act = async (globals, work) => {
    code = (await work(new Session(terminal, globals, process.env))) ?? EXIT.fine
  }
  try {
    await program(args.length === 0 ? ['--help'] : args, terminal, act).parseAsync()
    return code
  } catch (error) {
    return printError(terminal, error, args.includes('--json'))
  }
}

function program(args: readonly string[], terminal: Terminal, act: Act): Argv {
  const root = yargs([...args])
    .scriptName('faultline')
    .usage(INTRO)
    .option('url', {
      type: 'string',
      describe: 'Where the daemon is (env FAULTLINE_URL; default http://127.0.0.1:8474)',
    })
    .option('token', { type: 'string', describe: 'Its token (env FAULTLINE_TOKEN)' })
    .option('json', { type: 'boolean', describe: 'Answer with JSON' })
    .command(
      'serve',
      'Start the daemon; `faultline serve --help` lists its settings',
      (y) => y,
      () => undefined,
    )
  const groups = [
    runCommands,
    proxyCommands,
    faultCommands,
    kindCommands,
    profileCommands,
    connectionCommands,
    eventCommands,
    configCommands,
    daemonCommands,
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
      throw error ?? misuse(message, at)
    })
}

/** yargs says what it does not know; the nearest known name is ours to add. */
function misuse(message: string, at: Argv): MisuseError {
  const unknown = /^Unknown (argument|command)s?: (.+)$/m.exec(message)
  if (unknown === null) return new MisuseError(message.replaceAll('\n', ' '))
  const known = knownNames(at)
  const sentences = (unknown[2] ?? '').split(', ').map((name) => {
    const isFlag = process.argv.some((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === name)
    const guess = nearest(name, isFlag ? known.flags : known.commands)
    const hint = guess === undefined ? '' : `; did you mean ${isFlag ? '--' : ''}${guess}?`
    return isFlag ? `there is no flag --${name}${hint}` : `there is no command ${name}${hint}`
  })
  return new MisuseError(sentences.join(', and '))
}

/** Not in the types of yargs, but what its own recommendations are made of. */
function knownNames(at: Argv): { flags: readonly string[]; commands: readonly string[] } {
  const { getOptions, getInternalMethods } = at as unknown as YargsInside
  return {
    flags: Object.keys(getOptions?.call(at).key ?? {}),
    commands: getInternalMethods?.call(at).getCommandInstance().getCommands() ?? [],
  }
}

interface YargsInside {
  getOptions?(): { key: Readonly<Record<string, unknown>> }
  getInternalMethods?(): { getCommandInstance(): { getCommands(): readonly string[] } }
}
