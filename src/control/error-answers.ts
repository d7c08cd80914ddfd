import type { Duplex } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { FaultlineError } from '../contract/errors.ts'
import type { Log } from '../kernel/log.ts'
import { nearest } from '../kernel/nearest.ts'
import type { ControlSettings } from './deps.ts'
import { PROBLEM_TYPE, problemView } from './problem.ts'
import type { RouteTable } from './route-table.ts'
import { ToxiproxyError, asToxiproxyError } from './toxiproxy/toxiproxy-error.ts'

interface Context {
  readonly log: Log
  readonly routes: RouteTable
  readonly toxiproxyRoutes: RouteTable
  readonly toxiproxyApi: ControlSettings['toxiproxyApi']
  readonly bodyLimit: number
}

/** Every error leaves through here, in the shape of the API that was called. */
export class ErrorAnswers {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (error instanceof ToxiproxyError) return this.#toxiproxy(error, reply)
    const known = this.#asFaultlineError(error, request)
    if (known.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="faultline"')
    if (known.code === 'limit_reached') reply.header('retry-after', '1')
    if (!this.#isNative(request)) return this.#toxiproxy(asToxiproxyError(known), reply)
    return reply
      .code(known.status)
      .type(PROBLEM_TYPE)
      .send(Buffer.from(`${JSON.stringify(problemView(known, request.id))}\n`))
  }

  /** 404 for a path that nobody has, 405 for one that does not take the method. */
  answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { routes, toxiproxyRoutes, toxiproxyApi } = this.#context
    const path = pathOf(request)
    const methods = [...routes.methods(path), ...(toxiproxyApi === 'off' ? [] : toxiproxyRoutes.methods(path))]
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '))
      if (!this.#isNative(request)) return this.#toxiproxy(new ToxiproxyError(405, 'method not allowed'), reply)
      const detail = `${request.method} is not a method of ${path}; it takes ${methods.join(', ')}`
      return this.answer(new FaultlineError('method_not_allowed', detail), request, reply)
    }
    if (this.#isNative(request)) {
      const near = nearest(path, routes.paths())
      const detail = `nothing is at ${path.slice(0, 200)}${near === undefined ? '' : `; did you mean ${near}?`}`
      return this.answer(new FaultlineError('route_not_found', detail), request, reply)
    }
    const off = toxiproxyApi === 'off' && toxiproxyRoutes.methods(path).length > 0
    return this.#toxiproxy(
      new ToxiproxyError(404, off ? "Toxiproxy's API is switched off (toxiproxy_api)" : '404 page not found'),
      reply,
    )
  }

  /** For what came before there was a request: bytes that are no HTTP, or a caller too slow to send its own. */
  answerSocket(error: Error & { code?: string }, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const [status, text] =
      error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : error.code === 'HPE_HEADER_OVERFLOW'
          ? [431, 'Request Header Fields Too Large']
          : [400, 'Bad Request']
    const body = new ToxiproxyError(status as number, `${status} ${text}`).body
    const head = `HTTP/1.1 ${status} ${text}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
    socket.end(head + body)
  }

  #toxiproxy(error: ToxiproxyError, reply: FastifyReply): FastifyReply {
    return reply.code(error.status).type('application/json').send(Buffer.from(error.body))
  }

  #asFaultlineError(error: unknown, request: FastifyRequest): FaultlineError {
    if (error instanceof FaultlineError) {
      if (error.code === 'internal') this.#log(error, request)
      return error
    }
    const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string }
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
      return new FaultlineError(
        'body_too_large',
        `the body is larger than the ${this.#context.bodyLimit} bytes that limits.body allows`,
      )
    if (code === 'FST_ERR_BAD_URL')
      return new FaultlineError('invalid_request', `the path ${request.url.slice(0, 200)} has a bad % escape`)
    if (code === 'FST_ERR_MAX_PARAM_LENGTH')
      return new FaultlineError('invalid_request', 'a name in the path is too long')
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
      return new FaultlineError('invalid_request', message ?? 'the request could not be read')
    }
    this.#log(error, request)
    // What broke inside is for the log; the caller gets the id to find it by.
    return new FaultlineError('internal', 'the request hit a bug in faultline; it may or may not have been carried out')
  }

  #log(error: unknown, request: FastifyRequest): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#context.log.error(
      { request_id: request.id, method: request.method, url: request.url, stack },
      'a request hit a bug',
    )
  }

  #isNative(request: FastifyRequest): boolean {
    const path = pathOf(request)
    if (/^\/v1(\/|$)/.test(path)) return !/^\/v1\/scopes\/[^/]+\/toxiproxy\//.test(path)
    return path !== '/version' && this.#context.routes.methods(path).length > 0
  }
}

/** A slash in a segment parts it, however it was written. */
const pathOf = (request: FastifyRequest): string => (request.url.split('?', 1)[0] ?? '').replace(/%2f/gi, '/')
