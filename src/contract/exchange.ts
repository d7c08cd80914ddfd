import type { Effects } from './effects.ts'
import type { Chunk, KindBase, Random } from './kind-base.ts'

/** Names and values in their first spelling and order; repeats stay apart. Bytes above 127 as latin1. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

export interface RequestHead {
  readonly method: string
  /** As on the wire: path and query, absolute, authority or `*`. */
  readonly target: string
  /** The target's path, not decoded; `*` and authority targets as they are. */
  readonly path: string
  /** The target's query without `?`; undefined when it has none. */
  readonly query: string | undefined
  readonly version: '1.0' | '1.1'
  readonly headers: HeaderList
}

export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly headers: HeaderList
}

export interface ExchangeView {
  /** Of the request head on this proxy in this scope, from 1 since creation or reset. */
  readonly ordinal: number
  /** Client address without the port. */
  readonly client: string
}

export interface ExchangeContext<A, S> {
  readonly attributes: A
  /** One for the fault, shared by all its exchanges. */
  readonly state: S
  readonly random: Random
  readonly now: number
  /** When this phase was first asked of this exchange. */
  readonly askedAt: number
  readonly exchange: ExchangeView
  readonly request: RequestHead
  /** Whole and as on the wire; there when the kind `wants` it. */
  readonly requestBody: Uint8Array | undefined
}

export interface ResponseContext<A, S> extends ExchangeContext<A, S> {
  readonly response: ResponseHead
  /** Whole and as on the wire (still encoded); there when the kind `wants` it. */
  readonly responseBody: Uint8Array | undefined
}

/** FIN, RST, or nothing more at all with the socket open. */
export type Cut = 'fin' | 'rst' | 'stall'

export interface HeaderEdit {
  /** Replaces all of that name, in the place of the first; else appended. */
  readonly set?: HeaderList
  readonly add?: HeaderList
  /** Names, any case. */
  readonly remove?: readonly string[]
}

/** A whole answer. Content-length is the lane's to set. */
export interface Reply {
  readonly status: number
  /** Default: the usual phrase of the status. */
  readonly reason?: string
  readonly headers?: HeaderList
  readonly body?: Uint8Array
}

type Common =
  | { readonly do: 'go' }
  /** Ask again then. Infinity: ask again when the fault changes. */
  | { readonly do: 'wait'; readonly until: number }
  /** Wait until somebody lets it go, then go on. */
  | { readonly do: 'detain' }
  /** Answer this instead of the upstream, or of what it said. */
  | ({ readonly do: 'answer' } & Reply)
  /** Write these bytes to the caller's socket as they are, then cut. */
  | { readonly do: 'raw'; readonly bytes: Uint8Array; readonly then: Cut }
  | { readonly do: 'cut'; readonly how: Cut }
  /** It cannot act on this message, which goes on untouched; counted as body_not_available. */
  | { readonly do: 'unable'; readonly why: string }

/** What an exchange fault may answer at the request. */
export type RequestAnswer =
  | Common
  | {
      readonly do: 'change'
      readonly method?: string
      readonly target?: string
      readonly headers?: HeaderEdit
      /** The lane keeps content-length right. */
      readonly body?: Uint8Array
    }
  /** Send it upstream `times` times, `gap` ms apart; the caller gets the first or the last answer. */
  | { readonly do: 'repeat'; readonly times: number; readonly keep: 'first' | 'last'; readonly gap: number }

/** What it may answer at the response head. */
export type ResponseAnswer =
  | Common
  | {
      readonly do: 'change'
      readonly status?: number
      readonly reason?: string
      readonly headers?: HeaderEdit
      readonly body?: Uint8Array
    }
  /** Let the upstream finish its answer, tell the caller nothing, then cut. */
  | { readonly do: 'swallow'; readonly then: Cut }

export interface BodyContext<A, B> {
  readonly attributes: A
  readonly state: B
  readonly random: Random
  readonly now: number
  /** Bytes of the body before the ones at hand. */
  readonly offset: number
  readonly heldBytes: number
}

/**
 * The body of a response on its way to the caller, with the effects of a stream kind: `send at`, `end`, `close` (FIN)
 * and `reset` (both behind what was sent before them), `wake`, `pause`, `resume`, `drop`. An end that is never passed on stalls.
 */
export interface BodyPart<A, S, B> {
  /**
   * Whether it acts on this response, and what the head then says: the length as it came, a length not known beforehand
   * (chunked), or so many bytes. A text says why it cannot act; counted as body_not_available.
   */
  begin(
    context: ResponseContext<A, S>,
  ): { readonly state: B; readonly length: 'kept' | 'unknown' | number } | string | undefined
  /** Asked when the whole body has passed: why it found nothing to act on after all, if so. */
  unmet?(attributes: A, state: B): string | undefined
  chunk?(context: BodyContext<A, B>, chunk: Chunk): Effects
  end?(context: BodyContext<A, B>, end: { readonly at: number }): Effects
  wake?(context: BodyContext<A, B>): Effects
}

/** A fault on single HTTP exchanges. Only for proxies with `protocol: http`. */
export interface ExchangeKind<A = never, S = never, B = never> extends KindBase<A> {
  readonly layer: 'exchange'
  /** One state for the fault; forgotten when it is removed. */
  state?(attributes: A): S
  /**
   * Which bodies it must see whole, bounded by `limits.body_for_faults`; a larger one is skipped as body_not_available.
   * At the response its head is given as well, so that a kind may do without.
   */
  wants?(attributes: A, head?: ResponseHead): { readonly request?: boolean; readonly response?: boolean }
  /** The request head was read (and its body, where wanted); nothing was forwarded yet. */
  request?(context: ExchangeContext<A, S>): RequestAnswer
  /** The upstream's final response head was read; nothing was passed on yet. */
  response?(context: ResponseContext<A, S>): ResponseAnswer
  readonly body?: BodyPart<A, S, B>
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyExchangeKind = ExchangeKind<any, any, any>

export function exchangeFault<A, S = undefined, B = undefined>(
  kind: Omit<ExchangeKind<A, S, B>, 'layer'>,
): ExchangeKind<A, S, B> {
  return Object.freeze({ layer: 'exchange' as const, ...kind })
}
