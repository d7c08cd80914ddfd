import type { ConnectionView } from '../../contract/kind.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Unit } from './decision.ts'
import type { EarlyReader } from './early-reader.ts'

/** A clock, and the connection with its moments by that clock. */
export interface Seen {
  readonly clock: Clock
  readonly view: ConnectionView
}

/** The connection, as the faults on whole connections see it: in real time, and in that which a test moves, if any. */
export interface Subject extends Seen {
  readonly unit: Unit
  readonly manual?: Seen | undefined
  /** Every fault let it go on at this stage. */
  passed(stage: 'accept' | 'dial'): void
  /** A fault closes or resets it. */
  cut(how: 'fin' | 'rst', fault: AttachedFault): void
  evictOldest(fault: AttachedFault): void
  /** Reads the client although nothing is there yet to take what it says. */
  readEarly(): EarlyReader
  bug(error: unknown): void
}
