import type { HaltDone, HaltInput, HaltView } from '../../contract/halt.ts'
import { haltBody } from './bodies.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

const tag = 'daemon'

export const haltOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/halt',
    id: 'getHalt',
    global: true,
    tag,
    summary: 'Whether faultline is halted.',
    answers: { 200: answer('How it stands.', 'HaltView') },
    errors: [],
    handle: ({ deps: { halt } }): HaltView => halt.state(),
  }),
  operation<object, HaltInput>({
    method: 'POST',
    path: '/v1/halt',
    id: 'halt',
    global: true,
    tag,
    summary: 'End every run, partition and fault, whoever made it, and let no new one in until it is lifted.',
    notes: 'Proxies stay as they are and pass traffic on. What was ended does not come back when it is lifted.',
    body: haltBody,
    answers: { 200: answer('What it ended.', 'HaltDone') },
    errors: [],
    handle: ({ deps: { halt }, body }): Promise<HaltDone> => halt.halt(body.reason),
  }),
  operation({
    method: 'DELETE',
    path: '/v1/halt',
    id: 'liftHalt',
    global: true,
    tag,
    summary: 'Let faults in again.',
    answers: { 200: answer('How it stands.', 'HaltView') },
    errors: [],
    handle: ({ deps: { halt } }): HaltView => halt.lift(),
  }),
]
