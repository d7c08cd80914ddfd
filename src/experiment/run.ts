import { FaultlineError } from '../contract/errors.ts'
import type { RunStatus, RunView } from '../contract/wire.ts'
import type { Timer } from '../kernel/clock.ts'
import { isoTime } from '../kernel/iso-time.ts'
import { untilHealed } from './heal.ts'
import type { Plan } from './plan.ts'
import type { RunParts } from './run-parts.ts'
import { Tally } from './tally.ts'

type EndStatus = Exclude<RunStatus, 'running'>

const DETAIL: { readonly [status in RunStatus]?: string } = {
  inconclusive: 'no fault of the run acted on anything: nothing passed its targets while a fault was on',
}

/** How long listeners may take to come back before healing counts as not verified. */
const PATIENCE_MS = 2000

/** One profile being carried out. Stages begin at moments fixed at the start, so delays do not add up. */
export class Run {
  readonly #parts: RunParts
  #plan: Plan
  #tallies: Tally[] = []
  /** Set when it has ended; nothing changes after that. */
  #final: RunView | undefined
  #startedAt = 0
  #startedWall: number
  #endedWall: number | undefined
  #status: RunStatus = 'running'
  #index = -1
  #stageAt = 0
  #timer: Timer | undefined
  #creating: Promise<void> = Promise.resolve()
  #began = false
  #ending: Promise<void> | undefined
  readonly #ended: Promise<void>
  #tellEnded: () => void = () => undefined
  #healed: boolean | undefined
  #detail: string | undefined

  constructor(plan: Plan, parts: RunParts) {
    this.#plan = plan
    this.#parts = parts
    this.#startedWall = parts.clock.wall()
    this.#ended = new Promise((resolve) => (this.#tellEnded = resolve))
  }

  get plan(): Plan {
    return this.#plan
  }

  get live(): boolean {
    return this.#status === 'running'
  }

