import { FaultlineError } from '../contract/errors.ts'
import { loadSettings } from '../daemon/load-settings.ts'
import { EXIT, MisuseError, type ExitCode } from './misuse.ts'
import { readTextFile } from './profile-file.ts'
import { parseServeArgs } from './serve-args.ts'
import { packageVersion } from '../daemon/package-version.ts'

/** `faultline serve`. @returns the exit code when it did not start; 0 when it runs, and then the process stays */
export async function serve(args: readonly string[]): Promise<ExitCode> {
  try {
    const { flags, config: given, help, version } = parseServeArgs(args)
    if (help) {
      const { serveHelp } = await import('./serve-help.ts')
      return say(serveHelp())
    }
    if (version) return say(`faultline version ${packageVersion()}`)
    const { env } = process
    const file = given ?? (env['FAULTLINE_CONFIG'] === '' ? undefined : env['FAULTLINE_CONFIG'])
    const config = file === undefined ? undefined : await read(file)
    const loaded = loadSettings({ flags, env, config })
    const { runDaemon } = await import('../daemon/run-daemon.ts')
    await runDaemon({ ...loaded, config, version: packageVersion() })
    return EXIT.fine
  } catch (error) {
    return explain(error)
  }
}

async function read(file: string) {
  const text = readTextFile(file, 'config')
  const { readConfig } = await import('../daemon/config-file.ts')
  return { ...readConfig(file, text), text }
}

function say(text: string): ExitCode {
  process.stdout.write(`${text}\n`)
  return EXIT.fine
}

/** One line where there is one thing to say, so that it can be found in the log of a container. */
function explain(error: unknown): ExitCode {
  const line = (text: string): void => void process.stderr.write(`${text}\n`)
  if (error instanceof MisuseError) {
    line(`error: ${error.message}; ${error.remedy}`)
    return EXIT.misuse
  }
  if (!(error instanceof FaultlineError)) throw error
  const { problems, message, remedy, code } = error
  if (problems.length === 1) line(`error: ${problems[0]?.message ?? message}`)
  else {
    line(`error: ${message}; ${remedy}`)
    for (const problem of problems) line(`  ${problem.message}`)
  }
  return code === 'invalid_config' ? EXIT.misuse : EXIT.failed
}
