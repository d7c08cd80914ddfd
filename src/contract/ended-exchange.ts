import type { ExchangeFact, ExchangeLane, FactSink, Origin, UnableFault } from './events.ts'
import type { RawHead } from './raw-head.ts'
import type { RefusedWish } from './wishes.ts'

/** An exchange that is over. Moments are on the monotonic clock; -1: it did not come so far. */
export interface EndedExchange {
  readonly proxy: string
  /** The n-th on its proxy. */
  readonly ordinal: number
  readonly connection: { readonly id: string; readonly ordinal: number; readonly client: string }
  readonly lane: ExchangeLane
  readonly method: string
  readonly target: string
  /** Of the answer that the caller was given. */
  readonly status: number | undefined
  readonly origin: Origin
  readonly complete: boolean
  readonly startedAt: number
  readonly sentAt: number
  readonly answeredAt: number
  readonly endedAt: number
  readonly injectedMs: number
  readonly requestBytes: number
  readonly responseBytes: number
  readonly faults: readonly string[]
  readonly unable: readonly UnableFault[] | undefined
  readonly refused: readonly RefusedWish[] | undefined
  /** Its heads may hold secrets: no fact has them. */
  readonly request: RawHead
  readonly response: RawHead | undefined
}

/** How a target may be shown, without its secrets. */
export type ShowTarget = (target: string) => string

/** What a fact tells of it. */
export type ToldExchange = Omit<EndedExchange, 'request' | 'response'>

export function exchangeFact(ended: ToldExchange, show?: ShowTarget): ExchangeFact {
  const { connection, status, startedAt, sentAt, answeredAt, unable, refused } = ended
  const fact: ExchangeFact = {
    type: 'exchange',
    proxy: ended.proxy,
    exchange: `x${ended.ordinal}`,
    connection: connection.id,
    ordinal: connection.ordinal,
    client: connection.client,
    lane: ended.lane,
    method: ended.method,
    target: show === undefined ? ended.target : show(ended.target),
    origin: ended.origin,
    complete: ended.complete,
    total_ms: ended.endedAt - startedAt,
    injected_ms: ended.injectedMs,
    request_bytes: ended.requestBytes,
    response_bytes: ended.responseBytes,
    faults: ended.faults,
  }
  // Set behind: spreads of what may be missing take many times as long as all the rest.
  if (status !== undefined) fact.status = status
  if (sentAt >= 0) fact.sent_ms = sentAt - startedAt
  if (answeredAt >= 0) fact.first_ms = answeredAt - startedAt
  if (unable !== undefined) fact.unable_faults = unable
  if (refused !== undefined) fact.refused_faults = refused
  return fact
}

/** For a sink that takes facts only. Exchanges come by the thousand in a second: elsewhere no fact is made of them. */
export function emitExchange(sink: FactSink, ended: EndedExchange, show?: ShowTarget): true {
  sink.emit(exchangeFact(ended, show))
  return true
}
