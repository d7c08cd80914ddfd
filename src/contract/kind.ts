import type { Answer, Effects, Held } from './effects.ts'
import type { AnyExchangeKind } from './exchange.ts'
import type { Chunk, Fidelity, KindBase, Random } from './kind-base.ts'

export type { Chunk, Fidelity, Random, Stream } from './kind-base.ts'

export interface LinkView {
  /** Bytes read from the source since the connection opened. */
  readonly bytesIn: number
  /** Bytes handed to the destination. */
  readonly bytesOut: number
}

export interface StreamContext<A, S> {
  readonly attributes: A
  readonly state: S
  readonly random: Random
  readonly now: number
  /** Where the bytes at hand stand in the stream: what came by before them. A fault that counts remembers where it met. */
  readonly offset: number
  /** Bytes that the slot holds now, without those at hand. */
  readonly heldBytes: number
  readonly link: LinkView
}

/** A fault on the bytes of one direction. It owns no timer, socket or loop: it answers with effects. */
export interface StreamKind<A = never, S = never> extends KindBase<A> {
  readonly layer: 'stream'
  /** A promise that the law tests hold it to. `changed`: same count, other values. */
  readonly bytes: 'kept' | 'changed' | 'lost'
  /** Bytes out do not depend on how the input was cut. */
  readonly cutIndependent?: boolean
  /** Removal: `release` what is held, or `close` connections on which it lost bytes. Default `release`. */
  readonly onDetach?: 'release' | 'close'
  /** One state for all connections of the proxy, or of a client address; otherwise one per slot. */
  share?(attributes: A): 'proxy' | 'client' | undefined
  state?(attributes: A): S
  /** The fault and the connection meet. */
  open?(context: StreamContext<A, S>): Effects
  /** Without it bytes pass. */
  chunk?(context: StreamContext<A, S>, chunk: Chunk): Effects
  /** Without it the end passes behind what is held. */
  end?(context: StreamContext<A, S>, end: { readonly at: number }): Effects
  /** The source was reset. Without it the reset passes at once; no `reset` effect = swallowed. */
  reset?(context: StreamContext<A, S>, reset: { readonly at: number }): Effects
  wake?(context: StreamContext<A, S>): Effects
  /** Attributes changed. The answer replaces all that the slot held. Without it, what is held keeps its times. */
  update?(context: StreamContext<A, S>, before: A, held: readonly Held[]): Effects
  /** While a ramp moves the attributes, what is held keeps its times, and `update` is not asked. Default: it is. */
  readonly onMove?: 'keep'
  /** A hold is over: what the slot holds is let go next, and what comes later is not held again. */
  released?(context: StreamContext<A, S>): void
  /** The slot goes; what it held has been released already. */
  detach?(context: StreamContext<A, S>): Effects
}

export interface ConnectionView {
  /** From 1 since the proxy's creation or reset. */
  readonly ordinal: number
  readonly acceptedAt: number
  /** When a byte last passed in either direction, or the connection was accepted. */
  readonly lastByteAt: number
  /** Connections of the proxy that were let in and are still open, without this one. */
  readonly open: number
}

export interface ConnectionContext<A, S> {
  readonly attributes: A
  readonly state: S
  readonly random: Random
  readonly now: number
  /** When this question was first asked of this connection. */
  readonly askedAt: number
  readonly connection: ConnectionView
}

/** A fault on whole connections: at accept, at dial, or while they age. */
export interface ConnectionKind<A = never, S = never> extends KindBase<A> {
  readonly layer: 'connection'
  /** It goes by real time, also where a test moves the time of its scope. */
  readonly realTime?: true
  state?(attributes: A): S
  /** A client was accepted; nothing was read or dialled yet. */
  accept?(context: ConnectionContext<A, S>): Answer
  /** The upstream is about to be dialled. */
  dial?(context: ConnectionContext<A, S>): Answer
  /** Asked when fault and connection meet, when attributes change, and at the moments it named itself. */
  wake?(context: ConnectionContext<A, S>): Answer
  /** It goes, or ceases to act, while the connection waits because of it. Without it the connection goes on. */
  detach?(context: ConnectionContext<A, S>): Answer
  /** What the proxy's listener should be while this fault is active. */
  listener?(attributes: A): 'open' | 'refused' | 'stalled'
}

// `any` is the one erased boundary: the catalogue holds kinds whose attribute types differ.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStreamKind = StreamKind<any, any>
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyConnectionKind = ConnectionKind<any, any>
export type Kind = AnyStreamKind | AnyConnectionKind | AnyExchangeKind

export function streamFault<A, S = undefined>(kind: Omit<StreamKind<A, S>, 'layer'>): StreamKind<A, S> {
  return Object.freeze({ layer: 'stream' as const, ...kind })
}

export function connectionFault<A, S = undefined>(kind: Omit<ConnectionKind<A, S>, 'layer'>): ConnectionKind<A, S> {
  return Object.freeze({ layer: 'connection' as const, ...kind })
}

export function fidelityHere(kind: Pick<Kind, 'fidelity'>, platform: string): Fidelity {
  return typeof kind.fidelity === 'string' ? kind.fidelity : (kind.fidelity[platform] ?? kind.fidelity.other)
}
