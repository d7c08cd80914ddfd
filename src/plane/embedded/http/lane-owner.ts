import type { Acting } from './decide-exchange.ts'
import type { RequestHead } from './head.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import type { Watched } from './watched-exchange.ts'

/** The connection, as its wire lane sees it. */
export interface LaneOwner {
  /** Some fault of the proxy looks at exchanges. */
  readonly decides: boolean
  /**
   * A request head was read; `head` is of the framer.
   *
   * @param spent what noted an earlier one of the connection, and may be used again
   */
  began(head: RequestHead, now: number, spent?: Watched): Watched
  /** Whether a fault's match depends on its body, which is to come. */
  needsBody(watched: Watched, head: RequestHead): boolean
  /** Which faults act on it, decided once. */
  decide(watched: Watched, head: RequestHead, body?: Uint8Array): readonly Acting[]
  /** No fault could look: the head had gone on already. */
  tooLate(watched: Watched, head: RequestHead): void
  /** They were to act on it, and cannot. */
  unable(watched: Watched, acting: readonly Acting[], reason: 'too_late' | 'opaque', detail: string): void
  ended(watched: Watched, now?: number): void
  opaque(reason: OpaqueReason): void
  /** Another protocol's bytes from here on. */
  tunnelled(): void
  pauseClient(): void
  resumeClient(): void
  /** Faults act on this exchange: the connection goes on in the exchange lane, from these bytes on. */
  handOver(unread: readonly Uint8Array[], watched: Watched, acting: readonly Acting[]): void
}
