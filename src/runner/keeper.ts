import { connect } from '../client/connect.ts'
import type { Faultline } from '../client/connect.ts'
import type { Scope } from '../client/scope.ts'
import { whatHappened } from './what-happened.ts'

export interface KeeperOptions {
  /** Settings of the engine where it is started in this process: `{ 'limits.proxies': 50 }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Lets tests pass although faults of theirs never acted; single ones: `scope.allowUnfired(name)`. Default false. */
  readonly allowUnfired?: boolean
}

/** An engine that was started for a file of tests. */
export interface StartedEngine extends Faultline {
  stop(): Promise<void>
}

/** Given and not imported: ESM, CommonJS and jest each reach the engine in a way of their own. */
export type StartEngine = (options: {
  readonly seed: string
  readonly settings: NonNullable<KeeperOptions['settings']>
}) => Promise<StartedEngine>

/** Where the runner's environment comes from: `process.env`. */
export type RunnerEnvironment = Readonly<Record<string, string | undefined>>

/** A fault of the test never acted, so the test proved nothing about it. */
export class UnfiredError extends Error {
  override readonly name = 'UnfiredError'
}

const LARGEST_SEED = 1_000_000_000

/**
 * One daemon for a file of tests and one scope for each test, whatever the runner: the daemon at FAULTLINE_URL, or an
 * engine in this process. Runners call these in their hooks and do nothing else.
 */
export class Keeper {
  /** FAULTLINE_SEED, or a new one for each run: the scope of each test draws from it. */
  readonly seed: string
  readonly #options: KeeperOptions
  readonly #env: RunnerEnvironment
  readonly #start: StartEngine
  #chaos: Faultline | undefined
  #local: StartedEngine | undefined

  /** @param random in [0, 1): where a seed comes from when the environment gives none */
  constructor(options: KeeperOptions, env: RunnerEnvironment, random: () => number, start: StartEngine) {
    this.#start = start
    this.#options = options
    this.#env = env
    const { FAULTLINE_SEED: seed } = env
    this.seed = seed === undefined || seed === '' ? String(Math.floor(random() * LARGEST_SEED)) : seed
  }

  /** The daemon of the file; found or started with the first call. */
  async open(): Promise<Faultline> {
    if (this.#chaos !== undefined) return this.#chaos
    const { FAULTLINE_URL: url } = this.#env
    if (url !== undefined && url !== '') return (this.#chaos = await connect(this.#env))
    this.#local = await this.#start({ seed: this.seed, settings: this.#options.settings ?? {} })
    return (this.#chaos = this.#local)
  }

  async begin(labels: Readonly<Record<string, string>>): Promise<Scope> {
    const chaos = await this.open()
    return chaos.scope({ seed: this.seed, labels })
  }

  /** What a failure should tell: how to repeat it, and what happened in the scope (bounded). */
  async report(scope: Scope, repeat: string): Promise<string> {
    const told = await whatHappened(scope).catch((error: unknown) => `what happened is not known: ${String(error)}`)
    return `faultline: repeat it with FAULTLINE_SEED=${this.seed} ${repeat}\n${told}`
  }

  /** Ends the scope. @throws UnfiredError where the test passed and a fault of it never acted */
  async finish(scope: Scope, passed: boolean, repeat: string): Promise<void> {
    const left = (await scope.unfired()).filter(({ fault }) => !scope.mayStayUnfired(fault))
    const wrong = passed && this.#options.allowUnfired !== true && left.length > 0
    const report = wrong ? await this.report(scope, repeat) : ''
    await scope.end()
    if (!wrong) return
    const names = left.map(({ proxy, fault }) => `${fault} on proxy ${proxy}`).join(', ')
    throw new UnfiredError(
      `${left.length === 1 ? 'a fault' : `${left.length} faults`} of this test never acted: ${names}. ` +
        `Let traffic pass that it looks at, or allow it with scope.allowUnfired(name).\n\n${report}`,
    )
  }

  async close(): Promise<void> {
    await this.#local?.stop()
    this.#chaos = this.#local = undefined
  }
}
