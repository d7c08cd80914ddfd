import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { ControlDeps } from './deps.ts'
import { ErrorAnswers } from './error-answers.ts'
import { guard } from './guard.ts'
import { limitConnections } from './limit-connections.ts'
import { EventStreams } from './native/event-stream.ts'
import { mountOperations } from './native/mount.ts'
import { nativeOperations } from './native/operations.ts'
import { SCOPE_PATH, scopeDeps, withinScope } from './native/within-scope.ts'
import { NO_COMPILERS } from './no-compilers.ts'
import { requestIds } from './request-id.ts'
import { RouteTable } from './route-table.ts'
import { TOXIPROXY_ROUTES } from './toxiproxy/routes.ts'
import { mountToxiproxy } from './toxiproxy/mount.ts'

/** A caller that is slow to say what it wants gives up its socket, ms. As Toxiproxy has it. */
const REQUEST_MS = 15_000
const KEEP_ALIVE_MS = 60_000
/** Node looks for slow callers at this interval. */
const CHECK_MS = 2_000
/** Longer than any percent-encoded name of 200 bytes. */
const LONGEST_PARAMETER = 1_000
const LONGEST_HEAD = 32 * 1024
/** Callers with no event stream. Descriptors are kept for them and for the streams (daemon/machine-limits.ts). */
const OTHER_CALLERS = 200

/** The control plane: Toxiproxy's API at the root and the native one under /v1, on one port. It does not listen yet. */
export function createApp(deps: ControlDeps): FastifyInstance {
  const { settings, info, clock, log } = deps
  const streams = new EventStreams(clock, settings.eventReaders)
  const operations = nativeOperations(streams)
  const scoped = operations.flatMap(withinScope)
  const routes = new RouteTable()
  for (const { method, path } of [...operations, ...scoped]) routes.add(method, path)
  const toxiproxyRoutes = new RouteTable()
  for (const { method, path } of TOXIPROXY_ROUTES) toxiproxyRoutes.add(method, path)
  const errors = new ErrorAnswers({
    log,
    routes,
    toxiproxyRoutes,
    toxiproxyApi: settings.toxiproxyApi,
    bodyLimit: settings.bodyLimit,
  })

  const app = fastify({
    // The daemon has its own log; Fastify's would load pino's transports.
    logger: false,
    genReqId: requestIds(info.bootId, () => clock.wall()),
    bodyLimit: settings.bodyLimit,
    exposeHeadRoutes: false,
    // Open event streams and callers that went quiet must not hold up the end.
    forceCloseConnections: true,
    return503OnClosing: false,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS, maxHeaderSize: LONGEST_HEAD },
    routerOptions: { maxParamLength: LONGEST_PARAMETER, caseSensitive: true, ignoreTrailingSlash: false },
    frameworkErrors: (error, request, reply) => void errors.answer(error, request, reply),
    clientErrorHandler: (error, socket) => errors.answerSocket(error, socket),
    schemaController: NO_COMPILERS,
  })
  // Both APIs read the bytes themselves: neither goes by the content-type.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, request, reply) => errors.answer(error, request, reply))
  guard(app, deps)
  app.setNotFoundHandler((request, reply) => errors.answerUnknown(request, reply))
  app.addHook('preClose', async () => streams.close())
  limitConnections(app, settings.eventReaders + OTHER_CALLERS, deps)
  const ofScope = scopeDeps(deps)
  mountOperations(app, () => deps, operations)
  mountOperations(app, ofScope, scoped)
  if (settings.toxiproxyApi !== 'off') {
    mountToxiproxy(app, '', () => deps)
    mountToxiproxy(app, `${SCOPE_PATH}/toxiproxy`, ofScope)
  }
  return app
}
