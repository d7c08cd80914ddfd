import type { PlaneList } from '../../contract/planes.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

export const planeOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/planes',
    id: 'listPlanes',
    tag: 'planes',
    summary: 'The Toxiproxy servers of the settings, and how each stands.',
    notes: 'Their proxies are among those of /v1/proxies, as <plane>:<proxy>, and can be given faults there.',
    answers: { 200: answer('The planes.', 'PlaneList') },
    errors: [],
    handle: ({ deps: { planes } }): PlaneList => ({ planes: planes?.list() ?? [] }),
  }),
]
