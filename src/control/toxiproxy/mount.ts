import type { FastifyInstance } from 'fastify'
import type { ControlDeps } from '../deps.ts'
import { decodeBody } from './decode.ts'
import { TOXIPROXY_ROUTES } from './routes.ts'

/** @param base in front of each path; parameters in braces */
export function mountToxiproxy(
  app: FastifyInstance,
  base: string,
  depsOf: (params: Readonly<Record<string, string>>) => ControlDeps,
): void {
  for (const { method, path, handle } of TOXIPROXY_ROUTES) {
    app.route({
      method,
      url: (base + path).replace(/\{(\w+)\}/g, ':$1'),
      config: { surface: 'toxiproxy' },
      async handler(request, reply) {
        const params = request.params as Readonly<Record<string, string>>
        const { proxy = '', toxic = '' } = params
        const deps = depsOf(params)
        const answer = await handle({ deps, proxy, toxic, body: () => decodeBody(request.body as Buffer | undefined) })
        reply.code(answer.status)
        // Bytes, because Fastify would add a charset to the type of a text.
        return answer.json === undefined ? reply.send() : reply.type('application/json').send(Buffer.from(answer.json))
      },
    })
  }
}
