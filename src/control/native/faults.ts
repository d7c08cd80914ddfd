import type { FaultChanged, FaultList, Removed } from '../../contract/api.ts'
import type { FaultSpec } from '../../contract/model.ts'
import type { FaultPatch, FaultView } from '../../contract/wire.ts'
import { faultBody, faultPatchBody } from './bodies.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { FAULT, PROXY } from './parameters.ts'
import { answer } from './shape-ref.ts'

const tag = 'faults'

export const faultOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/proxies/{proxy}/faults',
    id: 'listFaults',
    tag,
    summary: 'The faults of a proxy, in the order in which they act.',
    params: PROXY,
    answers: { 200: answer('The faults.', 'FaultList') },
    errors: ['proxy_not_found'],
    handle({ deps: { registry }, params }): FaultList {
      const entry = registry.get(params['proxy'] ?? '')
      return { faults: entry.spec.faults.map((fault) => registry.faultView(entry, fault)) }
    },
  }),
  operation<object, FaultSpec>({
    method: 'POST',
    path: '/v1/proxies/{proxy}/faults',
    id: 'addFault',
    tag,
    summary: 'Attach a fault. It acts at once, on open connections too.',
    params: PROXY,
    body: faultBody,
    answers: { 201: answer('Attached.', 'FaultChanged') },
    errors: [
      'proxy_not_found',
      'fault_exists',
      'kind_not_found',
      'kind_unsupported',
      'kind_not_for_protocol',
      'invalid_fault',
      'limit_reached',
      'halted',
      'target_not_allowed',
    ],
    handle({ deps: { registry }, params, body }) {
      const { view, touched } = registry.addFault(params['proxy'] ?? '', body, 'api')
      return new Answer(201, { ...view, touched } satisfies FaultChanged)
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/proxies/{proxy}/faults/{fault}',
    id: 'getFault',
    tag,
    summary: 'One fault, with how often it was asked, acted and was skipped.',
    params: FAULT,
    answers: { 200: answer('The fault.', 'FaultView') },
    errors: ['proxy_not_found', 'fault_not_found'],
    handle({ deps: { registry }, params }): FaultView {
      const entry = registry.get(params['proxy'] ?? '')
      return registry.faultView(entry, registry.getFault(entry.spec.name, params['fault'] ?? ''))
    },
  }),
  operation<object, FaultPatch>({
    method: 'PATCH',
    path: '/v1/proxies/{proxy}/faults/{fault}',
    id: 'patchFault',
    tag,
    summary: 'Change a fault where it stands.',
    notes:
      'Attributes merge, other fields replace; name, kind and stream never change. A patch that changes nothing touches nothing.',
    params: FAULT,
    body: faultPatchBody,
    answers: { 200: answer('Changed.', 'FaultChanged') },
    errors: ['proxy_not_found', 'fault_not_found', 'invalid_fault', 'owned_by_run'],
    handle({ deps: { registry }, params, body }): FaultChanged {
      const { view, touched } = registry.patchFault(params['proxy'] ?? '', params['fault'] ?? '', body, 'api')
      return { ...view, touched }
    },
  }),
  operation({
    method: 'DELETE',
    path: '/v1/proxies/{proxy}/faults/{fault}',
    id: 'deleteFault',
    tag,
    summary: 'Remove a fault. What it holds is released at once.',
    params: FAULT,
    answers: { 200: answer('Removed.', 'Removed') },
    errors: ['proxy_not_found', 'fault_not_found', 'owned_by_run'],
    handle({ deps: { registry }, params }): Removed {
      const fault = params['fault'] ?? ''
      const { touched } = registry.removeFault(params['proxy'] ?? '', fault, 'api')
      return { removed: fault, touched }
    },
  }),
]
