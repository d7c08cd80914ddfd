import type { Acting } from './decide-exchange.ts'
import type { RequestHead } from './head.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import type { Watched } from './watched-exchange.ts'

/** The connection, as its wire lane sees it. */
export interface LaneOwner {
  /** Some fault of the proxy looks at exchanges. */
  readonly decides: boolean
  /** A request head was read; `head` is of the framer. */
  began(head: RequestHead): Watched
  /** Which faults act on it, decided once. */
  decide(watched: Watched, head: RequestHead): readonly Acting[]
  /** A fault could not look: the head had gone on already. */
  missed(reason: 'too_late' | 'opaque'): void
  ended(watched: Watched): void
  opaque(reason: OpaqueReason): void
  /** Another protocol's bytes from here on. */
  tunnelled(): void
  pauseClient(): void
  resumeClient(): void
  /** Faults act on this exchange: the connection goes on in the exchange lane, from these bytes on. */
  handOver(unread: readonly Uint8Array[], watched: Watched, acting: readonly Acting[]): void
}
