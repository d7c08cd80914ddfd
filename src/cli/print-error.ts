import { ApiError, UnreachableError } from '../client/client-error.ts'
import { FaultlineError } from '../contract/errors.ts'
import { EXIT, MisuseError, type ExitCode } from './misuse.ts'
import { plain, type Terminal } from './terminal.ts'

/** Says on stderr what was attempted, what was found, and what to do. @returns the exit code it means */
export function printError(terminal: Terminal, error: unknown, json: boolean): ExitCode {
  const told = tell(error)
  if (json) terminal.err(JSON.stringify({ error: told.fields }))
  else {
    terminal.err(`error: ${plain(told.message)}`)
    for (const line of told.lines) terminal.err(`  ${plain(line)}`)
  }
  return told.exit
}

/** What to do, said as commands where the daemon says it as requests. */
const REMEDIES: Readonly<Record<string, string>> = {
  unauthorized: 'Give the token with --token or FAULTLINE_TOKEN.',
  proxy_not_found: '`faultline proxy list` shows what there is.',
  proxy_exists: 'Use another name, or --replace.',
  fault_not_found: '`faultline fault list <proxy>` shows what there is.',
  fault_exists: 'Change it with `faultline fault update`, or give another --name.',
  kind_not_found: '`faultline kinds` shows what there is.',
  profile_not_found: '`faultline profile list` shows what there is.',
  run_not_found: '`faultline runs list` shows what there is.',
  scope_not_found:
    '`faultline scope list` shows what is open; --scope default, or no FAULTLINE_SCOPE, means the default scope.',
  scope_ended:
    'Make a new one with `faultline scope create`, and renew it in time; --scope default means the default scope.',
  clock_is_real: 'Make another with `faultline scope create --clock manual`; it cannot be changed later.',
  target_busy: 'Wait for it, stop it with `faultline runs stop`, or start with --share.',
}

interface Told {
  readonly exit: ExitCode
  readonly message: string
  readonly lines: readonly string[]
  readonly fields: object
}

function tell(error: unknown): Told {
  if (error instanceof ApiError) {
    const { message, status, code, pointer, problems, requestId } = error
    const remedy = REMEDIES[code ?? ''] ?? error.remedy
    return {
      exit: EXIT.failed,
      message,
      lines: [
        ...(problems.length > 1 ? problems.map((problem) => `${problem.pointer}: ${problem.message}`) : []),
        ...(problems.length <= 1 && pointer !== undefined && pointer !== '' ? [`at: ${pointer}`] : []),
        ...(remedy === undefined ? [] : [`what to do: ${remedy}`]),
        ...(requestId === undefined ? [] : [`request id: ${requestId}`]),
      ],
      fields: { message, status, code, pointer, remedy, problems, request_id: requestId },
    }
  }
  if (error instanceof UnreachableError) {
    const remedy = 'Start one with `faultline serve`, or say where it is with --url or FAULTLINE_URL.'
    return {
      exit: EXIT.unreachable,
      message: error.message,
      lines: [`what to do: ${remedy}`],
      fields: { message: error.message, url: error.url, remedy },
    }
  }
  if (error instanceof FaultlineError) {
    const { message, code, problems, remedy } = error
    return {
      exit: EXIT.failed,
      message,
      lines: [...problems.map((problem) => problem.message), `what to do: ${remedy}`],
      fields: { message, code, problems, remedy },
    }
  }
  if (error instanceof MisuseError) {
    const { message, remedy } = error
    return { exit: EXIT.misuse, message, lines: [`what to do: ${remedy}`], fields: { message, remedy } }
  }
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : []
  return { exit: EXIT.failed, message: `a bug in faultline: ${message}`, lines: stack, fields: { message, stack } }
}
