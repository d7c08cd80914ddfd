import { choice, closed, LONGEST_MS, ms } from '../../../contract/attributes.ts'
import type { Effects } from '../../../contract/effects.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { ExchangeContext, RequestAnswer } from '../../../contract/exchange.ts'
import type { Random } from '../../../contract/kind.ts'
import { NO_BODY, mayHaveBody } from '../../message.ts'
import { lognormal, normal } from '../../spread.ts'

interface Attributes {
  readonly delay: number
  readonly jitter: number
  readonly distribution: 'uniform' | 'normal' | 'lognormal'
  readonly at: 'before_upstream' | 'before_response' | 'before_body'
}

interface Until {
  readonly until: number
}

export default exchangeFault<Attributes, undefined, Until>({
  kind: 'http_delay',
  summary: 'Delay single requests or their answers by a time, fixed or drawn.',
  notes: [
    '| distribution | the delay |',
    '|---|---|',
    '| `uniform` | `delay` give or take up to `jitter` |',
    '| `normal` | bell curve round `delay`; `jitter` is its standard deviation |',
    '| `lognormal` | most are short, some much longer; `delay` is the mean, `jitter` the standard deviation |',
    '',
    'It is never below 0 nor above a day. It counts from when the request came in (or the answer, with the others), and is added to what the upstream takes.',
    'With `before_body` the head goes out at once and only the body is late: what a read timeout sees that looks at heads alone. An answer without a body is not delayed by it.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    delay: ms('The delay, or its mean.', { default: 1000 }),
    jitter: ms('How far it may differ.', { default: 0 }),
    distribution: choice('Shape of the delays.', ['uniform', 'normal', 'lognormal'], { default: 'uniform' }),
    at: choice(
      'What is late: the request on its way to the upstream, the whole answer, or its body.',
      ['before_upstream', 'before_response', 'before_body'],
      { default: 'before_upstream' },
    ),
  }),
  examples: [
    { title: 'A slow search', attributes: { delay: '2s', jitter: '500ms' } },
    { title: 'A long tail', attributes: { delay: '200ms', jitter: '300ms', distribution: 'lognormal' } },
    { title: 'The head comes, the body takes its time', attributes: { delay: '5s', at: 'before_body' } },
  ],
  request: (context) => waiting(context, 'before_upstream'),
  response: (context) => waiting(context, 'before_response'),
  body: {
    begin({ attributes, request, response, random, now }) {
      if (attributes.at !== 'before_body') return undefined
      if (!mayHaveBody(request, response)) return NO_BODY
      return { state: { until: now + draw(attributes, random) }, length: 'kept' }
    },
    chunk: ({ state }, { bytes, at }): Effects => [{ do: 'send', bytes, at: Math.max(at, state.until) }],
    end: ({ state }, { at }): Effects => [{ do: 'end', at: Math.max(at, state.until) }],
  },
})

function waiting(
  { attributes, random, askedAt }: ExchangeContext<Attributes, undefined>,
  here: Attributes['at'],
): RequestAnswer & { do: 'go' | 'wait' } {
  if (attributes.at !== here) return { do: 'go' }
  // The draw is keyed: it is the same whenever this exchange asks again.
  return { do: 'wait', until: askedAt + draw(attributes, random) }
}

function draw({ delay, jitter, distribution }: Attributes, random: Random): number {
  if (jitter === 0) return delay
  return Math.min(LONGEST_MS, Math.max(0, drawn(delay, jitter, distribution, random)))
}

function drawn(delay: number, jitter: number, distribution: Attributes['distribution'], random: Random): number {
  switch (distribution) {
    case 'uniform':
      return random.between(delay - jitter, delay + jitter, 'jitter')
    case 'normal':
      return delay + jitter * normal(random)
    case 'lognormal':
      return lognormal(delay, jitter, random)
  }
}
