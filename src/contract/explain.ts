import type { RequestHead } from './exchange.ts'
import type { Kind } from './kind.ts'
import type { SkipReason } from './model.ts'
import { WISH_REFUSALS } from './wishes.ts'
import type { WishRefusal } from './wishes.ts'

/** A request that nobody sent, as it would come on a new connection. */
export interface SampleRequest {
  /** Client address without the port. */
  readonly client: string
  readonly request: RequestHead
  /** Undefined where it is not told. */
  readonly body?: Uint8Array | undefined
}

/** Why a fault would not act: what it would count, or that it would not be asked at all. */
export const IDLE_REASONS = [
  'no_match',
  'trigger',
  'toxicity',
  'dry_run',
  'superseded',
  'opaque',
  'body_not_available',
  'disabled',
  'window',
  'layer',
  ...WISH_REFUSALS,
] as const
export type IdleReason = (typeof IDLE_REASONS)[number] & (SkipReason | WishRefusal | 'disabled' | 'window' | 'layer')

/** What one fault would do with a request. */
export interface Foreseen {
  readonly fault: string
  readonly kind: string
  readonly layer: Kind['layer']
  readonly acts: boolean
  /** None when it acts. */
  readonly reason?: IdleReason
  /** The reason in words, with what was asked and what was found. */
  readonly why: string
  /** The first condition of the match that does not hold, as a path into it: `method`, `all/1/headers/x-a`. */
  readonly condition?: string
  /** Which one this is of those that match. */
  readonly count?: number
  /** In [0, 1): it acts below the toxicity. */
  readonly draw?: number
  /** Set where it ends every exchange that it acts on before the upstream is asked. */
  readonly ends?: boolean
}

/** `POST /v1/explain` */
export interface Explanation {
  readonly proxy: string
  /** Number that the next exchange gets; its draws follow from it. */
  readonly ordinal: number
  /** In the order in which they are asked. */
  readonly faults: readonly Foreseen[]
}
