import type { Fact } from '../../contract/events.ts'
import type { PlannedStage } from '../plan.ts'
import { counts } from './wait.ts'
import type { PlannedWait } from './wait.ts'

/** Tells when a check holds. @returns ends it */
export type WatchCheck = (run: string, check: string, holds: () => void) => () => void

export interface WaitParts {
  /** Shows facts about these proxies in the turn in which they are told. @returns ends it */
  readonly watch: (proxies: readonly string[], watcher: (fact: Fact) => void) => () => void
  readonly watchCheck?: WatchCheck | undefined
}

/** The present stages of a run that wait for something. */
export class Waits {
  readonly #parts: WaitParts
  readonly #run: { readonly id: string; readonly proxies: readonly string[] }
  /** Told once for each stage, from within what brought it about: traffic, for the most part. */
  readonly #met: (stage: PlannedStage) => void
  readonly #open = new Map<PlannedStage, () => void>()

  constructor(
    parts: WaitParts,
    run: { readonly id: string; readonly proxies: readonly string[] },
    met: (stage: PlannedStage) => void,
  ) {
    this.#parts = parts
    this.#run = run
    this.#met = met
  }

  begin(stage: PlannedStage): void {
    if (stage.waitFor === undefined) return
    const met = (): void => {
      if (this.#forget(stage)) this.#met(stage)
    }
    this.#open.set(stage, () => undefined)
    const stop = this.#watch(stage.waitFor, met)
    // It may have been met at once.
    if (this.#open.has(stage)) this.#open.set(stage, stop)
    else stop()
  }

  /** @returns whether it still waited */
  end(stage: PlannedStage): boolean {
    return this.#forget(stage)
  }

  close(): void {
    for (const stage of this.#open.keys()) this.#forget(stage)
  }

  #watch(wait: PlannedWait, met: () => void): () => void {
    if (wait.of === 'check') {
      if (this.#parts.watchCheck === undefined) throw new Error(`nobody looks at check ${wait.what}`)
      return this.#parts.watchCheck(this.#run.id, wait.what, met)
    }
    let left = wait.count
    return this.#parts.watch(wait.proxies ?? this.#run.proxies, (fact) => {
      if (counts(wait, fact) && --left === 0) met()
    })
  }

  #forget(stage: PlannedStage): boolean {
    const stop = this.#open.get(stage)
    this.#open.delete(stage)
    stop?.()
    return stop !== undefined
  }
}
