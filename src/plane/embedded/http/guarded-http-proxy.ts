import { createRequire } from 'node:module'
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type HttpProxy from 'http-proxy'

/** The passes are no part of its public types; the version is pinned for their sake. */
interface WithPasses {
  webPasses: ((...args: never[]) => unknown)[]
}

/** node:http refuses larger heads; those that reach it through the gate are never so large. */
export const LARGEST_HEAD = 256 * 1024

export interface ForwardEvents {
  requested(up: ClientRequest, req: IncomingMessage): void
  answered(up: IncomingMessage, req: IncomingMessage): void
  failed(error: Error, req: IncomingMessage): void
}

/**
 * http-proxy 1.18.1 with what it gets wrong put right from outside: it drops the framing of a DELETE or OPTIONS
 * with a body (request smuggling, its issue 1721), calls a deprecated util function, and collapses `//` in paths.
 * Loaded with the first http proxy, not before.
 */
export function guardedHttpProxy(events: ForwardEvents): HttpProxy {
  const require = createRequire(import.meta.url)
  const util = require('node:util') as { _extend: unknown }
  util._extend = Object.assign
  const { createProxyServer } = require('http-proxy') as typeof HttpProxy
  const proxy = createProxyServer({ selfHandleResponse: true, toProxy: true })
  const passes = proxy as unknown as WithPasses
  passes.webPasses = passes.webPasses.filter((pass) => pass.name !== 'deleteLength')
  proxy.on('proxyReq', (up, req) => {
    up.path = req.url ?? '/'
    events.requested(up, req)
  })
  proxy.on('proxyRes', (up, req) => events.answered(up, req))
  proxy.on('error', (error, req) => events.failed(error, req))
  // Its word for an upstream error after the caller left.
  proxy.on('econnreset', (error: Error, req: IncomingMessage, _res: ServerResponse) => events.failed(error, req))
  return proxy
}
