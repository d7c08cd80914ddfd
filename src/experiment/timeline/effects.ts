import type { PlannedEffect, EffectMaker, StageEffect } from './stage-effect.ts'
import type { PlannedStage } from '../plan.ts'

interface Active {
  readonly effect: StageEffect
  on: boolean
  /** What was begun last, while it lasts: the next call waits for it. */
  pending: Promise<void> | undefined
}

/** What the present stages of a run do beside their faults. */
export class Effects {
  readonly #makers: Readonly<Record<string, EffectMaker>>
  readonly #run: { readonly id: string; readonly seed: string }
  readonly #failed: (what: string) => void
  readonly #active = new Map<PlannedStage, readonly Active[]>()
  /** Endings that have not come to their end, whatever became of their stage. */
  readonly #ending = new Set<Promise<void>>()
  readonly #problems: string[] = []
  /** Whether one has begun that counts as injected. */
  acted = false

  /** @param failed told when one could not begin */
  constructor(
    makers: Readonly<Record<string, EffectMaker>>,
    run: { readonly id: string; readonly seed: string },
    failed: (what: string) => void,
  ) {
    this.#makers = makers
    this.#run = run
    this.#failed = failed
  }

  on(stage: PlannedStage): void {
    if (stage.effects.length === 0) return
    let active = this.#active.get(stage)
    if (active === undefined) {
      active = stage.effects.map((planned) => ({ effect: this.#make(planned), on: false, pending: undefined }))
      this.#active.set(stage, active)
    }
    for (const [i, one] of active.entries()) {
      this.#call(one, true, (error) => this.#failed(`${stage.effects[i]?.describe ?? ''}: ${error.message}`))
    }
  }

  off(stage: PlannedStage): void {
    for (const [i, one] of (this.#active.get(stage) ?? []).entries()) {
      this.#call(one, false, (error) => this.#problems.push(`${stage.effects[i]?.describe ?? ''}: ${error.message}`))
      const { pending } = one
      if (pending === undefined) continue
      this.#ending.add(pending)
      void pending.finally(() => this.#ending.delete(pending))
    }
  }

  /** Ends all that is on. @returns what could not be ended, over the whole run */
  async end(): Promise<readonly string[]> {
    for (const stage of this.#active.keys()) this.off(stage)
    this.#active.clear()
    await Promise.all(this.#ending)
    return this.#problems
  }

  #make(planned: PlannedEffect): StageEffect {
    const make = this.#makers[planned.type]
    if (make === undefined) throw new Error(`nobody here carries out ${planned.type} (${planned.describe})`)
    return make(planned, this.#run)
  }

  #begin(effect: StageEffect): void | Promise<void> {
    const begun = effect.begin()
    const note = (): void => void (this.acted ||= effect.acts === true)
    return begun === undefined ? note() : begun.then(note)
  }

  /** At once where nothing is pending; else after that. */
  #call(one: Active, on: boolean, report: (error: Error) => void): void {
    if (one.on === on) return
    one.on = on
    const act = (): void | Promise<void> => (on ? this.#begin(one.effect) : one.effect.end())
    const take = (error: unknown): void => report(error instanceof Error ? error : new Error(String(error)))
    try {
      const pending = one.pending === undefined ? act() : one.pending.then(act)
      if (pending === undefined) return
      const settled: Promise<void> = pending.catch(take).then(() => {
        if (one.pending === settled) one.pending = undefined
      })
      one.pending = settled
    } catch (error) {
      take(error)
    }
  }
}
