import type { HealView, RunPhase, RunStatus, RunView } from '../contract/run-wire.ts'
import { isoTime } from '../kernel/iso-time.ts'
import { RunChecks } from './checks/run-checks.ts'
import type { Trouble } from './checks/run-checks.ts'
import { trafficOf } from './checks/run-traffic.ts'
import type { TrafficWatch } from './checks/traffic-watch.ts'
import { Healing } from './healing.ts'
import { OwnProxies } from './own-proxies.ts'
import type { Plan } from './plan.ts'
import type { RunParts } from './run-parts.ts'
import { AWAITED, endingOf, keeps, statusOf } from './run-ending.ts'
import type { Ending, EndStatus } from './run-ending.ts'
import { RunStages } from './run-stages.ts'
import { stagesView } from './run-view.ts'

const DRY_RUN = 'a dry run: everything was decided and counted, and nothing done'
const NOTHING_ACTED = 'no fault of the run acted on anything: nothing passed its targets while a fault was on'

const NOBODY_TELLS = 'whether its faults acted is not known: they stood on Toxiproxy servers alone, which do not tell'

/** How long listeners may take to come back before healing counts as not verified. */
const PATIENCE_MS = 2000

/** One profile being carried out. Stages begin at moments fixed at the start, so delays do not add up. */
export class Run {
  readonly #parts: RunParts
  #plan: Plan
  readonly #own: OwnProxies
  readonly #traffic: TrafficWatch
  readonly #checks: RunChecks
  readonly #stages: RunStages
  readonly #healing: Healing
  #phase: RunPhase = 'during'
  /** Set when it has ended; nothing changes after that, but that kept faults go. */
  #final: RunView | undefined
  #startedWall: number
  #status: RunStatus = 'running'
  #began = false
  #ending: Promise<void> | undefined
  /** It looks how the system recovers. */
  #recovering = false
  /** Who did not want to wait until the checks had held again. */
  #interrupted: Ending | undefined
  #release: Promise<void> | undefined
  readonly #ended: Promise<void>
  #tellEnded: () => void = () => undefined
  readonly #released: Promise<void>
  #tellReleased: () => void = () => undefined

