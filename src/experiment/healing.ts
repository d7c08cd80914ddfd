import type { HealView } from '../contract/run-wire.ts'
import { faultsOfPlan } from './compile.ts'
import { untilHealed } from './heal.ts'
import type { Breaker } from './heal.ts'
import type { OwnProxies } from './own-proxies.ts'
import type { Plan } from './plan.ts'
import type { RunParts } from './run-parts.ts'
import type { Effects } from './timeline/effects.ts'

/** Takes away what a run did, and looks whether it is gone. */
export class Healing {
  readonly #parts: RunParts
  readonly #breaker: Breaker
  readonly #effects: Effects
  readonly #own: OwnProxies
  readonly #problems: string[] = []
  /** When its faults went; undefined while they have not. */
  healedAt: number | undefined
  #tookMs = 0

  constructor(plan: Plan, parts: RunParts, effects: Effects, own: OwnProxies) {
    this.#parts = parts
    this.#breaker = { owner: plan.owner, proxies: plan.proxies, faults: faultsOfPlan(plan) }
    this.#effects = effects
    this.#own = own
  }

  /** The faults are gone in the turn of the call; settles when nothing of them is left, or patience ends. */
  async heal(patienceMs: number): Promise<void> {
    const { registry, clock } = this.#parts
    const began = clock.now()
    try {
      registry.setOwned(this.#breaker.owner, [])
    } catch (error) {
      this.#problems.push((error as Error).message)
    }
    this.healedAt = clock.now()
    await this.#own.made()
    this.#problems.push(...(await this.#effects.end()))
    // What was made for the run stays a while: checks may look through it how the system recovers.
    await this.#verify({ ...this.#breaker, stays: this.#own.names }, patienceMs)
    this.#tookMs += clock.now() - began
  }

  /** The proxies made for the run go too. @returns whether all is as if it had never been */
  async finish(patienceMs: number): Promise<HealView> {
    const { clock } = this.#parts
    const began = clock.now()
    if (this.#own.names.length > 0) {
      this.#problems.push(...(await this.#own.remove()))
      await this.#verify(this.#breaker, patienceMs)
    }
    const left = [...new Set(this.#problems)]
    return { verified: left.length === 0, ms: Math.round(this.#tookMs + clock.now() - began), left }
  }

  async #verify(breaker: Breaker, patienceMs: number): Promise<void> {
    this.#problems.push(...(await untilHealed(this.#parts, breaker, patienceMs)))
  }
}
