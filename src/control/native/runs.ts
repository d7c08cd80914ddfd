import type { ProfileList, RunList } from '../../contract/api.ts'
import type { ProfileView, RunStartInput, RunView } from '../../contract/wire.ts'
import { runStartBody } from './bodies.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation, Call } from './operation.ts'
import { answer } from './shape-ref.ts'

const RUN = { run: { type: 'string', description: 'Id of the run.' } }

const stop = ({ deps: { runs }, params }: Call<object, unknown>): Promise<RunView> => runs.stop(params['run'] ?? '')

export const runOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/profiles',
    id: 'listProfiles',
    tag: 'profiles',
    summary: 'The profiles that are shipped, and those of the profiles folder.',
    answers: { 200: answer('The profiles; one that is not valid is listed with its problems.', 'ProfileList') },
    errors: [],
    handle: async ({ deps: { profiles } }): Promise<ProfileList> => ({ profiles: await profiles.list() }),
  }),
  operation({
    method: 'GET',
    path: '/v1/profiles/{profile}',
    id: 'getProfile',
    tag: 'profiles',
    summary: 'One profile.',
    params: { profile: { type: 'string', description: 'Name of the profile.' } },
    answers: { 200: answer('The profile.', 'ProfileView') },
    errors: ['profile_not_found'],
    handle: ({ deps: { profiles }, params }): Promise<ProfileView> => profiles.get(params['profile'] ?? ''),
  }),
  operation({
    method: 'GET',
    path: '/v1/runs',
    id: 'listRuns',
    tag: 'runs',
    summary: 'Runs, the latest first.',
    answers: { 200: answer('The runs.', 'RunList') },
    errors: [],
    handle: ({ deps: { runs } }): RunList => ({ runs: runs.list() }),
  }),
  operation<object, RunStartInput>({
    method: 'POST',
    path: '/v1/runs',
    id: 'startRun',
    tag: 'runs',
    summary: 'Carry out a profile, by its name or given whole.',
    notes: 'Answers when the first stage acts. What the run does is healed when it ends, however it ends.',
    body: runStartBody,
    answers: { 201: answer('Started.', 'RunView') },
    errors: [
      'profile_not_found',
      'invalid_profile',
      'invalid_fault',
      'kind_not_found',
      'kind_not_for_protocol',
      'kind_unsupported',
      'proxy_not_found',
      'target_busy',
      'limit_reached',
    ],
    async handle({ deps: { runs }, body: { profile, ...options } }) {
      const inline = typeof profile === 'string' ? profile : ({ ...profile } as Readonly<Record<string, unknown>>)
      return new Answer(201, await runs.start(inline, options))
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/runs/{run}',
    id: 'getRun',
    tag: 'runs',
    summary: 'One run: its stage, and what each of its faults did.',
    params: RUN,
    answers: { 200: answer('The run.', 'RunView') },
    errors: ['run_not_found'],
    handle: ({ deps: { runs }, params }): RunView => runs.get(params['run'] ?? ''),
  }),
  operation({
    method: 'POST',
    path: '/v1/runs/{run}/stop',
    id: 'stopRun',
    tag: 'runs',
    summary: 'End a run and heal what it did. One that has ended is answered as it is.',
    params: RUN,
    answers: { 200: answer('The run, healed.', 'RunView') },
    errors: ['run_not_found'],
    handle: stop,
  }),
  operation({
    method: 'DELETE',
    path: '/v1/runs/{run}',
    id: 'deleteRun',
    tag: 'runs',
    summary: 'The same as stop.',
    params: RUN,
    answers: { 200: answer('The run, healed.', 'RunView') },
    errors: ['run_not_found'],
    handle: stop,
  }),
]
