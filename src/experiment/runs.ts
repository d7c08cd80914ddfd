import { FaultlineError } from '../contract/errors.ts'
import type { PreviewOptions, RunStartOptions, Runs } from '../contract/ports.ts'
import type { ParameterValues } from '../contract/profile-wire.ts'
import type { PreviewView } from '../contract/plan-wire.ts'
import type { RunStatus, RunView } from '../contract/run-wire.ts'
import { isoTime } from '../kernel/iso-time.ts'
import { nearest } from '../kernel/nearest.ts'
import { randomId } from '../kernel/random-id.ts'
import type { Registry } from '../registry/registry.ts'
import { compile, faultsOfPlan, requireFreeNames, requireProtocols } from './compile.ts'
import type { RunRecord } from './journals/run-record.ts'
import { Leash } from './leash.ts'
import { checkOptions, loadProfile, readTtl } from './load-profile.ts'
import { RUN_DURATIONS, longestDuration } from './longest-duration.ts'
import type { RunDurations } from './longest-duration.ts'
import { requireHostFaults } from './host/host-effects.ts'
import type { Plan } from './plan.ts'
import { requirePlanes } from './planes/require-planes.ts'
import { planPreview } from './plan-preview.ts'
import type { ProfileLibrary } from './profile-library.ts'
import type { Profile } from './profile.ts'
import type { RunParts, RunRegistry } from './run-parts.ts'
import { Run } from './run.ts'

export interface RunsOptions extends RunParts {
  readonly registry: RunRegistry & Pick<Registry, 'seed' | 'onOrphaned' | 'onRemoved' | 'gate'>
  readonly library: ProfileLibrary
  /** Where ids come from; they decide nothing. */
  readonly randomBytes: (size: number) => Uint8Array
  readonly limits?: { readonly live: number; readonly kept: number }
  readonly durations?: RunDurations
}

const LIMITS = { live: 20, kept: 100 }

/** Stages and faults that all ended runs tell of, together: long ones are kept fewer. */
const MOST_ROWS = 100_000

/** How long the daemon's stop waits for a listener to come back. */
const CLOSE_PATIENCE_MS = 300

