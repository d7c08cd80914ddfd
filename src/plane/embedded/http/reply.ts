import type { HeaderList, Reply, RequestHead } from '../../../contract/exchange.ts'
import type { Exchange } from './exchange.ts'
import { toRaw, valueOf, without } from './headers.ts'
import { LENGTH, withLength } from './outgoing.ts'
import type { Watched } from './watched-exchange.ts'

const NOTHING = Buffer.alloc(0)

export function expectsContinue({ headers }: RequestHead): boolean {
  return valueOf(headers, 'expect') !== undefined
}

/** A fault gives the answer. `sign` adds what tells of it, where that is wanted. */
export function writeReply(
  { req, res, head, lane }: Exchange,
  { status, reason, headers = [], body = NOTHING }: Reply,
  watched: Watched,
  sign: (headers: HeaderList) => HeaderList,
): void {
  req.resume()
  res.sendDate = false
  // The caller may or may not send the body that it announced: nobody could tell what comes next.
  if (expectsContinue(head) && !req.complete) res.shouldKeepAlive = false
  const bodiless = status === 204 || status === 304
  const list = sign(bodiless ? without(headers, LENGTH) : withLength(headers, body.length))
  watched.injected()
  watched.gave(status, toRaw(list))
  watched.complete = true
  if (!bodiless && head.method !== 'HEAD') watched.responseBytes = body.length
  lane.gather()
  if (reason === undefined) res.writeHead(status, toRaw(list))
  else res.writeHead(status, reason, toRaw(list))
  res.end(bodiless ? undefined : body)
}
