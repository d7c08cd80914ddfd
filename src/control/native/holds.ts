import type { HeldList, ReleaseInput, Released } from '../../contract/hold.ts'
import { closed, integer, optional } from '../../contract/attributes.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import type { Body } from './bodies.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { FAULT } from './parameters.ts'
import { readConverted } from './read-converted.ts'
import { answer } from './shape-ref.ts'

const tag = 'faults'

export const RELEASE: JsonSchema = closed({
  count: optional(integer('How many, the oldest first. Default: all.', { min: 1 })),
  with: optional({
    type: 'object',
    additionalProperties: false,
    required: ['kind'],
    properties: {
      kind: { type: 'string', minLength: 1, description: 'A kind of the same layer.' },
      attributes: { type: 'object', description: 'Those of the kind.' },
    },
    description: 'What they meet where they were held, instead of going on; its phase is that of the hold.',
  }),
})

const releaseBody: Body<ReleaseInput> = {
  shape: 'ReleaseInput',
  read: (value = {}) => readConverted(RELEASE, value, 'the release'),
}

export const holdOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/proxies/{proxy}/faults/{fault}/held',
    id: 'listHeld',
    tag,
    summary: 'What waits at a fault that holds, oldest first.',
    params: FAULT,
    answers: { 200: answer('What waits.', 'HeldList') },
    errors: ['proxy_not_found', 'fault_not_found'],
    handle({ deps: { registry }, params }): HeldList {
      const { plane } = registry.get(params['proxy'] ?? '')
      const { name } = registry.getFault(params['proxy'] ?? '', params['fault'] ?? '')
      const status = plane.fault(name)
      const overflowed = status === undefined || status.seen === null ? 0 : (status.held?.overflowed ?? 0)
      return { held: plane.held(name), overflowed }
    },
  }),
  operation<object, ReleaseInput>({
    method: 'POST',
    path: '/v1/proxies/{proxy}/faults/{fault}/release',
    id: 'releaseHeld',
    tag,
    summary: 'Let what waits at a fault go on: the oldest so many, or all; or let it meet another fault instead.',
    params: FAULT,
    body: releaseBody,
    answers: { 200: answer('Released.', 'Released') },
    errors: ['proxy_not_found', 'fault_not_found', 'nothing_held', 'invalid_fault', 'kind_not_found', 'owned_by_run'],
    handle: ({ deps: { registry }, params, body }): Released =>
      registry.release(params['proxy'] ?? '', params['fault'] ?? '', body, 'api'),
  }),
]
