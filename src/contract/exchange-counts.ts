import type { Origin } from './events.ts'
import type { Histogram } from './ports.ts'

/** Methods that are counted by name; all others together as `other`. */
export const COUNTED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const
/** `none`: the caller was given no head. */
export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'] as const
export const EXCHANGE_ORIGINS = ['injected', 'upstream', 'client', 'faultline'] as const satisfies readonly Origin[]

/** What an `http` proxy counted of its exchanges. */
export interface ExchangeCounts {
  /** By method, status class and origin: see `exchangePlace`. */
  readonly counts: readonly number[]
  /** From the request going upstream to the head of the answer there. */
  readonly upstreamTime: Histogram
  /** How long faults made heads wait, where they did. */
  readonly injectedTime: Histogram
  /** Connections whose bytes were not understood, and were relayed unseen. */
  readonly opaque: number
}

export const EXCHANGE_PLACES = COUNTED_METHODS.length * STATUS_CLASSES.length * EXCHANGE_ORIGINS.length

const METHOD_PLACE = new Map<string, number>(COUNTED_METHODS.map((method, place) => [method, place]))
const OTHER_METHOD = COUNTED_METHODS.length - 1
const NO_STATUS = STATUS_CLASSES.length - 1

export function exchangePlace(method: string, status: number | undefined, origin: Origin): number {
  const methodPlace = METHOD_PLACE.get(method) ?? OTHER_METHOD
  const known = status !== undefined && status >= 100 && status < 600
  return placeOf(methodPlace, known ? Math.floor(status / 100) - 1 : NO_STATUS, EXCHANGE_ORIGINS.indexOf(origin))
}

const placeOf = (method: number, status: number, origin: number): number =>
  (method * STATUS_CLASSES.length + status) * EXCHANGE_ORIGINS.length + origin

/** Every place with its labels, in one order. */
export const EXCHANGE_LABELS = COUNTED_METHODS.flatMap((method, m) =>
  STATUS_CLASSES.flatMap((statusClass, s) =>
    EXCHANGE_ORIGINS.map((origin, o) => ({ method, statusClass, origin, place: placeOf(m, s, o) })),
  ),
)
