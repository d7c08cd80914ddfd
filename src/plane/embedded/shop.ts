import type { AttachedFault } from './attached-fault.ts'
import type { Connection } from './connection.ts'
import type { Dial, DialOutcome } from './dialer.ts'
import type { LinkShop } from './slot-chain.ts'

/** The proxy, as its connections see it. */
export interface Shop extends LinkShop {
  readonly name: string
  readonly upstream: string
  readonly connectionFaults: readonly AttachedFault[]
  readonly openCount: number
  readonly generation: number
  dial(connection: Connection): Dial
  admitted(connection: Connection): void
  dialEnded(connection: Connection, outcome: DialOutcome, ms: number): void
  evictOldest(but: Connection, fault: AttachedFault): void
  injected(connection: Connection, fault: string, kind: string, effect: 'reset' | 'close'): void
  bug(connection: Connection, error: unknown): void
  closed(connection: Connection): void
}
