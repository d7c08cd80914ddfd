import type { FastifyInstance } from 'fastify'
import type { ControlDeps } from '../deps.ts'
import { readBody } from './json-body.ts'
import { Answer, HIJACKED } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { readQuery } from './query.ts'

/**
 * Routes carry no Fastify schemas: bodies and queries are checked here, with schemas that are made when first needed,
 * which keeps Ajv and its compilers out of the start. OpenAPI is made from the same operations when the project is built.
 */
export function mountOperations(
  app: FastifyInstance,
  depsOf: (params: Readonly<Record<string, string>>) => ControlDeps,
  operations: readonly AnyOperation[],
): void {
  for (const operation of operations) {
    app.route({
      method: operation.head === true ? [operation.method, 'HEAD'] : operation.method,
      url: operation.path.replace(/\{(\w+)\}/g, ':$1'),
      config: { surface: operation.path === '/version' ? 'toxiproxy' : 'native', open: operation.open === true },
      async handler(request, reply) {
        const params = request.params as Readonly<Record<string, string>>
        const deps = depsOf(params)
        const query = readQuery<object>(operation.query, new URL(request.url, 'http://localhost').searchParams)
        const body =
          operation.body === undefined ? undefined : operation.body.read(readBody(request.body as Buffer | undefined))
        const result: unknown = await operation.handle({ deps, params, query, body, request, reply })
        if (result === HIJACKED || reply.sent) return reply
        const answer = result instanceof Answer ? result : new Answer(200, result)
        return reply
          .code(answer.status)
          .type('application/json')
          .send(Buffer.from(`${JSON.stringify(answer.body)}\n`))
      },
    })
  }
}
