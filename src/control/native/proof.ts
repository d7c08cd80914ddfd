import type { ProofList } from '../../contract/api.ts'
import type { VerifyInput, VerifyView, WaitView } from '../../contract/scope-wire.ts'
import type { ReadWait } from '../../experiment/waits.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { verifyBody, waitBody } from './proof-bodies.ts'
import { answer } from './shape-ref.ts'

const tag = 'proof'

export const proofOperations: readonly AnyOperation[] = [
  operation<object, ReadWait>({
    method: 'POST',
    path: '/v1/wait',
    id: 'wait',
    tag,
    summary: 'Wait until something has happened, instead of sleeping.',
    notes:
      'Answers as soon as it is so (`met: true`), or when the time is over (`met: false`), with what was found. What was so before the call counts too, so nothing is missed.',
    body: waitBody,
    answers: { 200: answer('Whether it came to be.', 'WaitView') },
    errors: ['proxy_not_found', 'fault_not_found', 'clock_is_real', 'limit_reached'],
    async handle({ deps: { waits }, body, reply }): Promise<WaitView> {
      const left = new AbortController()
      reply.raw.once('close', () => left.abort())
      return waits.wait(body, left.signal)
    },
  }),
  operation<object, VerifyInput>({
    method: 'POST',
    path: '/v1/verify',
    id: 'verify',
    tag,
    summary: 'Whether a fault acted as often as it was to. It may be gone already.',
    body: verifyBody,
    answers: { 200: answer('Whether it holds, and what the fault did.', 'VerifyView') },
    errors: ['fault_not_found'],
    handle: ({ deps: { proof }, body }): VerifyView => proof.verify(body),
  }),
  operation({
    method: 'GET',
    path: '/v1/proof',
    id: 'listProof',
    tag,
    summary: 'What each fault did since the start or the last reset, those that are gone included.',
    answers: { 200: answer('The faults.', 'ProofList') },
    errors: [],
    handle: ({ deps: { proof } }): ProofList => ({ faults: proof.list() }),
  }),
  operation({
    method: 'GET',
    path: '/v1/unfired',
    id: 'listUnfired',
    tag,
    summary: 'Faults that never acted since the start or the last reset, those that are gone included.',
    answers: { 200: answer('The faults.', 'ProofList') },
    errors: [],
    handle: ({ deps: { proof } }): ProofList => ({ faults: proof.unfired() }),
  }),
]
