import closeWithGrace from 'close-with-grace'
import { watchConfig } from './config-watch.ts'
import type { ConfigFile } from './config-file.ts'
import { openLog } from './daemon-log.ts'
import type { LoadedSettings } from './load-settings.ts'
import { startDaemon } from './main.ts'
import type { Settings } from './settings.ts'

/** The end comes within a second, whatever hangs. */
const LONGEST_STOP_MS = 700

export interface RunOptions {
  readonly settings: Settings
  readonly config?: (ConfigFile & { readonly text: string }) | undefined
  /** Where each value that is not the default came from. */
  readonly sources: LoadedSettings['sources']
  /** About the settings, for the log. */
  readonly warnings: readonly string[]
  readonly version: string
}

/**
 * The daemon as a process: its log, its signals, its bugs. Settles when it is ready; from then on sockets keep it alive.
 * @throws FaultlineError when it cannot start
 */
export async function runDaemon({ settings, config, sources, warnings, version }: RunOptions): Promise<void> {
  const { log, close: closeLog } = openLog(settings, process.stdout)
  log.debug({ sources: Object.fromEntries(sources) }, 'settings that are not at their defaults')
  for (const warning of warnings) log.warn(warning)
  let broken = false
  const daemon = await startDaemon({
    settings,
    config,
    log,
    version,
    onFlood() {
      log.fatal('too many bugs in a short time: the daemon ends rather than go on broken')
      broken = true
      process.kill(process.pid, 'SIGTERM')
    },
  })
  // A bug must not take the traffic of all with it.
  process.on('uncaughtException', (error) => daemon.bugs.report(error))
  process.on('unhandledRejection', (reason) => daemon.bugs.report(reason))

  // For when the API cannot be reached: the lever that needs nothing but a shell.
  process.on('SIGUSR2', () => void daemon.halt.halt('SIGUSR2'))

  if (!daemon.isLoopback && settings.token === undefined) {
    log.warn({ control: daemon.url }, 'open to everybody who can reach it: no token is set, and --insecure allows that')
  }
  const stopWatching =
    settings.watch && config !== undefined
      ? await watchConfig({ config, registry: daemon.registry, clock: daemon.clock, log })
      : undefined
  if (settings.watch && config === undefined) log.warn('watch is set, but there is no config file to watch')

  closeWithGrace(
    {
      delay: LONGEST_STOP_MS,
      logger: false,
      // Bugs do not end the daemon; and a handler for the faults of the machine would only run into them again.
      skip: [
        'uncaughtException',
        'unhandledRejection',
        'SIGILL',
        'SIGTRAP',
        'SIGABRT',
        'SIGBUS',
        'SIGFPE',
        'SIGSEGV',
        'SIGUSR2',
      ],
      // Nothing is left half done by it: what hangs are sockets, or whoever should read the log.
      onTimeout: () => process.exit(broken ? 1 : 0),
      onSecondSignal: () => process.exit(1),
    },
    async ({ signal }) => {
      log.info({ signal }, 'stopping')
      await Promise.all([stopWatching?.(), daemon.stop()])
      log.info('stopped')
      await closeLog()
      if (broken) process.exit(1)
    },
  )
  log.info(
    { control: daemon.url, seed: daemon.seed, version, pid: process.pid, proxies: daemon.registry.list().length },
    'ready',
  )
}
