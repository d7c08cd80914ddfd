import type { JsonNode } from '../json-reader.ts'
import type { ControlDeps } from '../deps.ts'

export interface ToxiproxyCall {
  readonly deps: ControlDeps
  readonly proxy: string
  readonly toxic: string
  /** Decoded when it is asked for: some checks come before the body is looked at. @throws ToxiproxyError 400 */
  readonly body: () => JsonNode
}

export interface ToxiproxyAnswer {
  readonly status: number
  /** JSON already; nothing for 204. */
  readonly json?: string
}

export interface ToxiproxyRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Parameters in braces, named as in ToxiproxyCall. */
  readonly path: string
  readonly handle: (call: ToxiproxyCall) => ToxiproxyAnswer | Promise<ToxiproxyAnswer>
}