/** Profiles being carried out, and the last ones that were. */
export class ProfileRuns implements Runs {
  readonly #options: RunsOptions
  readonly #limits: { readonly live: number; readonly kept: number }
  /** In order of their start. */
  readonly #runs = new Map<string, Run>()
  readonly #leashes = new WeakMap<Run, Leash>()
  readonly #records = new WeakMap<Run, RunRecord>()
  /** Journals that are being closed. */
  readonly #closing = new Set<Promise<void>>()
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
    options.registry.onOrphaned = (owner, proxy, why) => this.#lost(proxy, ({ plan }) => plan.owner === owner, why)
    options.registry.onRemoved = (proxy) => this.#lost(proxy, ({ plan }) => plan.proxies.includes(proxy))
  }

  async start(input: string | object, options: RunStartOptions = {}): Promise<RunView> {
    const { registry, library, randomBytes, journals } = this.#options
    checkOptions(options)
    const ttlMs = readTtl(options)
    const written = typeof input === 'string' ? await library.written(input) : input
    const profile = await loadProfile(library, input, options.parameters)
    requireNoMatrix(profile, options.parameters)
    // From here to the reservation nothing waits, so that two starts cannot both find a target free.
    this.#requireRoom(profile)
    const proxies = registry.list().map(({ spec }) => spec)
    const plan = compile(profile, {
      run: `run_${randomId(randomBytes)}`,
      proxies,
      seed: String(options.seed ?? profile.seed ?? registry.seed),
      targets: options.targets ?? {},
      dryRun: options.dry_run === true,
      maxDurationMs: longestDuration(profile, this.#options.durations ?? RUN_DURATIONS),
    })
    this.#requireAllowed(plan)
    if (options.share !== true) this.#requireFree(plan)
    requireFreeNames(plan, proxies)
    requireProtocols(plan, proxies)
    requireHostFaults(plan, this.#options.hostFaults)
    requirePlanes(plan, registry)
    let record: RunRecord | undefined
    const run = new Run(plan, { ...this.#options, lacks: () => record?.incomplete })
    this.#runs.set(plan.run, run)
    this.#tie(run, ttlMs)
    try {
      record = await journals?.open(plan, { written, options, proxies })
      if (record !== undefined) this.#records.set(run, record)
      await run.start()
    } catch (error) {
      this.#runs.delete(plan.run)
      this.#leashes.get(run)?.close()
      if (record !== undefined) await journals?.discard(record)
      throw error
    }
    void run.whenEnded().then(() => this.#settle(run))
    // Faults that it leaves go when its longest time is over, at the latest.
    void run.whenReleased().then(() => {
      this.#leashes.get(run)?.close()
      this.#keep(run)
    })
    return this.#view(run)
  }

  async preview(input: string | object, { limit, ...options }: PreviewOptions = {}): Promise<PreviewView> {
    const { registry, library } = this.#options
    checkOptions(options)
    const profile = await loadProfile(library, input, options.parameters)
    const proxies = registry.list().map(({ spec }) => spec)
    const requires = [
      () => void longestDuration(profile, this.#options.durations ?? RUN_DURATIONS),
      (plan: Plan) => this.#requireAllowed(plan),
      (plan: Plan) => (options.share === true ? undefined : this.#requireFree(plan)),
      (plan: Plan) => requireHostFaults(plan, this.#options.hostFaults),
      (plan: Plan) => requirePlanes(plan, registry),
    ]
    return planPreview(profile, { proxies, seed: registry.seed, requires }, options, limit)
  }

  /** Settles when it has ended, whoever ended it. @throws FaultlineError run_not_found */
  async whenEnded(id: string): Promise<RunView> {
    const run = this.#find(id)
    await run.whenEnded()
    return run.view()
  }

  list(): readonly RunView[] {
    const archived = this.#options.journals?.archived() ?? []
    const here = [...this.#runs.values()].reverse().map((run) => this.#view(run))
    return [...here, ...archived.filter(({ id }) => !this.#runs.has(id))]
  }

  get(id: string): RunView {
    return this.#archived(id) ?? this.#view(this.#find(id))
  }

  async stop(id: string): Promise<RunView> {
    const archived = this.#archived(id)
    if (archived !== undefined) return archived
    const run = this.#find(id)
    await run.end('stopped')
    return this.#view(run)
  }

  journal(id: string): AsyncIterable<string | Uint8Array> {
    const run = this.#archived(id) === undefined ? this.#find(id) : undefined
    const record = run === undefined ? undefined : this.#records.get(run)
    return this.#options.journals?.text(id, record) ?? noText()
  }

  renew(id: string): RunView {
    const run = this.#find(id)
    this.#leashes.get(run)?.renew()
    return this.#view(run)
  }

  async abortAll(reason: string): Promise<void> {
    await this.endLive(reason)
  }

  /** Ends every live run at once, and takes away what ended ones had left; settles with what became of them. */
  async endLive(reason: string): Promise<readonly RunView[]> {
    const holding = this.#holding()
    await Promise.all(holding.map((run) => run.end('aborted', reason)))
    return holding.map((run) => run.view())
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#holding().map((run) => run.end('aborted', 'the daemon is stopping', CLOSE_PATIENCE_MS)))
    await Promise.all(this.#closing)
  }

  /** How many are live, and how many have ended in which way since the start. */
  counts(): Readonly<Record<RunStatus, number>> {
    return { running: this.#live().length, ...this.#ended }
  }

  #view(run: Run): RunView {
    const view = { ...run.view(), ...this.#records.get(run)?.view(run.live) }
    const expiresAt = this.#leashes.get(run)?.expiresAt
    return expiresAt === undefined || !run.live ? view : { ...view, expires_at: isoTime(expiresAt) }
  }

  /** One that this daemon has only the journal of. */
  #archived(id: string): RunView | undefined {
    return this.#runs.has(id) ? undefined : this.#options.journals?.find(id)
  }

  /** Its journal is closed, and how it ended is kept. */
  #keep(run: Run): void {
    const record = this.#records.get(run)
    const done = record && this.#options.journals?.settle(record, this.#view(run))
    if (done === undefined) return
    this.#closing.add(done)
    void done.finally(() => this.#closing.delete(done))
  }

  #tie(run: Run, ttlMs: number | undefined): void {
    const { clock } = this.#options
    const end = (why: string): void => void run.end('aborted', why)
    this.#leashes.set(run, new Leash({ clock, longestMs: run.plan.maxDurationMs, ttlMs, end }))
  }

  #live(): Run[] {
    return [...this.#runs.values()].filter((run) => run.live)
  }

  /** Those that go on, and those that left their faults. */
  #holding(): Run[] {
    return [...this.#runs.values()].filter((run) => run.holds)
  }

  #find(id: string): Run {
    const run = this.#runs.get(id)
    if (run !== undefined) return run
    const near = nearest(id, this.#runs.keys())
    const hint = near === undefined ? `the last ${this.#limits.kept} runs are kept` : `did you mean ${near}?`
    throw new FaultlineError('run_not_found', `no run has the id ${JSON.stringify(id.slice(0, 100))}; ${hint}`)
  }

  #requireRoom({ name }: Profile): void {
    this.#options.registry.gate.mustNotBeHalted(`start ${name}`)
    if (this.#closed) throw new FaultlineError('shutting_down', `cannot start ${name}: the daemon is stopping`)
    const live = this.#holding().length
    if (live < this.#limits.live) return
    const detail = `cannot start ${name}: ${live} runs are live or have left their faults, and at most ${this.#limits.live} may be`
    throw new FaultlineError('limit_reached', detail, { remedy: 'Stop a run, or wait for one to end.' })
  }

  /** What would keep a later stage from beginning keeps the run from starting. @throws FaultlineError target_not_allowed */
  #requireAllowed(plan: Plan): void {
    for (const { proxy } of faultsOfPlan(plan)) this.#options.registry.gate.mustBeTarget(proxy)
  }

  #requireFree(plan: Plan): void {
    for (const { plan: other } of this.#holding()) {
      const shared = plan.proxies.find((proxy) => other.proxies.includes(proxy))
      if (shared === undefined) continue
      const detail = `cannot start ${plan.profile} on proxy ${shared}: run ${other.run} of ${other.profile} holds it`
      throw new FaultlineError('target_busy', detail, { pointer: '/targets' })
    }
  }

  // The registry is in the middle of removing the proxy; the run is healed when it is done with that.
  #lost(proxy: string, isConcerned: (run: Run) => boolean, why = `proxy ${proxy} was removed under the run`): void {
    for (const run of this.#holding().filter(isConcerned)) {
      queueMicrotask(() => void run.end('aborted', why))
    }
  }

  #settle(run: Run): void {
    this.#keep(run)
    const { status } = run.view()
    if (status !== 'running') this.#ended[status]++
    const ended = [...this.#runs].filter(([, { holds }]) => !holds)
    let rows = ended.reduce((sum, [, old]) => sum + old.rows, 0)
    for (const [id, old] of ended.slice(0, -1)) {
      if (ended.length <= this.#limits.kept && rows <= MOST_ROWS) break
      this.#runs.delete(id)
      ended.shift()
      rows -= old.rows
    }
  }
}

async function* noText(): AsyncGenerator<string> {}

/** @throws FaultlineError invalid_request where a matrix leaves open what is to be run */
function requireNoMatrix({ name, matrix }: Profile, set: ParameterValues = {}): void {
  const open = Object.keys(matrix ?? {}).filter((parameter) => !Object.hasOwn(set, parameter))
  if (open.length === 0) return
  throw new FaultlineError(
    'invalid_request',
    `cannot start ${name} as one run: its matrix leaves ${open.join(', ')} open`,
    {
      pointer: '/parameters',
      remedy: 'Start a sweep (POST /v1/sweeps), or set a value for each.',
    },
  )
}
