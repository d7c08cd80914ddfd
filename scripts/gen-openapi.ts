import fastify from 'fastify'
import swagger from '@fastify/swagger'
import type { JsonSchema } from '../src/contract/attributes.ts'
import { ERRORS } from '../src/contract/errors.ts'
import type { ErrorCode } from '../src/contract/errors.ts'
import type { EventStreams } from '../src/control/native/event-stream.ts'
import { nativeOperations } from '../src/control/native/operations.ts'
import type { AnyOperation } from '../src/control/native/operation.ts'
import { inputShapes } from '../src/control/native/input-shapes.ts'
import { SHAPES } from '../src/control/native/shapes.ts'
import { NO_COMPILERS } from '../src/control/no-compilers.ts'
import { PROBLEM_TYPE } from '../src/control/problem.ts'
import type { Generated } from './gen.ts'

const DESCRIPTION =
  "faultline's own API. Toxiproxy's API stands at the root besides; docs/toxiproxy.md tells about it. " +
  'Bodies are JSON whatever their content-type says; unknown fields are errors; a request is carried out whole or not at all.'

/** Errors that any operation may answer. */
const ALWAYS: readonly ErrorCode[] = ['invalid_request', 'forbidden_host', 'limit_reached', 'internal']

/** The OpenAPI document, made from the same operations that are served. @fastify/swagger is there when building only. */
export async function openapi(): Promise<Generated> {
  const app = fastify({ schemaController: NO_COMPILERS })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'faultline', version: '0', description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Asked for when a token is set.' } },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => (typeof json['$id'] === 'string' ? json['$id'] : `def-${i}`),
    },
  })
  for (const [name, shape] of Object.entries({ ...SHAPES, ...inputShapes() }))
    app.addSchema({ $id: name, title: name, ...shape })
  const noStreams = undefined as unknown as EventStreams
  for (const operation of nativeOperations(noStreams)) app.route({ ...routeOf(operation), handler: () => undefined })
  await app.ready()
  const document = JSON.stringify(withDiscriminator(app.swagger()), null, 2)
  await app.close()
  const text = `import type { JsonSchema } from '../contract/attributes.ts'\n\n/** Made by scripts/gen-openapi.ts. */\nexport const OPENAPI: JsonSchema = ${document}\n`
  return { path: 'src/control/openapi.gen.ts', text }
}

interface Inputs {
  readonly components: { readonly schemas: Record<string, { oneOf?: { $ref: string }[]; discriminator?: object }> }
}

/** @fastify/swagger leaves out what Fastify's own validator would refuse beside a reference. */
function withDiscriminator(document: object): object {
  const { schemas } = (document as Inputs).components
  const branches = schemas['FaultInput']?.oneOf ?? []
  const mapping = Object.fromEntries(branches.map(({ $ref }) => [$ref.slice($ref.lastIndexOf('.') + 1), $ref]))
  schemas['FaultInput'] = { ...schemas['FaultInput'], discriminator: { propertyName: 'kind', mapping } }
  return document
}

function routeOf(operation: AnyOperation): { method: AnyOperation['method']; url: string; schema: object } {
  const { method, path, id, tag, summary, notes, params, headers, query, body, open } = operation
  return {
    method,
    url: path.replace(/\{(\w+)\}/g, ':$1'),
    schema: {
      operationId: id,
      tags: [tag],
      summary,
      ...(notes === undefined ? {} : { description: notes }),
      ...(open === true ? {} : { security: [{ token: [] }, {}] }),
      ...(params === undefined ? {} : { params: { type: 'object', properties: params } }),
      ...(headers === undefined ? {} : { headers: { type: 'object', properties: headers } }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body: { $ref: `${body.shape}#` } }),
      response: { ...answersOf(operation), ...errorsOf(operation) },
    },
  }
}

function answersOf({ answers, id }: AnyOperation): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { is, schema, type = 'application/json' }]) => [
      status,
      {
        description: is,
        content: {
          [type]: { schema: schema ?? {} },
          ...(id === 'readEvents' ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
        },
      },
    ]),
  )
}

/** One answer per status, naming the codes that come with it. */
function errorsOf({ errors, body, open }: AnyOperation): Record<string, JsonSchema> {
  const codes = new Set<ErrorCode>([
    ...errors,
    ...ALWAYS,
    ...(body === undefined ? [] : (['invalid_json', 'body_too_large'] as const)),
    ...(open === true ? [] : (['unauthorized'] as const)),
  ])
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) byStatus.set(ERRORS[code].status, [...(byStatus.get(ERRORS[code].status) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      String(status),
      { description: list.sort().join(', '), content: { [PROBLEM_TYPE]: { schema: { $ref: 'ProblemView#' } } } },
    ]),
  )
}
