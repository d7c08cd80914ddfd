import type { HostFaultList } from '../../contract/api.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { HostFaultView } from '../../contract/host.ts'
import type { Owner } from '../../contract/model.ts'
import type { ControlDeps } from '../deps.ts'
import { hostFaultBody } from './host-fault-body.ts'
import type { HostFaultOrder } from './host-fault-body.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

const tag = 'host faults'
const FAULT = { host_fault: { type: 'string', description: 'Id of the host fault.' } }

export const hostFaultOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/host_faults',
    id: 'listHostFaults',
    tag,
    summary: 'Faults on the machine itself, the latest first: those that are active, and the last that were.',
    answers: { 200: answer('The host faults.', 'HostFaultList') },
    errors: [],
    handle: ({ deps }): HostFaultList => ({ host_faults: deps.hostFaults.list().filter((one) => isOurs(one, deps)) }),
  }),
  operation<object, HostFaultOrder>({
    method: 'POST',
    path: '/v1/host_faults',
    id: 'beginHostFault',
    tag,
    summary: 'Take something of the machine for a time.',
    notes:
      'Answers when the effect has begun; memory and disks may still be filling. It is given back after its duration, when it is deleted, and when the daemon ends, however it ends.',
    body: hostFaultBody,
    answers: { 201: answer('It has begun.', 'HostFaultView') },
    errors: [
      'halted',
      'host_faults_off',
      'host_not_allowed',
      'host_out_of_reach',
      'host_fault_failed',
      'invalid_fault',
      'kind_unsupported',
      'shutting_down',
    ],
    async handle({ deps: { hostFaults, registry, scope }, body: { spec, durationMs } }) {
      registry.gate.mustNotBeHalted(`begin ${spec.kind.kind}`)
      return new Answer(201, await hostFaults.begin(spec, { owner: ownerIn(scope), durationMs }))
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/host_faults/{host_fault}',
    id: 'getHostFault',
    tag,
    summary: 'One host fault, with what it asked for and what was measured.',
    params: FAULT,
    answers: { 200: answer('The host fault.', 'HostFaultView') },
    errors: ['host_fault_not_found'],
    handle: ({ deps, params }): HostFaultView => find(deps, params['host_fault'] ?? ''),
  }),
  operation({
    method: 'DELETE',
    path: '/v1/host_faults/{host_fault}',
    id: 'endHostFault',
    tag,
    summary: 'Give back what it took. One that has ended is answered as it is.',
    notes: 'Answers when all is given back, which is looked at. One that a run began is for the run to end.',
    params: FAULT,
    answers: { 200: answer('The host fault, ended.', 'HostFaultView') },
    errors: ['host_fault_not_found', 'owned_by_run'],
    handle({ deps, params }): Promise<HostFaultView> {
      const { id, owner, ended_at: ended } = find(deps, params['host_fault'] ?? '')
      if (owner.startsWith('run:') && ended === undefined) throw ownedByRun(id, owner)
      return deps.hostFaults.end(id)
    },
  }),
]

const ownerIn = (scope: string | undefined): Owner => (scope === undefined ? 'api' : `scope:${scope}`)

/** Those of a scope are what it and its runs began; outside of scopes all are seen. */
function isOurs({ owner }: HostFaultView, { scope, runs }: ControlDeps): boolean {
  return scope === undefined || owner === ownerIn(scope) || runs.list().some(({ id }) => owner === `run:${id}`)
}

/** @throws host_fault_not_found, for one of another scope too */
function find(deps: ControlDeps, id: string): HostFaultView {
  const found = deps.hostFaults.get(id)
  if (isOurs(found, deps)) return found
  throw new FaultlineError('host_fault_not_found', `this scope has no host fault ${JSON.stringify(id)}`)
}

const ownedByRun = (id: string, owner: string): FaultlineError =>
  new FaultlineError('owned_by_run', `cannot end host fault ${id}: ${owner} began it`)
