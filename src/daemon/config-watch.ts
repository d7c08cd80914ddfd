import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { FaultlineError } from '../contract/errors.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'
import { applyProxies } from './apply-proxies.ts'
import { readConfig, type ConfigFile } from './config-file.ts'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface WatchOptions {
  /** The file as it was applied at start. */
  readonly config: ConfigFile & { readonly text: string }
  readonly registry: Registry
  readonly clock: Clock
  readonly log: Log
}

/** A file that did not change for so long is not being written any more: an empty one would remove every proxy. */
const SETTLED_MS = 100

/**
 * Applies the proxies of a config file again whenever its content changes. A file that is not valid is logged and
 * changes nothing. Settings are read at start only, so that a changed one is logged as waiting for the next.
 * @returns ends it
 */
export async function watchConfig({ config, registry, clock, log }: WatchOptions): Promise<() => Promise<void>> {
  // Loaded when it is asked for: most daemons do not watch.
  const { watch } = await import('chokidar')
  const file = resolve(config.file)
  let seen = hashOf(config.text)
  let settings = config.values
  let work = Promise.resolve()

  const pause = (): Promise<void> => new Promise((done) => void clock.at(clock.now() + SETTLED_MS, done))
  // Gone for the moment, as while an editor or a mounted volume swaps it: then nothing is to be done.
  const read = (): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined)

  async function settled(): Promise<string | undefined> {
    for (let before = await read(); ;) {
      await pause()
      const now = await read()
      if (now === before) return now
      before = now
    }
  }

  async function look(): Promise<void> {
    const now = await settled()
    if (now === undefined) return gone()
    isGone = false
    if (hashOf(now) === seen) return
    seen = hashOf(now)
    if (now.trim() === '') {
      // More likely cut short by a full disk or a redirection than meant.
      log.warn({ file }, 'the config file is empty: what was applied stays (proxies: {} takes all away)')
      return
    }
    try {
      const changed = readConfig(config.file, now)
      const diff = await applyProxies(registry, changed)
      log.info({ file, ...diff }, 'config applied again')
      const later = differing(settings, changed.values)
      if (later.length > 0) log.warn({ file, settings: later }, 'settings changed; they take effect at the next start')
      settings = changed.values
    } catch (error) {
      const problems = error instanceof FaultlineError ? error.problems.map(({ message }) => message) : []
      log.error({ file, problems }, `config not applied: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  let isGone = false
  function gone(): void {
    if (!isGone) log.warn({ file }, 'the config file is gone: what was applied stays')
    isGone = true
    seen = ''
  }

  let waiting = false
  // One at a time; one that has not begun yet sees all that changed until then.
  function lookAgain(): void {
    if (waiting) return
    waiting = true
    work = work.then(() => {
      waiting = false
      return look()
    })
  }

  // Its folder too: a mounted volume swaps a link beside the file, which itself stays as it is.
  const folder = dirname(file)
  const concerns = (path: string): boolean => path === folder || path === file || basename(path) === '..data'
  const watcher = watch(folder, { ignoreInitial: true, depth: 0, ignored: (path) => !concerns(path) })
  // Raw events come for links as well; what changed is judged by the content.
  watcher.on('raw', lookAgain)
  watcher.on('all', lookAgain)
  watcher.on('error', (error) => log.error({ file, error: String(error) }, 'the config file cannot be watched'))
  await new Promise<void>((done) => watcher.once('ready', done))
  // What changed between the first reading and now.
  lookAgain()
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
