import type { FastifyInstance } from 'fastify'
import { FaultlineError } from '../contract/errors.ts'
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
  let closing = false
  app.addHook('preClose', async () => void (closing = true))

  app.addHook('onRequest', async (request, reply) => {
    const { config } = request.routeOptions
    const path = request.url.split('?', 1)[0] ?? ''
    // The router would take an empty segment, or one with a slash in it, for a name.
    const misread = /.\/$|%2f/i.test(path)
    const known = !request.is404 && !misread
    // Fastify refuses a content-type that it cannot read before the route sees it; nothing here goes by it.
    delete request.raw.headers['content-type']
    reply.headers({
      'x-request-id': request.id,
      'x-faultline-version': info.version,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    if (known && config.surface === 'toxiproxy') reply.header('x-toxiproxy-request-id', request.id)
    mayCall(request.headers)
    if (closing) throw new FaultlineError('shutting_down', 'the daemon is stopping and takes no more requests')
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
