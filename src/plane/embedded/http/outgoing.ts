import type { IncomingMessage } from 'node:http'
import { parseAddress } from '../../../contract/address.ts'
import type { HeaderList, RequestAnswer, RequestHead } from '../../../contract/exchange.ts'
import { FieldNames } from './field-names.ts'
import { LARGEST_HEAD } from './guarded-http-proxy.ts'
import { edit, endToEnd, fromRaw, toObject, valueOf, without } from './headers.ts'

/** What says how long a message is. */
export const LENGTH = new FieldNames(['content-length', 'transfer-encoding'])

/** The agent would derive a server name from Host, and throw where that is repeated. */
export const AS_IT_CAME = { setHost: false, servername: '', maxHeaderSize: LARGEST_HEAD }

/**
 * The same for http-proxy, which writes all that a request needs into it, name by name. Where those have no place yet,
 * that alone takes a tenth of the time of an exchange.
 */
export class ForwardOptions {
  setHost = AS_IT_CAME.setHost
  servername = AS_IT_CAME.servername
  maxHeaderSize = AS_IT_CAME.maxHeaderSize
  port = undefined
  host = undefined
  hostname = undefined
  socketPath = undefined
  pfx = undefined
  key = undefined
  passphrase = undefined
  cert = undefined
  ca = undefined
  ciphers = undefined
  secureProtocol = undefined
  method = undefined
  headers = undefined
  agent = undefined
  localAddress = undefined
  path = undefined
}

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

export interface Target {
  readonly protocol: 'http:'
  readonly host: string
  readonly port: number
  readonly socketPath?: string
}

export function targetOf(upstream: string): Target {
  const address = parseAddress(upstream, 'upstream')
  if (address.is === 'unix') return { protocol: 'http:', host: '', port: 0, socketPath: address.path }
  return { protocol: 'http:', host: address.host, port: address.port }
}

/** The request as it came. */
export const outgoing = ({ method, target, headers }: RequestHead): Outgoing => ({
  method,
  target,
  headers,
  body: undefined,
})
