import type { IncomingMessage } from 'node:http'
import type { AnyExchangeKind, RequestHead, ResponseHead } from '../../../contract/exchange.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { SlotRandom } from '../slot.ts'
import type { Acting } from './decide-exchange.ts'
import type { Exchange } from './exchange.ts'
import { exchangeHead } from './exchange-head.ts'
import { fromRaw } from './headers.ts'

export function exchangeKind({ fault }: Pick<Acting, 'fault'>): AnyExchangeKind {
  return fault.kind as AnyExchangeKind
}

/** What a fault goes by: it may be of a scope whose time a test moves, on a listener of one in real time. */
export const clockOf = ({ lane }: Exchange, { manual }: AttachedFault): Clock => manual ?? lane.connection.shop.clock

/** What a kind is told with each question. */
export function contextOf(
  exchange: Exchange,
  { fault, decision }: Acting,
  askedAt: number,
  ordinal: number,
  requestBody: Uint8Array | undefined,
) {
  const { attributes } = fault.spec
  return {
    attributes,
    state: fault.shared('proxy', '', (): unknown => exchangeKind({ fault }).state?.(attributes)),
    random: new SlotRandom(decision.draws),
    now: clockOf(exchange, fault).now(),
    askedAt,
    exchange: { ordinal, client: exchange.lane.connection.unit.client },
    request: exchange.head,
    requestBody,
  }
}

type Context = ReturnType<typeof contextOf>

/** The same, of a response. Written out: a spread that is added to takes microseconds. */
export function responseContext(context: Context, response: ResponseHead, responseBody: Uint8Array | undefined) {
  const { attributes, state, random, now, askedAt, exchange, request, requestBody } = context
  return { attributes, state, random, now, askedAt, exchange, request, requestBody, response, responseBody }
}

export function requestHead(req: IncomingMessage): RequestHead {
  return exchangeHead(req.method ?? '', req.url ?? '', req.httpVersion === '1.0' ? '1.0' : '1.1', req)
}

export function responseHead(response: IncomingMessage): ResponseHead {
  return {
    status: response.statusCode ?? 502,
    reason: response.statusMessage ?? '',
    headers: fromRaw(response.rawHeaders),
  }
}
