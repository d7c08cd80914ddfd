import { pino, type DestinationStream, type Logger } from 'pino'
import type { Settings } from './settings.ts'

/** Log lines that wait for a slow reader of stdout; above it lines are dropped rather than traffic delayed. */
const LONGEST_BACKLOG = 4 * 1024 ** 2

const SECRETS = [
  'token',
  '*.token',
  'authorization',
  '*.authorization',
  'headers.authorization',
  '*.headers.authorization',
]

export interface DaemonLog {
  readonly log: Logger
  /** Writes what is waiting. For the end of the process. */
  flush(): void
}

/** JSON lines on stdout, or something shorter where a person reads along. */
export function openLog(settings: Pick<Settings, 'log_level'>, stdout: { readonly isTTY?: boolean }): DaemonLog {
  // Not synchronous: a reader that stops reading (a full pipe) must not stop the loop.
  const file = pino.destination({ fd: 1, sync: false, maxLength: LONGEST_BACKLOG })
  // A reader that went away is no reason to end.
  file.on('error', () => undefined)
  const destination = stdout.isTTY === true ? readable(file) : file
  const log = pino(
    {
      level: settings.log_level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    destination,
  )
  return { log, flush: () => flushQuietly(file) }
}

function flushQuietly(file: { flushSync(): void }): void {
  try {
    file.flushSync()
  } catch {
    // Not open yet, or its reader is gone: there is nobody to tell.
  }
}

/** Short lines for a person who reads along. */
function readable(file: DestinationStream): DestinationStream {
  return {
    write(line) {
      const { level, time, msg, ...fields } = JSON.parse(line) as { level: string; time: string; msg?: string }
      const rest = Object.entries<unknown>(fields).map(([name, value]) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value)
        return ` ${name}=${text.replaceAll('\n', '\n    ')}`
      })
      file.write(`${time.slice(11, 23)} ${level.padEnd(5)} ${msg ?? ''}${rest.join('')}\n`)
    },
  }
}
