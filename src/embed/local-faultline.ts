import { FaultlineClient } from '../client/client.ts'
import { Faultline } from '../client/connect.ts'
import type { Log } from '../kernel/log.ts'

export interface StartOptions {
  /** All chance follows from it; drawn at random when left out. */
  readonly seed?: string | number
  /** Also listens there for other processes; 0 takes a free port. Left out: no port is opened. */
  readonly port?: number
  /** Any other setting by its path, as in docs/config.md: `{ 'limits.proxies': 50 }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Where it tells of bugs and of what it does. Default: errors on standard error. */
  readonly log?: Log
}

/** What is used of a daemon in this process. The daemon is ESM; what CommonJS can load knows this much of it. */
export interface Engine {
  readonly url: string | undefined
  readonly seed: string
  readonly fetch: typeof fetch
  stop(): Promise<void>
}

/** Without a port there is no address; calls go straight into the engine. */
const NOWHERE = 'http://faultline.invalid'

/** The engine in this process: everything a daemon does, and its end. */
export class LocalFaultline extends Faultline implements AsyncDisposable {
  /** Where other processes reach it; undefined when it has no port. */
  readonly address: string | undefined
  readonly seed: string
  readonly #engine: Engine

  constructor(engine: Engine) {
    super(new FaultlineClient({ url: engine.url ?? NOWHERE, fetch: engine.fetch }))
    this.#engine = engine
    this.address = engine.url
    this.seed = engine.seed
  }

  /** Heals what runs, and closes every socket. */
  stop(): Promise<void> {
    return this.#engine.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
