import type { IncomingMessage } from 'node:http'
import { parseAddress } from '../../../contract/address.ts'
import type { HeaderList, RequestAnswer } from '../../../contract/exchange.ts'
import { LARGEST_HEAD } from './guarded-http-proxy.ts'
import { edit, endToEnd, fromRaw, toObject, valueOf, without } from './headers.ts'

/** What says how long a message is. */
export const LENGTH = new Set(['content-length', 'transfer-encoding'])

/** The agent would derive a server name from Host, and throw where that is repeated. */
export const AS_IT_CAME = { setHost: false, servername: '', maxHeaderSize: LARGEST_HEAD }

/** What goes upstream: as it came, or as faults changed it. */
export interface Outgoing {
  method: string
  target: string
  headers: HeaderList
  /** Set when it was read whole or replaced; otherwise the request's own stream goes on. */
  body: Uint8Array | undefined
}

export function changeRequest(out: Outgoing, change: Extract<RequestAnswer, { do: 'change' }>): void {
  out.method = change.method ?? out.method
  out.target = change.target ?? out.target
  out.headers = edit(out.headers, change.headers)
  if (change.body === undefined) return
  out.body = change.body
  out.headers = withLength(out.headers, change.body.length)
}

/** Framing is kept as it came; a body that was read whole is sent with its length. */
export function outgoingHeaders(out: Outgoing): Record<string, string | string[]> {
  const chunked = valueOf(out.headers, 'transfer-encoding') !== undefined
  const list = endToEnd(out.headers)
  if (!chunked) return toObject(list)
  return toObject(
    out.body === undefined ? [...list, ['Transfer-Encoding', 'chunked']] : withLength(list, out.body.length),
  )
}

export function withLength(headers: HeaderList, length: number): HeaderList {
  return [...without(headers, LENGTH), ['Content-Length', String(length)]]
}

export function trailers(req: IncomingMessage): Record<string, string> {
  return Object.fromEntries(fromRaw(req.rawTrailers))
}

export function targetOf(upstream: string): { host: string; port: number } | { socketPath: string } {
  const address = parseAddress(upstream, 'upstream')
  return address.is === 'unix' ? { socketPath: address.path } : { host: address.host, port: address.port }
}
