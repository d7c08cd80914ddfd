import type { ProxyChanged, ProxyList, Removed } from '../../contract/api.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { ProxyInput, ProxyPatch, ProxyView } from '../../contract/wire.ts'
import type { Change } from '../../registry/registry.ts'
import { proxyBody, proxyPatchBody } from './bodies.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { PROXY, checkName } from './parameters.ts'
import { answer } from './shape-ref.ts'

const tag = 'proxies'
const CHANGING = [
  'address_in_use',
  'address_not_available',
  'listen_failed',
  'upstream_not_allowed',
  'invalid_fault',
  'kind_not_found',
  'kind_unsupported',
  'fault_exists',
  'owned_by_run',
  'limit_reached',
  'halted',
  'target_not_allowed',
] as const

const changed = ({ view, touched }: Change): ProxyChanged => ({ ...view, touched })

export const proxyOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/proxies',
    id: 'listProxies',
    tag,
    summary: 'All proxies with their faults, in order of creation.',
    answers: { 200: answer('The proxies.', 'ProxyList') },
    errors: [],
    handle: ({ deps: { registry } }): ProxyList => ({
      proxies: registry.list().map((entry) => registry.view(entry)),
      revision: registry.revision,
    }),
  }),
  operation({
    method: 'GET',
    path: '/v1/proxies/{proxy}',
    id: 'getProxy',
    tag,
    summary: 'One proxy with its faults.',
    params: PROXY,
    answers: { 200: answer('The proxy.', 'ProxyView') },
    errors: ['proxy_not_found'],
    handle: ({ deps: { registry }, params }): ProxyView => registry.view(registry.get(params['proxy'] ?? '')),
  }),
  operation<object, ProxyInput>({
    method: 'PUT',
    path: '/v1/proxies/{proxy}',
    id: 'putProxy',
    tag,
    summary: 'Create a proxy, or replace it whole, faults included.',
    notes:
      'Either everything is as asked or nothing changed. A fault stays the same, with its counters, where name, kind and stream do. ' +
      'Open connections stay unless listen or upstream change. With `If-None-Match: *` it only creates.',
    params: PROXY,
    headers: {
      'if-none-match': { type: 'string', enum: ['*'], description: 'Refuse with proxy_exists when there is one.' },
    },
    body: proxyBody,
    answers: {
      200: answer('Replaced.', 'ProxyChanged'),
      201: answer('Created; it accepts connections already.', 'ProxyChanged'),
    },
    errors: ['proxy_exists', ...CHANGING],
    async handle({ deps: { registry }, params, body, request }) {
      const name = params['proxy'] ?? ''
      const condition = request.headers['if-none-match']
      if (condition !== undefined && condition !== '*') {
        throw new FaultlineError(
          'invalid_request',
          `If-None-Match is ${JSON.stringify(condition)}; only * is understood`,
        )
      }
      if (registry.find(name) === undefined) checkName('proxy', name)
      const change =
        condition === '*' ? await registry.create(name, body, 'api') : await registry.put(name, body, 'api')
      return new Answer(change.created ? 201 : 200, changed(change))
    },
  }),
  operation<object, ProxyPatch>({
    method: 'PATCH',
    path: '/v1/proxies/{proxy}',
    id: 'patchProxy',
    tag,
    summary: 'Change some fields of a proxy.',
    notes:
      'What is left out stays. `faults`, when given, replaces all faults but those of runs. If the new address cannot be listened on, the old one goes on.',
    params: PROXY,
    body: proxyPatchBody,
    answers: { 200: answer('Changed.', 'ProxyChanged') },
    errors: ['proxy_not_found', ...CHANGING],
    handle: async ({ deps: { registry }, params, body }) =>
      changed(await registry.patch(params['proxy'] ?? '', body, 'api')),
  }),
  operation({
    method: 'DELETE',
    path: '/v1/proxies/{proxy}',
    id: 'deleteProxy',
    tag,
    summary: 'Remove a proxy, its faults and its connections.',
    notes: 'A run that had faults on it ends as aborted.',
    params: PROXY,
    answers: { 200: answer('Removed; its port is free.', 'Removed') },
    errors: ['proxy_not_found', 'owned_by_run'],
    async handle({ deps: { registry }, params }): Promise<Removed> {
      const { spec, plane } = registry.get(params['proxy'] ?? '')
      const touched = plane.status().connectionsOpen ?? 0
      await registry.remove(spec.name, 'api')
      return { removed: spec.name, touched }
    },
  }),
]
