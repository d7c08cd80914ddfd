import type { FastifyInstance } from 'fastify'
import { hostRule, rateRule, tokenRule } from './caller-rules.ts'
import { cleanedPath } from './clean-path.ts'
import type { ControlDeps } from './deps.ts'
import { ToxiproxyError } from './toxiproxy/toxiproxy-error.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose rules and error shapes the route follows. */
    surface?: 'native' | 'toxiproxy'
    /** Answers without a token. */
    open?: boolean
  }
}

/** What every request goes through before its route: ids, who may call, and the form of the path. */
export function guard(app: FastifyInstance, { settings, info, clock, log }: ControlDeps): void {
  const mayCall = hostRule(settings)
  const checkToken = tokenRule(settings.token)
  const checkRate = rateRule(settings.requestRate, clock)

  app.addHook('onRequest', async (request, reply) => {
    const { config } = request.routeOptions
    const path = request.url.split('?', 1)[0] ?? ''
    // The router would take an empty segment, or one with a slash in it, for a name.
    const misread = /.\/$|%2f/i.test(path)
    const known = !request.is404 && !misread
    // Fastify refuses a content-type that it cannot read before the route sees it; nothing here goes by it.
    delete request.raw.headers['content-type']
    reply.header('x-request-id', request.id).header('x-faultline-version', info.version)
    if (known && config.surface === 'toxiproxy') reply.header('x-toxiproxy-request-id', request.id)
    mayCall(request.headers)
    checkRate()
    const clean = cleanedPath(path)
    if (clean !== undefined) return reply.code(301).header('location', clean).send()
    if (misread && !request.is404) {
      reply.callNotFound()
      return reply
    }
    if (!known) return
    if (config.surface === 'toxiproxy') {
      // The old guard against browsers. Origin and Host are the real one, but some rely on this status.
      if ((request.headers['user-agent'] ?? '').startsWith('Mozilla/'))
        throw new ToxiproxyError(403, 'User agent not allowed')
      if (settings.toxiproxyApi === 'token' && config.open !== true) checkToken(request.headers)
    } else if (config.open !== true) checkToken(request.headers)
  })

  app.addHook('onResponse', async (request, reply) => {
    log.debug(
      {
        request_id: request.id,
        method: request.method,
        url: request.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    )
  })
}
