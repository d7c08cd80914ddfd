import type { Halt } from '../contract/halt.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'
import type { BugWatch } from './bug-watch.ts'
import type { ConfigFile } from './config-file.ts'
import type { Settings } from './settings.ts'

export interface DaemonOptions {
  readonly settings: Settings
  readonly config?: ConfigFile | undefined
  readonly log: Log
  readonly version: string
  /** Whether the control API listens; without it only `fetch` reaches it. Default true. */
  readonly listen?: boolean
  /** Called when bugs do not stop, so that going on makes no sense. */
  readonly onFlood: () => void
}

export interface Daemon {
  /** Where the control API is; undefined where it does not listen. */
  readonly url: string | undefined
  /** Calls the control API without a port. */
  readonly fetch: typeof fetch
  readonly isLoopback: boolean
  readonly seed: string
  readonly clock: Clock
  readonly registry: Registry
  readonly halt: Halt
  /** For exceptions that nobody caught. */
  readonly bugs: BugWatch
  /** Heals what runs, closes every socket. */
  stop(): Promise<void>
}
