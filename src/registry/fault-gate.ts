import { allowList } from '../contract/allow-list.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { EntryStore } from './entry-store.ts'

/** Whether faults are let in: at all, and on which proxies. */
export class FaultGate {
  readonly #store: EntryStore
  readonly #isTarget: (proxy: string) => boolean
  #halted = false
  #reason: string | undefined

  /** @param allowedTargets patterns of names of proxies that may be given faults; undefined: all */
  constructor(store: EntryStore, allowedTargets: readonly string[] | undefined) {
    this.#store = store
    this.#isTarget = allowList(allowedTargets)
  }

  /** @throws target_not_allowed */
  mustBeTarget(proxy: string): void {
    if (this.#isTarget(proxy)) return
    const detail = `proxy ${JSON.stringify(proxy)} may not be given faults: allowed_targets does not name it`
    throw new FaultlineError('target_not_allowed', detail)
  }

  /** As it was given to the first of those who halted it. */
  get reason(): string | undefined {
    return this.#halted ? this.#reason : undefined
  }

  get halted(): boolean {
    return this.#halted
  }

  /** @throws halted */
  mustNotBeHalted(what: string): void {
    if (!this.#halted) return
    const why = this.#reason === undefined ? '' : ` (${this.#reason})`
    throw new FaultlineError('halted', `cannot ${what}: faultline is halted${why}`)
  }

  /**
   * From this turn on there is no fault on any proxy, whoever owned it, and none is let in.
   * @param ends ends those who own some, while the counts of their faults are there
   */
  halt<T>(reason: string | undefined, ends: () => T): { readonly faults: number; readonly ended: T } {
    const entries = this.#store.list()
    const faults = entries.reduce((sum, { spec }) => sum + spec.faults.length, 0)
    if (!this.#halted) this.#reason = reason
    this.#halted = true
    const ended = ends()
    for (const { spec, plane } of this.#store.list()) {
      if (spec.faults.length === 0) continue
      plane.setFaults([])
      this.#store.commit({ ...spec, faults: [] }, plane)
    }
    return { faults, ended }
  }

  lift(): void {
    this.#halted = false
  }
}
