import { FaultlineError } from '../contract/errors.ts'
import type { RunView } from '../contract/run-wire.ts'
import type { Clock, Timer } from '../kernel/clock.ts'
import type { Plan, PlannedStage } from './plan.ts'
import type { RunParts } from './run-parts.ts'
import { placeOf, presentView } from './run-view.ts'
import { Tallies } from './tallies.ts'
import { Effects } from './timeline/effects.ts'
import { describeWait } from './timeline/wait.ts'
import { Waits } from './timeline/waits.ts'
import type { WatchCheck } from './timeline/waits.ts'
import { Walk } from './timeline/walk.ts'
import type { Turn } from './timeline/walk.ts'

/** How the stages came to their end. */
export interface StagesOver {
  readonly how: 'over' | 'in_vain' | 'broken'
  readonly detail?: string
}

export interface StagesOptions {
  readonly watchCheck: WatchCheck
  /** Whether what the last stage attached outlasts it. */
  readonly keepsLast: boolean
  /** Told whether any fault acts. */
  readonly faulting: (on: boolean) => void
  /** Told once, unless `end` was called before. */
  readonly onOver: (over: StagesOver) => void
}

/** The stages of a run being carried out. They begin at moments fixed at the start, so delays do not add up. */
export class RunStages {
  readonly tallies = new Tallies()
  readonly effects: Effects
  readonly #plan: Plan
  readonly #parts: RunParts
  readonly #options: StagesOptions
  readonly #waits: Waits
  #walk: Walk | undefined
  /** Those that began and have not ended. */
  readonly #here = new Set<PlannedStage>()
  #timer: Timer | undefined
  #over = false

  constructor(plan: Plan, parts: RunParts, options: StagesOptions) {
    const { run: id, seed, proxies } = plan
    this.#plan = plan
    this.#parts = parts
    this.#options = options
    const failed = (what: string): void => this.#tell({ how: 'broken', detail: `a stage could not begin: ${what}` })
    this.effects = new Effects(plan.dryRun ? idle(parts.effects) : (parts.effects ?? {}), { id, seed }, failed)
    const watch = parts.traffic.watch.bind(parts.traffic)
    const { watchCheck } = options
    this.#waits = new Waits({ watch, watchCheck }, { id, proxies }, (stage) => this.#cutShort(stage))
  }

  /** Where somebody moves the time of the scope, stages go by that. */
  get #clock(): Clock {
    return this.#parts.manual ?? this.#parts.clock
  }

  begin(): void {
    this.#walk = new Walk(this.#plan, this.#clock.now())
    this.#go(this.#walk)
  }

  /** Whatever stage it is in ends here. What was attached stays until somebody takes it away. */
  end(): void {
    this.#over = true
    this.#timer?.cancel()
    this.#leave([...this.#here])
    this.#walk = undefined
    this.#waits.close()
  }

  view(): Pick<RunView, 'stage' | 'lanes'> {
    return presentView(this.#walk?.present ?? [], this.#plan.stages.length, this.#clock.now())
  }

  #tell(over: StagesOver): void {
    if (this.#over) return
    this.#over = true
    this.#options.onOver(over)
  }

  /** Carries out all that is due, and comes back when something is again. */
  #go(walk: Walk): void {
    const clock = this.#clock
    for (let turn = walk.advance(clock.now()); turn !== undefined; turn = walk.advance(clock.now())) {
      try {
        this.#carryOut(turn)
      } catch (error) {
        const stage = turn.begun[0]?.name ?? turn.on[0]?.name ?? 'the end'
        this.#tell({ how: 'broken', detail: `stage ${stage} could not begin: ${(error as Error).message}` })
      }
      if (this.#over) return
      if (turn.over) return this.#tell({ how: 'over' })
    }
    this.#timer = clock.at(walk.due ?? clock.now(), () => this.#go(walk))
  }

  /** What a stage waited for has come, told from within traffic: the next one begins in a turn of its own. */
  #cutShort(stage: PlannedStage): void {
    const clock = this.#clock
    const at = clock.now()
    clock.soon(() => {
      if (this.#walk === undefined) return
      this.#walk.cutShort(stage, at)
      this.#timer?.cancel()
      this.#go(this.#walk)
    })
  }

  #carryOut({ ended, begun, on, off, faults, over }: Turn): void {
    const { registry } = this.#parts
    const { keepsLast, faulting } = this.#options
    const inVain = this.#leave(ended)
    if (inVain !== undefined) return this.#giveUp(inVain)
    if (!over) this.#requireProxies()
    for (const stage of begun) {
      this.tallies.open(stage, [...stage.faults, ...stage.effects.flatMap((effect) => effect.faults)], registry)
    }
    // Told before its faults are attached: they decide on open connections in this very turn.
    for (const stage of begun) this.#tellBegin(stage)
    if (!over || !keepsLast) {
      registry.setOwned(this.#plan.owner, faults)
      faulting(faults.some(({ fault }) => fault.enabled))
    }
    for (const stage of off) this.effects.off(stage)
    for (const stage of begun) this.#waits.begin(stage)
    for (const stage of on) {
      if (!this.#over) this.effects.on(stage)
    }
  }

  #tellBegin(stage: PlannedStage): void {
    this.#here.add(stage)
    const { name, index, durationMs, faults } = stage
    this.#parts.sink.emit({
      type: 'stage_started',
      run: this.#plan.run,
      stage: name,
      index,
      duration_ms: Math.round(durationMs),
      faults: faults.length,
      ...placeOf(stage),
    })
  }

  /** A stage waited in vain, and its profile says that the run ends then. */
  #giveUp({ name, waitFor, durationMs }: PlannedStage): void {
    if (waitFor === undefined) return
    const detail = `stage ${name} waited ${Math.round(durationMs)} ms for ${describeWait(waitFor)} in vain`
    this.#tell({ how: waitFor.otherwise === 'fail' ? 'in_vain' : 'over', detail })
  }

  /**
   * The counts go with the faults, so they are read before anything is taken away.
   * @returns the first stage that waited in vain, where that ends the run
   */
  #leave(stages: readonly PlannedStage[]): PlannedStage | undefined {
    let inVain: PlannedStage | undefined
    for (const stage of stages) {
      this.tallies.close(stage)
      this.#here.delete(stage)
      const { name, index, waitFor } = stage
      const still = this.#waits.end(stage)
      if (still && waitFor?.otherwise !== 'continue') inVain ??= stage
      const waited = waitFor === undefined ? {} : { waited: still ? ('in_vain' as const) : ('met' as const) }
      const { run } = this.#plan
      this.#parts.sink.emit({ type: 'stage_ended', run, stage: name, index, ...placeOf(stage), ...waited })
    }
    return inVain
  }

  #requireProxies(): void {
    const gone = this.#plan.proxies.find((name) => this.#parts.registry.find(name) === undefined)
    if (gone !== undefined) throw new FaultlineError('proxy_not_found', `its target proxy ${gone} was removed`)
  }
}

/** A dry run does nothing beside its faults, either. */
const idle = (makers: RunParts['effects'] = {}): NonNullable<RunParts['effects']> =>
  Object.fromEntries(Object.keys(makers).map((type) => [type, () => ({ begin() {}, end() {} })]))
