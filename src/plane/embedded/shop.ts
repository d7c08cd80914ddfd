import type { HowClosed, Origin } from '../../contract/events.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Connection } from './connection.ts'
import type { Dial, DialListener, DialOutcome } from './dialer.ts'
import type { GuestBook } from './http/guest-book.ts'
import type { RequestedFaults } from './http/requested-faults.ts'
import type { PlaneHttp } from './http/plane-http.ts'
import type { Watched } from './http/watched-exchange.ts'
import type { Sightings } from './sightings.ts'
import type { LinkShop } from './slot-chain.ts'

/** The proxy, as its connections see it. */
export interface Shop extends LinkShop {
  readonly name: string
  readonly upstream: string
  readonly connectionFaults: readonly AttachedFault[]
  readonly exchangeFaults: readonly AttachedFault[]
  /** Those of them whose match looks at bodies. */
  readonly bodyFaults: readonly AttachedFault[]
  readonly requestedFaults: RequestedFaults
  /** The scopes that share the listener. */
  readonly guests: GuestBook
  readonly sightings: Sightings
  /** Largest body that is read whole for faults that want it. */
  readonly bodyForFaults: number
  /** Responses say which faults acted. */
  readonly evidenceHeader: boolean
  readonly http: PlaneHttp
  nextExchange(): number
  exchangeEnded(connection: Connection, watched: Watched, now: number): void
  opaque(connection: Connection, reason: string): void
  readonly openCount: number
  readonly generation: number
  dial(listener: DialListener): Dial
  admitted(connection: Connection): void
  /** `connection` is undefined where it is a further dial, for one that had its upstream before. */
  dialEnded(connection: Connection | undefined, outcome: DialOutcome, ms: number): void
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
  /** Why, where more is known than whose doing it was. */
  readonly reason: string | undefined
}
