import type { HeaderList } from './exchange.ts'
import type { FaultSpec, SkipReason } from './model.ts'

/** What requests may ask for in one attribute: anything, at most so much (in base units), or one of these. */
export type WishLimit = 'any' | number | readonly (string | number | boolean)[]

/** Which faults requests may ask for by a field of their head, each for its own exchange: the ceiling of all wishes. */
export interface RequestFaults {
  /** By kind: any attributes, or only those named, each within its limit. */
  readonly kinds: Readonly<Record<string, 'any' | Readonly<Record<string, WishLimit>>>>
  /** The highest chance; a wish may ask for less. */
  readonly toxicity: number
  /** Most that act on exchanges of the proxy at once. */
  readonly max_active: number
}

/** The field that requests ask with: a list (RFC 9651) of kinds, with their attributes as parameters. */
export const WISH_FIELD = 'x-faultline-fault'
/** How the names of Envoy's fields begin. */
export const ENVOY_WISH = 'x-envoy-fault-'

/** Why a wish is not followed, besides the reasons why any fault may not act. */
export const WISH_REFUSALS = ['malformed', 'invalid', 'not_allowed', 'other_proxy'] as const
export type WishRefusal = (typeof WISH_REFUSALS)[number]

/** What can become of a wish. */
export const WISH_OUTCOMES = [
  'applied',
  'toxicity',
  'superseded',
  'body_not_available',
  'limit',
  'too_late',
  'opaque',
  ...WISH_REFUSALS,
] as const satisfies readonly ('applied' | SkipReason | WishRefusal)[]
export type WishOutcome = (typeof WISH_OUTCOMES)[number]

/** What stands for the kind where none is meant that there is. */
export const NO_KIND = 'none'

/** A wish that is not followed. The exchange goes on as if it had not been made. */
export interface RefusedWish<Reason = WishRefusal | 'limit' | 'too_late'> {
  /** As far as it is one of ours; else `none`. */
  readonly kind: string
  readonly reason: Reason
  /** What was asked for, and what is allowed. */
  readonly detail: string
}

export interface Wishes {
  /** Complete and within the limits, in the order in which they act. */
  readonly faults: readonly FaultSpec[]
  readonly refused: readonly RefusedWish<WishRefusal>[]
}

/** Understands wishes for the rooms that must not know single kinds. */
export interface WishReader {
  /**
   * What a request asks for, judged by what its proxy allows; undefined when it asks for nothing. Never throws, and takes
   * no longer than the bounds on length and number of wishes let it.
   */
  read(headers: HeaderList, allowed: RequestFaults | undefined, proxy: string): Wishes | undefined
}

export type WishCounts = Readonly<Record<WishOutcome, number>>
