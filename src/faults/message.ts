import type { HeaderList, RequestHead, ResponseHead } from '../contract/exchange.ts'

/** Fields of one connection or of the framing (RFC 9110, 7.6.1): never part of a message that is told again. */
const OF_THE_HOP = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export function valueOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1]
}

/** The fields without framing, without those of the hop, and without those that `Connection` names. */
export function withoutFraming(headers: HeaderList): HeaderList {
  const dropped = new Set(OF_THE_HOP)
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'connection') continue
    for (const token of value.split(',')) dropped.add(token.trim().toLowerCase())
  }
  return headers.filter(([name]) => !dropped.has(name.toLowerCase()))
}

/** Undefined where the message does not say. */
export function lengthOf(headers: HeaderList): number | undefined {
  const value = valueOf(headers, 'content-length')
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

/** Whether bytes may follow this head (RFC 9112, 6.3). */
/** Why a fault on the body cannot act where there is none. */
export const NO_BODY = 'the answer has no body'

export function mayHaveBody(request: RequestHead, { status }: ResponseHead): boolean {
  return request.method !== 'HEAD' && status !== 204 && status !== 304
}

const mediaType = (headers: HeaderList): string =>
  (valueOf(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

export const isEventStream = (headers: HeaderList): boolean => mediaType(headers) === 'text/event-stream'

export function isJson(headers: HeaderList): boolean {
  return /^(application|text)\/([\w.!#$&^-]+\+)?json$/.test(mediaType(headers))
}

export const isEncoded = (headers: HeaderList): boolean =>
  !['', 'identity'].includes((valueOf(headers, 'content-encoding') ?? '').trim().toLowerCase())

/** A status line and fields as they stand on the wire, with the empty line behind them. */
export function rawHead(statusLine: string, headers: HeaderList): Buffer {
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`${statusLine}\r\n${fields}\r\n`, 'latin1')
}
