import type { DecisionFact } from './events.ts'
import type { FaultSpec } from './model.ts'

/** What a decision comes to: the draw, the range in which the fault acts, and what became of it. */
export type Redecided = Required<Pick<DecisionFact, 'draw' | 'acts' | 'outcome'>>

/** Takes decisions again from what the journal says of them, in its order. There is no traffic and no time. */
export interface Redecider {
  /** The faults of a proxy from now on. What stays the same by name, kind and stream keeps its counts. */
  setFaults(proxy: string, faults: readonly FaultSpec[]): void
  resetCounters(proxy: string): void
  /** The connection has closed: it is not decided on again. */
  forget(proxy: string, connection: string): void
  /** Undefined where the proxy has no such fault. */
  decide(fact: DecisionFact): Redecided | undefined
}
