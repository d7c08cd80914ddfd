import type { RequestHead as ExchangeHead } from '../../../contract/exchange.ts'
import { fromRaw } from './headers.ts'

/** The scheme and authority of an absolute-form target. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i

/** A request head in the words of the contract, from what either parser read. */
export function exchangeHead(
  method: string,
  target: string,
  version: '1.0' | '1.1',
  rawHeaders: readonly string[],
): ExchangeHead {
  const local = target.startsWith('/') ? target : target.replace(ORIGIN, '')
  const mark = local.indexOf('?')
  const path = mark < 0 ? local : local.slice(0, mark)
  return {
    method,
    target,
    path: path === '' ? '/' : path,
    query: mark < 0 ? undefined : local.slice(mark + 1),
    version,
    headers: fromRaw(rawHeaders),
  }
}
