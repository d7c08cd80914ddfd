import { FaultlineClient } from '../../client/client.ts'
import { loadSettings } from '../../daemon/load-settings.ts'
import { startDaemon } from '../../daemon/main.ts'
import { packageVersion } from '../../daemon/package-version.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Terminal } from '../terminal.ts'

/** What carries a command's traffic. */
export interface ExecEngine {
  readonly client: FaultlineClient
  stop(): Promise<void>
}

/** An engine in this process, on a free port of loopback, for as long as the command runs. */
export async function startEngine(terminal: Terminal): Promise<ExecEngine> {
  // Not the environment's settings: those are for a daemon, and its port may be taken.
  const { settings } = loadSettings({ flags: new Map([['port', '0']]) })
  const tell = (fields: object, message: string): void =>
    terminal.err(`faultline: ${message} ${JSON.stringify(fields)}`)
  const daemon = await startDaemon({
    settings,
    log: { ...silentLog, error: tell },
    version: packageVersion(),
    onFlood: () => tell({}, 'too many bugs in a short time; the command goes on, but do not trust what it shows'),
  })
  return { client: new FaultlineClient({ url: String(daemon.url) }), stop: () => daemon.stop() }
}
