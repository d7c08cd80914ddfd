import type { HowClosed, Origin } from '../../contract/events.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Connection } from './connection.ts'
import type { Dial, DialOutcome } from './dialer.ts'
import type { ExchangeServer } from './http/exchange-lane.ts'
import type { Watched } from './http/watched-exchange.ts'
import type { NameBook } from './name-book.ts'
import type { LinkShop } from './slot-chain.ts'

/** The proxy, as its connections see it. */
export interface Shop extends LinkShop {
  readonly name: string
  readonly upstream: string
  readonly connectionFaults: readonly AttachedFault[]
  readonly exchangeFaults: readonly AttachedFault[]
  readonly names: NameBook
  /** Largest body that is read whole for faults that want it. */
  readonly bodyForFaults: number
  /** Responses say which faults acted. */
  readonly evidenceHeader: boolean
  /** What all exchange lanes share; made with the first. */
  readonly exchangeServer: ExchangeServer
  nextExchange(): number
  exchangeEnded(connection: Connection, watched: Watched, faults: readonly string[]): void
  opaque(connection: Connection, reason: string): void
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

export interface Ending {
  readonly how: HowClosed
  readonly origin: Origin
  readonly fault: string | undefined
  /** Set when it never opened. */
  readonly refusal: string | undefined
}
