import type { FaultSpec } from '../../contract/model.ts'
import { Draws } from '../../kernel/random.ts'
import type { Decision, Unit } from './decision.ts'
import { keyOf } from './key-of.ts'
import { bump } from './trigger-counts.ts'

/** Which time a key came. */
export type CountKey = typeof bump

/** The draws of one fault: which branch belongs to a unit. */
export class FaultDraws {
  readonly #seed: Draws
  readonly #root: Draws
  #occurrences: Map<string, number> | undefined

  constructor(seed: string, proxy: string, fault: string) {
    this.#seed = Draws.root(seed).fork(proxy)
    this.#root = this.#seed.fork(fault)
  }

  /** Occurrences of keys are counted from 1 again. */
  reset(): void {
    this.#occurrences = undefined
  }

  /** It follows the ordinal, or with a key the key's value and how often it came, as `count` tells. */
  of(unit: Unit, { key }: FaultSpec, count: CountKey = bump): Pick<Decision, 'draws' | 'nth'> {
    const value = key === undefined ? undefined : keyOf(key, unit)
    if (value === undefined) {
      const kind = unit.request === undefined ? 'connection' : 'exchange'
      return { draws: this.#root.fork(kind).fork(unit.ordinal), nth: undefined }
    }
    this.#occurrences ??= new Map()
    const nth = count(this.#occurrences, value)
    return { draws: this.#root.fork('key').fork(value).fork(nth), nth }
  }

  /** What is compared with the toxicity, or with the fault's share of its group. */
  draw(unit: Unit, { oneOf }: FaultSpec, own: Draws): number {
    if (oneOf === undefined) return own.unit('apply')
    // One draw for all faults of the group: their names do not enter, the unit does.
    const kind = unit.request === undefined ? 'connection' : 'exchange'
    return this.#seed.fork('one_of').fork(oneOf.group).fork(kind).fork(unit.ordinal).unit('apply')
  }
}
