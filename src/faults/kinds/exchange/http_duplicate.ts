import { choice, closed, integer, ms } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'

interface Attributes {
  readonly times: number
  readonly keep: 'first' | 'last'
  readonly gap: number
}

export default exchangeFault<Attributes>({
  kind: 'http_duplicate',
  summary: 'Send a request to the upstream more than once; the caller gets one of the answers.',
  notes: [
    'What a retry below the application does: a proxy, a queue that delivers at least once, a user who clicks twice. The copies are the same byte for byte, an idempotency key included; each waits for the answer to the one before it.',
    'The body of the request is kept for it, up to `limits.body_for_faults`; a larger one is skipped. With `keep: first` so is the answer, and one that is larger fails.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    times: integer('How often it is sent.', { min: 2, max: 10, default: 2 }),
    keep: choice('Whose answer the caller gets.', ['first', 'last'], { default: 'last' }),
    gap: ms('Time from an answer to the next copy.', { max: 3_600_000, default: 0 }),
  }),
  examples: [
    { title: 'Delivered twice', attributes: {} },
    { title: 'A late third delivery', attributes: { times: 3, keep: 'first', gap: '500ms' } },
  ],
  wants: () => ({ request: true }),
  request: ({ attributes: { times, keep, gap } }) => ({ do: 'repeat', times, keep, gap }),
})