  constructor(plan: Plan, parts: RunParts) {
    const { clock, sink } = parts
    this.#plan = plan
    this.#parts = parts
    this.#startedWall = clock.wall()
    this.#own = new OwnProxies(parts.registry, plan)
    this.#traffic = trafficOf(plan, parts)
    this.#checks = new RunChecks(plan.checks, {
      run: plan.run,
      clock,
      sink,
      means: parts.checks,
      traffic: this.#traffic,
    })
    this.#stages = new RunStages(plan, parts, {
      watchCheck: (_, check, holds) => this.#checks.watch(check, holds),
      keepsLast: keeps(plan, 'over'),
      faulting: (on) => this.#traffic.faulting(on),
      onOver: (over) => void this.#finish(endingOf(over)),
    })
    this.#healing = new Healing(plan, parts, this.#stages.effects, this.#own)
    this.#ended = new Promise((resolve) => (this.#tellEnded = resolve))
    this.#released = new Promise((resolve) => (this.#tellReleased = resolve))
  }

  get plan(): Plan {
    return this.#plan
  }

  get live(): boolean {
    return this.#status === 'running'
  }

  /** How much is kept of it now that it has ended. */
  get rows(): number {
    return (this.#final?.stages.length ?? 0) + (this.#final?.faults.length ?? 0)
  }

  /** Whether traffic may still feel it: it goes on, or it left its faults. */
  get holds(): boolean {
    return this.live || this.#final?.kept === true
  }

  /** Makes the proxies of the plan, then looks before or begins the first stage. When it throws, nothing is left behind. */
  async start(): Promise<void> {
    const { clock, sink, log } = this.#parts
    try {
      await this.#own.create(() => this.#ending === undefined)
    } catch (error) {
      await this.#own.remove()
      this.#letGo()
      this.#status = 'failed'
      throw error
    }
    if (this.#ending !== undefined) return
    const { run, profile, seed, stages } = this.#plan
    this.#began = true
    sink.emit({ type: 'run_started', run, profile, seed, stages: stages.length })
    log.info({ run, profile, seed }, 'run started')
    this.#startedWall = clock.wall()
    if (this.#checks.has('before')) void this.#before()
    else this.#act()
  }

  async #before(): Promise<void> {
    this.#phase = 'before'
    const trouble = await this.#checks.before()
    if (this.#ending !== undefined) return
    if (trouble === undefined) return this.#act()
    const detail = `nothing was injected: ${trouble.detail}`
    void this.#finish({ status: statusOf(trouble), detail, cause: 'gate' })
  }

  #act(): void {
    this.#phase = 'during'
    this.#checks.during((status, detail) => {
      void this.#finish({ status, detail, cause: status === 'failed' ? 'deviation' : 'condition' })
    })
    this.#stages.begin()
  }

  /** Settles when the run has ended, whoever ended it. */
  whenEnded(): Promise<void> {
    return this.#ended
  }

  /** Settles when it holds nothing any more: at its end, or when the faults that it left are gone. */
  whenReleased(): Promise<void> {
    return this.#released
  }

  /**
   * Heals, then settles. The first one to end a run decides how it ended; one that still looks how the system
   * recovers is not waited for, and faults that were left are taken away.
   */
  end(status: EndStatus, detail?: string, patienceMs = PATIENCE_MS): Promise<void> {
    const ending: Ending = { status, detail, cause: 'other' }
    if (this.#final?.kept === true) return (this.#release ??= this.#takeBack(patienceMs))
    if (this.#recovering && this.#interrupted === undefined) {
      this.#interrupted = ending
      this.#checks.close()
    }
    return this.#finish(ending, patienceMs)
  }

  #finish(ending: Ending, patienceMs = PATIENCE_MS): Promise<void> {
    if (this.#ending !== undefined) return this.#ending
    this.#ending = this.#end(ending, patienceMs)
    // Checks look at real services, in real time: an advance waits for the heal alone where there are any.
    if (!this.#checks.has('after')) this.#parts.manual?.waitFor(this.#ending)
    return this.#ending
  }

  view(): RunView {
    return this.#final ?? this.#look()
  }

  #look(): RunView {
    const { run, profile, seed, parameters, rollback } = this.#plan
    return {
      id: run,
      profile,
      seed,
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      status: this.#status,
      ...(this.#plan.dryRun ? { dry_run: true as const } : {}),
      max_duration_ms: this.#plan.maxDurationMs,
      ...(this.live ? { phase: this.#phase } : {}),
      started_at: isoTime(this.#startedWall),
      ...(this.live ? this.#stages.view() : {}),
      stages: stagesView(this.#plan),
      rollback,
      checks: this.#checks.view(),
      faults: this.#stages.tallies.read(),
    }
  }

  // Must not throw: nobody waits for it where a timer ends the run.
  async #end(ending: Ending, patienceMs: number): Promise<void> {
    this.#stages.end()
    this.#checks.close()
    let kept = keeps(this.#plan, ending.cause)
    // Nothing waits before the faults are gone.
    if (!kept) await this.#heal(patienceMs)
    const trouble = AWAITED.has(ending.cause) ? await this.#after() : undefined
    const deviated = trouble !== undefined || this.#interrupted !== undefined
    if (kept && (this.#interrupted !== undefined || !keeps(this.#plan, ending.cause, deviated))) {
      kept = false
      await this.#heal(patienceMs)
    }
    const heal = kept ? undefined : await this.#healing.finish(patienceMs)
    this.#close(this.#verdict(ending, trouble, heal), heal)
  }

  #heal(patienceMs: number): Promise<void> {
    this.#traffic.faulting(false)
    const healing = this.#healing.heal(patienceMs)
    this.#parts.manual?.waitFor(healing.catch(() => undefined))
    return healing
  }

  async #after(): Promise<Trouble | undefined> {
    if (!this.#checks.has('after')) return undefined
    this.#phase = 'after'
    this.#recovering = true
    const trouble = await this.#checks.after(this.#healing.healedAt)
    this.#recovering = false
    return trouble
  }

  #verdict(ending: Ending, trouble: Trouble | undefined, heal: HealView | undefined): Omit<Ending, 'cause'> {
    const details = [ending.detail, trouble?.detail]
    let { status } = ending
    if (status === 'completed') {
      if (this.#interrupted !== undefined) {
        status = this.#interrupted.status
        details.push(this.#interrupted.detail ?? 'ended before its checks had held again')
      } else if (heal?.verified === false) status = 'failed'
      else if (trouble !== undefined) status = statusOf(trouble)
      else if (!this.#stages.tallies.applied && !this.#stages.effects.acted) {
        status = 'inconclusive'
        const { untold } = this.#stages.tallies
        details[0] ??= this.#plan.dryRun ? DRY_RUN : untold ? NOBODY_TELLS : NOTHING_ACTED
      }
      const lack = this.#parts.lacks?.()
      if (lack !== undefined) {
        if (status === 'completed') status = 'inconclusive'
        details.push(`its journal is incomplete: ${lack}`)
      }
    }
    const told = [...details, ...(heal?.left ?? [])].filter((part) => part !== undefined)
    return { status, detail: told.join('; ') || undefined }
  }

  #close({ status, detail }: Omit<Ending, 'cause'>, heal: HealView | undefined): void {
    const { sink, log, clock } = this.#parts
    const { run, profile } = this.#plan
    this.#status = status
    const healed = heal?.verified ?? false
    this.#final = {
      ...this.#look(),
      ended_at: isoTime(clock.wall()),
      healed,
      ...(heal === undefined ? { kept: true as const } : { heal }),
      ...(detail === undefined ? {} : { detail }),
    }
    this.#letGo()
    // One that was ended while its proxies were being made never began.
    if (this.#began) {
      if (heal !== undefined) sink.emit({ type: 'run_healed', run, ...heal })
      sink.emit({ type: 'run_ended', run, profile, status, healed, ...(detail === undefined ? {} : { detail }) })
    }
    log[healed || heal === undefined ? 'info' : 'error']({ run, profile, status, healed, detail }, 'run ended')
    this.#tellEnded()
  }

  /** Kept faults go. How the run ended stays as it is. */
  async #takeBack(patienceMs: number): Promise<void> {
    const { sink, log } = this.#parts
    const { run } = this.#plan
    await this.#heal(patienceMs)
    const heal = await this.#healing.finish(patienceMs)
    if (this.#final !== undefined) {
      const { kept: _kept, ...rest } = this.#final
      this.#final = { ...rest, healed: heal.verified, heal }
    }
    sink.emit({ type: 'run_healed', run, ...heal })
    log[heal.verified ? 'info' : 'error']({ run, ...heal }, 'the faults that a run had left are gone')
    this.#letGo()
  }

  /** The numbers are kept, but not all that led to them: many runs are. */
  #letGo(): void {
    this.#checks.close()
    this.#traffic.close()
    if (this.#final?.kept === true) return
    this.#tellReleased()
    this.#plan = { ...this.#plan, inline: [], stages: [], steps: [], checks: [] }
  }
}
