import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AttributesSchema, JsonSchema } from '../../contract/attributes.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import type { ControlDeps } from '../deps.ts'
import type { Body } from './bodies.ts'

export interface Call<Q, B> {
  readonly deps: ControlDeps
  readonly params: Readonly<Record<string, string>>
  readonly query: Q
  readonly body: B
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface AnswerShape {
  readonly is: string
  readonly schema?: JsonSchema
  /** Default application/json. */
  readonly type?: string
}

/** What an operation answers: 200 and JSON unless it says otherwise. */
export class Answer {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body: unknown) {
    this.status = status
    this.body = body
  }
}

/** The operation wrote its answer itself. */
export const HIJACKED = Symbol('hijacked')

/** One method of one route: all there is to say about it, for the router and for OpenAPI. */
export interface Operation<Q = object, B = unknown> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Parameters in braces. */
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly notes?: string
  /** Answers without a token. */
  readonly open?: true
  /** Concerns the daemon as a whole: it is not there under a scope's path. */
  readonly global?: true
  /** Answers HEAD too: some probes ask so. */
  readonly head?: true
  readonly params?: Readonly<Record<string, JsonSchema>>
  readonly headers?: Readonly<Record<string, JsonSchema>>
  readonly query?: AttributesSchema<Q>
  readonly body?: Body<B>
  readonly answers: Readonly<Record<number, AnswerShape>>
  readonly errors: readonly ErrorCode[]
  readonly handle: (call: Call<Q, B>) => unknown
}

/** Operations differ in query and body; the list of them knows no more than that each reads its own. */
export type AnyOperation = Operation<object, unknown>

export function operation<Q extends object = object, B = unknown>(definition: Operation<Q, B>): AnyOperation {
  return definition as unknown as AnyOperation
}