  /** Makes the proxies of the plan and begins its first stage. When it throws, nothing is left behind. */
  async start(): Promise<void> {
    const { clock, sink, log } = this.#parts
    this.#creating = this.#createInline()
    try {
      await this.#creating
    } catch (error) {
      await this.#removeInline()
      this.#status = 'failed'
      throw error
    }
    if (this.#ending !== undefined) return
    const { run, profile, seed, stages } = this.#plan
    this.#began = true
    sink.emit({ type: 'run_started', run, profile, seed, stages: stages.length })
    log.info({ run, profile, seed }, 'run started')
    this.#startedAt = clock.now()
    this.#startedWall = clock.wall()
    this.#enter(0)
  }

  /** Settles when the run has ended, whoever ended it. */
  whenEnded(): Promise<void> {
    return this.#ended
  }

  /** Heals, then settles. The first one to end a run decides how it ended. */
  end(status: EndStatus, detail?: string, patienceMs = PATIENCE_MS): Promise<void> {
    this.#ending ??= this.#end(status, detail, patienceMs)
    return this.#ending
  }

  view(): RunView {
    return this.#final ?? this.#look()
  }

  #look(): RunView {
    const { run, profile, seed, stages } = this.#plan
    const stage = this.live ? stages[this.#index] : undefined
    return {
      id: run,
      profile,
      seed,
      status: this.#status,
      started_at: isoTime(this.#startedWall),
      ...(this.#endedWall === undefined ? {} : { ended_at: isoTime(this.#endedWall) }),
      ...(stage === undefined ? {} : { stage: this.#progress(stage.name, stage.durationMs) }),
      stages: stages.map(({ name, durationMs, faults }) => ({ name, duration_ms: durationMs, faults: faults.length })),
      ...(this.#healed === undefined ? {} : { healed: this.#healed }),
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
      faults: this.#tallies.map((tally) => tally.read()),
    }
  }

  #progress(name: string, durationMs: number): NonNullable<RunView['stage']> {
    const elapsed = Math.round(this.#parts.clock.now() - this.#stageAt)
    return {
      name,
      index: this.#index,
      of: this.#plan.stages.length,
      elapsed_ms: Math.min(Math.max(elapsed, 0), durationMs),
      duration_ms: durationMs,
    }
  }

  #enter(index: number): void {
    try {
      this.#leave()
      const stage = this.#plan.stages[index]
      if (stage === undefined) return void this.end('completed')
      this.#requireProxies()
      const { registry, sink, clock } = this.#parts
      const tallies = stage.faults.map((planned) => {
        const plane = registry.find(planned.proxy)?.plane
        return new Tally(stage.name, planned, () => plane?.fault(planned.fault.name))
      })
      registry.setOwned(this.#plan.owner, stage.faults)
      this.#tallies.push(...tallies)
      this.#index = index
      const before = this.#plan.stages.slice(0, index).reduce((sum, { durationMs }) => sum + durationMs, 0)
      this.#stageAt = this.#startedAt + before
      const { name, durationMs, faults } = stage
      const { run } = this.#plan
      sink.emit({ type: 'stage_started', run, stage: name, index, duration_ms: durationMs, faults: faults.length })
      this.#timer = clock.at(this.#stageAt + durationMs, () => this.#enter(index + 1))
    } catch (error) {
      const stage = this.#plan.stages[index]?.name ?? 'the end'
      void this.end('failed', `stage ${stage} could not begin: ${(error as Error).message}`)
    }
  }

  /** The counts go with the faults, so they are read before anything is taken away. */
  #leave(): void {
    const stage = this.#plan.stages[this.#index]
    if (stage === undefined) return
    for (const tally of this.#tallies) tally.close()
    this.#parts.sink.emit({ type: 'stage_ended', run: this.#plan.run, stage: stage.name, index: this.#index })
    this.#index = -1
  }

  // Must not throw: nobody waits for it where a timer ends the run.
  async #end(status: EndStatus, detail: string | undefined, patienceMs: number): Promise<void> {
    const { registry, clock, sink, log } = this.#parts
    const { run, owner, profile } = this.#plan
    this.#timer?.cancel()
    this.#leave()
    const problems: string[] = []
    try {
      registry.setOwned(owner, [])
    } catch (error) {
      problems.push((error as Error).message)
    }
    await this.#creating.catch(() => undefined)
    problems.push(...(await this.#removeInline()), ...(await untilHealed(this.#parts, this.#plan, patienceMs)))

    this.#healed = problems.length === 0
    this.#status = this.#verdict(status)
    this.#detail =
      [detail ?? DETAIL[this.#status], ...problems].filter((part) => part !== undefined).join('; ') || undefined
    this.#endedWall = clock.wall()
    this.#final = this.#look()
    // The numbers are kept, but not all that led to them: many runs are.
    this.#tallies = []
    this.#plan = { ...this.#plan, inline: [], stages: [] }
    const how = { run, profile, status: this.#status, healed: this.#healed }
    const event = {
      type: 'run_ended' as const,
      ...how,
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
    }
    // One that was ended while its proxies were being made never began.
    if (this.#began) sink.emit(event)
    log[this.#healed ? 'info' : 'error']({ ...how, detail: this.#detail }, 'run ended')
    this.#tellEnded()
  }

  #verdict(status: EndStatus): EndStatus {
    if (status !== 'completed') return status
    if (this.#healed !== true) return 'failed'
    return this.#tallies.some((tally) => tally.read().applied > 0) ? 'completed' : 'inconclusive'
  }

  async #createInline(): Promise<void> {
    for (const { name, input } of this.#plan.inline) {
      if (this.#ending !== undefined) return
      await this.#parts.registry.create(name, input, this.#plan.owner)
    }
  }

  /** @returns what went wrong */
  async #removeInline(): Promise<string[]> {
    const problems: string[] = []
    for (const { name } of this.#plan.inline) {
      // Somebody else's proxy may have taken the name since ours was removed, or before ours could be made.
      if (this.#parts.registry.find(name)?.spec.owner !== this.#plan.owner) continue
      try {
        await this.#parts.registry.remove(name, this.#plan.owner)
      } catch (error) {
        problems.push(`proxy ${name} could not be removed: ${(error as Error).message}`)
      }
    }
    return problems
  }

  #requireProxies(): void {
    const gone = this.#plan.proxies.find((name) => this.#parts.registry.find(name) === undefined)
    if (gone !== undefined) throw new FaultlineError('proxy_not_found', `its target proxy ${gone} was removed`)
  }
}
