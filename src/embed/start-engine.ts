import { FaultlineError } from '../contract/errors.ts'
import { loadSettings } from '../daemon/load-settings.ts'
import { startDaemon } from '../daemon/main.ts'
import { packageVersion } from '../daemon/package-version.ts'
import { SETTING_LIST } from '../daemon/settings.ts'
import { nearest } from '../kernel/nearest.ts'
import { silentLog } from '../kernel/log.ts'
import type { Log } from '../kernel/log.ts'
import type { Engine, StartOptions } from './local-faultline.ts'

const errorLog: Log = {
  ...silentLog,
  error: (fields, message) => console.error(`faultline: ${message}`, fields),
}

/** A daemon in this process. @throws FaultlineError when a setting is not valid, or the port is taken */
export async function startEngine(options: StartOptions): Promise<Engine> {
  const { seed, port, settings = {}, log = errorLog } = options
  const given = { ...settings, ...(seed === undefined ? {} : { seed }), ...(port === undefined ? {} : { port }) }
  checkNames(Object.keys(settings))
  const flags = new Map(Object.entries(given).map(([path, value]) => [path, String(value)]))
  return startDaemon({
    settings: loadSettings({ flags }).settings,
    log,
    version: packageVersion(),
    listen: port !== undefined,
    onFlood: () => log.error({}, 'too many bugs in a short time; stop it and report them'),
  })
}

/** @throws FaultlineError invalid_config */
function checkNames(paths: readonly string[]): void {
  const known = SETTING_LIST.map(({ path }) => path)
  const problems = paths
    .filter((path) => !known.includes(path))
    .map((path) => {
      const near = nearest(path, known)
      return {
        pointer: '',
        message: `${JSON.stringify(path)} is no setting${near === undefined ? '' : `; did you mean ${near}?`}`,
      }
    })
  if (problems.length > 0) {
    const detail = `faultline did not start: ${problems.map(({ message }) => message).join('; ')}`
    throw new FaultlineError('invalid_config', detail, { problems, remedy: 'docs/config.md lists the settings.' })
  }
}
