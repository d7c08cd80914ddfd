import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { FaultlineError } from '../contract/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'
import { applyProxies } from './apply-proxies.ts'
import { readConfig, type ConfigFile } from './config-file.ts'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface WatchOptions {
  /** The file as it was applied at start. */
  readonly config: ConfigFile & { readonly text: string }
  readonly registry: Registry
  readonly log: Log
}

/**
 * Applies the proxies of a config file again whenever its content changes. A file that is not valid is logged and
 * changes nothing. Settings are read at start only, so that a changed one is logged as waiting for the next.
 * @returns ends it
 */
export async function watchConfig({ config, registry, log }: WatchOptions): Promise<() => Promise<void>> {
  // Loaded when it is asked for: most daemons do not watch.
  const { watch } = await import('chokidar')
  const { file } = config
  let seen = hashOf(config.text)
  let settings = config.values
  let work = Promise.resolve()

  async function look(): Promise<void> {
    const now = await readFile(file, 'utf8').catch(() => undefined)
    // Gone for the moment, as while an editor or a mounted volume swaps it.
    if (now === undefined || hashOf(now) === seen) return
    seen = hashOf(now)
    try {
      const changed = readConfig(file, now)
      const diff = await applyProxies(registry, changed)
      log.info({ file, ...diff }, 'config applied again')
      const waiting = differing(settings, changed.values)
      if (waiting.length > 0)
        log.warn({ file, settings: waiting }, 'settings changed; they take effect at the next start')
      settings = changed.values
    } catch (error) {
      const problems = error instanceof FaultlineError ? error.problems.map(({ message }) => message) : []
      log.error({ file, problems }, `config not applied: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const watcher = watch(file, { ignoreInitial: true })
  // One at a time, in the order of the changes.
  watcher.on('all', () => (work = work.then(look)))
  watcher.on('error', (error) => log.error({ file, error: String(error) }, 'the config file cannot be watched'))
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  // What changed between the first reading and now.
  work = work.then(look)
  return async () => {
    await watcher.close()
    await work
  }
}

function differing(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  const text = (value: unknown): string => JSON.stringify(value) ?? ''
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => text(before.get(path)) !== text(after.get(path)),
  )
}
