import { pino, type Logger } from 'pino'
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
  /** Settles when all is written, which is never where nobody reads; for the end of the process. */
  close(): Promise<void>
}

/**
 * JSON lines on stdout, or something shorter where a person reads along. Through the stream and not pino's own
 * destination, which at the end waits for ever for a pipe that nobody reads, or whose reader is gone.
 */
export function openLog(settings: Pick<Settings, 'log_level'>, stdout: NodeJS.WriteStream): DaemonLog {
  let dropped = 0
  // A reader that went away is no reason to end.
  stdout.on('error', () => undefined)
  const log = pino(
    {
      level: settings.log_level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    {
      write(line: string) {
        if (stdout.writableLength > LONGEST_BACKLOG) {
          dropped++
          return
        }
        stdout.write(stdout.isTTY ? readable(line) : line)
        if (dropped === 0) return
        const count = dropped
        dropped = 0
        log.warn({ lines: count }, 'log lines were dropped: their reader was too slow')
      },
    },
  )
  return { log, close: () => new Promise((resolve) => void stdout.write('', () => resolve())) }
}

/** A short line for a person who reads along. */
function readable(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: string; time: string; msg?: string }
  const rest = Object.entries<unknown>(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return ` ${name}=${text.replaceAll('\n', '\n    ')}`
  })
  return `${time.slice(11, 23)} ${level.padEnd(5)} ${msg ?? ''}${rest.join('')}\n`
}
