import type { FastifyServerOptions } from 'fastify'

/**
 * No route has a schema, so nothing is ever compiled. Fastify loads Ajv and its serializers at start all the same,
 * a fifth of a second, unless somebody else's compilers are named.
 */
export const NO_COMPILERS: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: {
    buildValidator: (() => () => () => true) as never,
    buildSerializer: (() => () => JSON.stringify) as never,
  },
}
