import { FaultlineError } from '../contract/errors.ts'
import type { Owner } from '../contract/model.ts'
import type { RunStartOptions, Runs } from '../contract/ports.ts'
import { validator } from '../contract/validate.ts'
import type { RunStatus, RunView } from '../contract/wire.ts'
import { nearest } from '../kernel/nearest.ts'
import { randomId } from '../kernel/random-id.ts'
import type { Registry } from '../registry/registry.ts'
import { compile, requireFreeNames, requireProtocols } from './compile.ts'
import type { Plan } from './plan.ts'
import type { ProfileLibrary } from './profile-library.ts'
import { START_OPTIONS } from './profile-schema.ts'
import type { Profile } from './profile.ts'
import { readProfile } from './read-profile.ts'
import type { RunParts, RunRegistry } from './run-parts.ts'
import { Run } from './run.ts'

export interface RunsOptions extends RunParts {
  readonly registry: RunRegistry & Pick<Registry, 'seed' | 'onOrphaned'>
  readonly library: ProfileLibrary
  /** Where ids come from; they decide nothing. */
  readonly randomBytes: (size: number) => Uint8Array
  readonly limits?: { readonly live: number; readonly kept: number }
}

const LIMITS = { live: 20, kept: 100 }

/** How long the daemon's stop waits for a listener to come back. */
const CLOSE_PATIENCE_MS = 300

/** Profiles being carried out, and the last ones that were. */
export class ProfileRuns implements Runs {
  readonly #options: RunsOptions
  readonly #limits: { readonly live: number; readonly kept: number }
  /** In order of their start. */
  readonly #runs = new Map<string, Run>()
  readonly #ended: Record<Exclude<RunStatus, 'running'>, number> = {
    completed: 0,
    failed: 0,
    stopped: 0,
    aborted: 0,
    inconclusive: 0,
  }
  #closed = false

  constructor(options: RunsOptions) {
    this.#options = options
    this.#limits = options.limits ?? LIMITS
    options.registry.onOrphaned = (owner, proxy) => this.#orphaned(owner, proxy)
  }

  async start(input: string | object, options: RunStartOptions = {}): Promise<RunView> {
    const { registry, library, randomBytes } = this.#options
    checkOptions(options)
    const profile = typeof input === 'string' ? await library.load(input) : readInline(input)
    // From here to the reservation nothing waits, so that two starts cannot both find a target free.
    this.#requireRoom(profile)
    const proxies = registry.list().map(({ spec }) => spec)
    const plan = compile(profile, {
      run: `run_${randomId(randomBytes)}`,
      proxies,
      seed: String(options.seed ?? profile.seed ?? registry.seed),
      targets: options.targets ?? {},
    })
    if (options.share !== true) this.#requireFree(plan)
    requireFreeNames(plan, proxies)
    requireProtocols(plan, proxies)
    const run = new Run(plan, this.#options)
    this.#runs.set(plan.run, run)
    try {
      await run.start()
    } catch (error) {
      this.#runs.delete(plan.run)
      throw error
    }
    void run.whenEnded().then(() => this.#settle(run))
    return run.view()
  }

  list(): readonly RunView[] {
    return [...this.#runs.values()].reverse().map((run) => run.view())
  }

  get(id: string): RunView {
    return this.#find(id).view()
  }

  async stop(id: string): Promise<RunView> {
    const run = this.#find(id)
    await run.end('stopped')
    return run.view()
  }

  async abortAll(reason: string): Promise<void> {
    await Promise.all(this.#live().map((run) => run.end('aborted', reason)))
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#live().map((run) => run.end('aborted', 'the daemon is stopping', CLOSE_PATIENCE_MS)))
  }

  /** How many are live, and how many have ended in which way since the start. */
  counts(): Readonly<Record<RunStatus, number>> {
    return { running: this.#live().length, ...this.#ended }
  }

  #live(): Run[] {
    return [...this.#runs.values()].filter((run) => run.live)
  }

  #find(id: string): Run {
    const run = this.#runs.get(id)
    if (run !== undefined) return run
    const near = nearest(id, this.#runs.keys())
    const hint = near === undefined ? `the last ${this.#limits.kept} runs are kept` : `did you mean ${near}?`
    throw new FaultlineError('run_not_found', `no run has the id ${JSON.stringify(id.slice(0, 100))}; ${hint}`)
  }

  #requireRoom({ name }: Profile): void {
    if (this.#closed) throw new FaultlineError('shutting_down', `cannot start ${name}: the daemon is stopping`)
    const live = this.#live().length
    if (live < this.#limits.live) return
    const detail = `cannot start ${name}: ${live} runs are live, and at most ${this.#limits.live} may be`
    throw new FaultlineError('limit_reached', detail, { remedy: 'Stop a run, or wait for one to end.' })
  }

  #requireFree(plan: Plan): void {
    for (const { plan: other } of this.#live()) {
      const shared = plan.proxies.find((proxy) => other.proxies.includes(proxy))
      if (shared === undefined) continue
      const detail = `cannot start ${plan.profile} on proxy ${shared}: run ${other.run} of ${other.profile} holds it`
      throw new FaultlineError('target_busy', detail, { pointer: '/targets' })
    }
  }

  // The registry is in the middle of removing the proxy; the run is healed when it is done with that.
  #orphaned(owner: Owner, proxy: string): void {
    const run = this.#live().find(({ plan }) => plan.owner === owner)
    if (run !== undefined) queueMicrotask(() => void run.end('aborted', `proxy ${proxy} was removed under the run`))
  }

  #settle(run: Run): void {
    const { status } = run.view()
    if (status !== 'running') this.#ended[status]++
    for (const [id, old] of this.#runs) {
      if (this.#runs.size - this.#live().length <= this.#limits.kept) break
      if (!old.live) this.#runs.delete(id)
    }
  }
}

function checkOptions(options: RunStartOptions): void {
  const problems = validator(START_OPTIONS)(options)
  if (problems.length === 0) return
  const detail = `cannot start a run: ${problems.map(({ message }) => message).join('; ')}`
  throw new FaultlineError('invalid_request', detail, { problems })
}

/** Problems point into the request, where the profile is one field among others. */
function readInline(input: object): Profile {
  try {
    return readProfile(input)
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error
    const problems = error.problems.map(({ pointer, message }) => ({ pointer: `/profile${pointer}`, message }))
    throw new FaultlineError(error.code, error.message, { problems, remedy: error.remedy })
  }
}
