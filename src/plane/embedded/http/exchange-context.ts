import type { IncomingMessage } from 'node:http'
import type { AnyExchangeKind, RequestHead, ResponseHead } from '../../../contract/exchange.ts'
import { SlotRandom } from '../slot.ts'
import type { Acting } from './decide-exchange.ts'
import type { Exchange } from './exchange.ts'
import { exchangeHead } from './exchange-head.ts'
import { fromRaw } from './headers.ts'

/** What a kind is told with each question. */
export function contextOf(
  exchange: Exchange,
  { fault, decision }: Acting,
  askedAt: number,
  ordinal: number,
  requestBody: Uint8Array | undefined,
) {
  const { connection } = exchange.lane
  const { attributes } = fault.spec
  const kind = fault.kind as AnyExchangeKind
  return {
    attributes,
    state: fault.shared('proxy', '', (): unknown => kind.state?.(attributes)),
    random: new SlotRandom(decision.draws),
    now: connection.shop.clock.now(),
    askedAt,
    exchange: { ordinal, client: connection.unit.client },
    request: exchange.head,
    requestBody,
  }
}

export function requestHead(req: IncomingMessage): RequestHead {
  return exchangeHead(req.method ?? '', req.url ?? '', req.httpVersion === '1.0' ? '1.0' : '1.1', req.rawHeaders)
}

export function responseHead(response: IncomingMessage): ResponseHead {
  return {
    status: response.statusCode ?? 502,
    reason: response.statusMessage ?? '',
    headers: fromRaw(response.rawHeaders),
  }
}
