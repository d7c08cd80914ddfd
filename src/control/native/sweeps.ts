import type { SweepList } from '../../contract/api.ts'
import type { RunStartInput, SweepView } from '../../contract/run-wire.ts'
import { runStartBody } from './bodies.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

const tag = 'runs'
const SWEEP = { sweep: { type: 'string', description: 'Id of the sweep.' } }

export const sweepOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/sweeps',
    id: 'listSweeps',
    tag,
    summary: 'Sweeps, the latest first.',
    answers: { 200: answer('The sweeps.', 'SweepList') },
    errors: [],
    handle: ({ deps: { sweeps } }): SweepList => ({ sweeps: sweeps.list() }),
  }),
  operation<object, RunStartInput>({
    method: 'POST',
    path: '/v1/sweeps',
    id: 'startSweep',
    tag,
    summary: 'Carry out a profile once for each combination of its matrix, one after another.',
    notes:
      'Takes what the start of a run takes; a parameter that is set is not gone through. Every combination is judged before the first run begins.',
    body: runStartBody,
    answers: { 201: answer('Started.', 'SweepView') },
    errors: ['profile_not_found', 'invalid_profile', 'limit_reached'],
    async handle({ deps: { sweeps }, body: { profile, ...options } }) {
      return new Answer(201, await sweeps.start(profile, options))
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/sweeps/{sweep}',
    id: 'getSweep',
    tag,
    summary: 'One sweep: each combination, how its run went, and where it breaks.',
    params: SWEEP,
    answers: { 200: answer('The sweep.', 'SweepView') },
    errors: ['sweep_not_found'],
    handle: ({ deps: { sweeps }, params }): SweepView => sweeps.get(params['sweep'] ?? ''),
  }),
  operation({
    method: 'POST',
    path: '/v1/sweeps/{sweep}/stop',
    id: 'stopSweep',
    tag,
    summary: 'End a sweep and the run that goes on. One that has ended is answered as it is.',
    params: SWEEP,
    answers: { 200: answer('The sweep; its run is healed.', 'SweepView') },
    errors: ['sweep_not_found'],
    handle: ({ deps: { sweeps }, params }): Promise<SweepView> => sweeps.stop(params['sweep'] ?? ''),
  }),
]
