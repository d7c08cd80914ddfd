import type { Surroundings } from '../../contract/host.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Share } from '../admit.ts'
import type { HostLimits } from '../limits.ts'
import type { ProgramName } from '../program-path.ts'
import type { UndoStep } from '../undo.ts'
import type { Worker } from '../worker-link.ts'

export interface TakeContext {
  /** Of the fault. */
  readonly fault: string
  readonly limits: HostLimits
  /** What it holds of the ceilings. */
  readonly share: Share
  readonly surroundings: Surroundings
  readonly cores: number
  /** A worker for this fault; where preparing fails, all of them are ended. */
  readonly start: (program: ProgramName) => Promise<Worker>
  readonly clock: Clock
}

export interface Measured {
  readonly achieved: number
  readonly details: Readonly<Record<string, number>>
}

/** All is prepared and nothing taken: how it is taken, measured and given back. */
export interface Taken {
  /** Goes on record before `begin`. */
  readonly undo: readonly UndoStep[]
  /** In the unit of the kind: what is left of the request within the limits. */
  readonly asked: number
  /** Things that only one fault may hold at a time. */
  readonly claims?: readonly string[]
  /** Settles when the effect has begun. @throws Error why it did not; then all is given back */
  begin(): Promise<void>
  measure(): Promise<Measured>
  /** Settles with the reason when the effect ends by itself. */
  readonly broken?: Promise<string>
}
