import { Readable } from 'node:stream'
import type { ProfileList, RunList } from '../../contract/api.ts'
import { closed, integer } from '../../contract/attributes.ts'
import type { PreviewView } from '../../contract/plan-wire.ts'
import type { ProfileView } from '../../contract/profile-wire.ts'
import type { RunStartInput, RunView } from '../../contract/run-wire.ts'
import { PREVIEW_ROWS } from '../../experiment/preview.ts'
import { runStartBody } from './bodies.ts'
import { Answer, HIJACKED, operation } from './operation.ts'
import type { AnyOperation, Call } from './operation.ts'
import { answer } from './shape-ref.ts'

const RUN = { run: { type: 'string', description: 'Id of the run.' } }

const stop = ({ deps: { runs }, params }: Call<object, unknown>): Promise<RunView> => runs.stop(params['run'] ?? '')

const STARTING = [
  'profile_not_found',
  'invalid_profile',
  'invalid_fault',
  'kind_not_found',
  'kind_not_for_protocol',
  'kind_unsupported',
  'proxy_not_found',
  'limit_reached',
] as const

export const runOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/profiles',
    id: 'listProfiles',
    global: true,
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
    global: true,
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
    notes:
      'Answers when the first stage acts, or the checks before it are under way. What the run does is healed when it ends, but where its rollback leaves the faults.',
    body: runStartBody,
    answers: { 201: answer('Started.', 'RunView') },
    errors: [...STARTING, 'target_busy', 'halted'],
    async handle({ deps: { runs }, body: { profile, ...options } }) {
      return new Answer(201, await runs.start(profile, options))
    },
  }),
  operation<{ readonly limit: number }, RunStartInput>({
    method: 'POST',
    path: '/v1/preview',
    id: 'previewRun',
    tag: 'runs',
    summary:
      'What a run would do and when, in virtual time, with all that is doubtful about its profile. Touches nothing.',
    notes:
      'Takes what the start of a run takes. Targets that stand for nothing, and whatever would refuse the start, are warnings here.',
    query: closed({
      limit: integer('Most rows.', { min: 1, max: PREVIEW_ROWS.most, default: PREVIEW_ROWS.usual }),
    }),
    body: runStartBody,
    answers: { 200: answer('What it would do.', 'PreviewView') },
    errors: STARTING,
    handle: ({ deps: { runs }, query: { limit }, body: { profile, ...options } }): Promise<PreviewView> =>
      runs.preview(profile, { ...options, limit }),
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
    path: '/v1/runs/{run}/renew',
    id: 'renewRun',
    tag: 'runs',
    summary: 'Say that the owner of a run is still there: it ends when that is not said within its ttl.',
    notes: 'A run that has ended, or was started without a ttl, is answered as it is.',
    params: RUN,
    answers: { 200: answer('The run.', 'RunView') },
    errors: ['run_not_found'],
    handle: ({ deps: { runs }, params }): RunView => runs.renew(params['run'] ?? ''),
  }),
  operation({
    method: 'GET',
    path: '/v1/runs/{run}/journal',
    id: 'getRunJournal',
    tag: 'runs',
    summary: 'All that was written down of a run so far.',
    notes:
      'A JSON record a line. The first is the header, which tells the profile, the seed and the versions; the last, where the run has ended, how complete it is.',
    params: RUN,
    answers: { 200: { is: 'The journal.', type: 'application/x-ndjson', schema: { type: 'string' } } },
    errors: ['run_not_found'],
    async handle({ deps: { runs }, params, reply }) {
      const journal = Readable.from(runs.journal(params['run'] ?? ''), { objectMode: false })
      await reply.type('application/x-ndjson').send(journal)
      return HIJACKED
    },
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
    summary: 'The same as stop; takes away faults that an ended run has left.',
    params: RUN,
    answers: { 200: answer('The run, healed.', 'RunView') },
    errors: ['run_not_found'],
    handle: stop,
  }),
]
