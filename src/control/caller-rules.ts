import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { FaultlineError } from '../contract/errors.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ControlSettings } from './deps.ts'

/**
 * Who may call at all. A web page must not reach the daemon: neither by a plain cross-site request (Origin), nor by a
 * name of its own that it has pointed at this machine (DNS rebinding; Host).
 * @returns throws forbidden_host
 */
export function hostRule(settings: ControlSettings): (headers: IncomingHttpHeaders) => void {
  const extra = new Set(settings.allowedHosts.map((host) => hostName(host.toLowerCase())))
  const anyHost = !settings.boundToLoopback && extra.size === 0

  const named = (host: string): boolean => isLoopback(host) || extra.has(host)

  return (headers) => {
    // HTTP/1.0 needs no Host; browsers always send one.
    const host = headers.host === undefined ? undefined : hostName(headers.host.toLowerCase())
    const origin = headers.origin
    if (host !== undefined && !anyHost && !named(host)) {
      const allowed = ['localhost', '*.localhost', '127.0.0.0/8', '[::1]', ...extra].join(', ')
      throw new FaultlineError('forbidden_host', `the request came for host ${quote(host)}; allowed are ${allowed}`)
    }
    if (headers['sec-fetch-site'] === 'cross-site') {
      throw new FaultlineError(
        'forbidden_host',
        'the request came from a page of another site (Sec-Fetch-Site: cross-site)',
      )
    }
    if (origin === undefined) return
    const from = originHost(origin)
    const same =
      from !== undefined &&
      headers.host !== undefined &&
      origin.toLowerCase().endsWith(`//${headers.host.toLowerCase()}`)
    // Where any Host is taken, a page may come by a name that no stranger can point here: an address, or a name without dots.
    const safe = host !== undefined && (named(host) || (anyHost && (/^[\d.]+$|^\[/.test(host) || !host.includes('.'))))
    if (!same || !safe) {
      throw new FaultlineError(
        'forbidden_host',
        `a page of ${quote(origin)} may not call ${quote(headers.host ?? 'this host')}`,
      )
    }
  }
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 100))

/** A Host without its port and final dot; brackets of IPv6 stay. */
function hostName(host: string): string {
  const bare = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) || host : host.replace(/:\d*$/, '')
  return bare.replace(/\.$/, '')
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

function originHost(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase()
}

/** Own few lines instead of @fastify/bearer-auth: errors stay FaultlineErrors, whichever API was called. */
export function tokenRule(token: string | undefined): (headers: IncomingHttpHeaders) => void {
  if (token === undefined) return () => {}
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const wanted = digest(token)
  return (headers) => {
    const sent = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
    if (sent === undefined) {
      const detail =
        headers.authorization === undefined ? 'the request carries no token' : 'Authorization is not "Bearer <token>"'
      throw new FaultlineError('unauthorized', detail)
    }
    // Digests have one length, so comparing takes the same time for any token.
    if (!timingSafeEqual(digest(sent), wanted))
      throw new FaultlineError('unauthorized', 'the token is not the right one')
  }
}

/** A bucket that holds one second's worth of requests. */
export function rateRule(perSecond: number, clock: Clock): () => void {
  if (perSecond === 0) return () => {}
  let left = perSecond
  let before = clock.now()
  return () => {
    const now = clock.now()
    left = Math.min(perSecond, left + ((now - before) / 1000) * perSecond)
    before = now
    if (left < 1) throw new FaultlineError('limit_reached', `more than ${perSecond} requests came within a second`)
    left -= 1
  }
}
