import type { RequestHead } from '../../contract/exchange.ts'
import type { MatchedBody } from './body-match.ts'
import type { Draws } from '../../kernel/random.ts'

/** What stands on one end of a decision: a connection, seen by a fault. */
export interface Unit {
  readonly id: string
  readonly ordinal: number
  /** Address without the port. */
  readonly client: string
  readonly openedAt: number
  /** Set where the unit is an exchange: its head, and the connection it came on. */
  readonly request?: RequestHead
  /** Its body, where conditions on that may be judged. */
  readonly body?: MatchedBody | undefined
  readonly connection?: string
}

/** The outcome of the one look that a fault takes at a connection. Kept in the slot. */
export interface Decision {
  /** In [0, 1); applies while it is below the toxicity. */
  readonly draw: number
  /** False when window-independent conditions (match, trigger) ruled it out for good. */
  readonly eligible: boolean
  /** Branch of draws for this fault on this unit. */
  readonly draws: Draws
  /** Which time the key came; undefined where the draw follows the ordinal. */
  readonly nth: number | undefined
  /** Which of the fault's looks it was: trigger or match may have changed since. */
  readonly look: number
}
