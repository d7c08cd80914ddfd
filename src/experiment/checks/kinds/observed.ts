import { choice, closed, ms } from '../../../contract/attributes.ts'
import type { Attribute } from '../../../contract/attributes.ts'
import { checkKind } from '../check-kind.ts'
import { targetProblems } from '../check-target.ts'

const TARGET: Attribute<string> = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  description: 'A target of the profile; all its proxies together.',
}

/** What faultline itself sees pass. */
export const observedCheck = checkKind({
  kind: 'observed',
  summary: "faultline's own numbers of a target's proxies, over a window that ends now.",
  attributes: closed({
    target: TARGET,
    window: ms('How far back it looks.', { default: 10_000, min: 100, max: 600_000 }),
    injected: choice('Whether what faults did is counted, or taken out.', ['included', 'excluded'], {
      default: 'included',
    }),
  }),
  measures: {
    success_ratio: {
      is: 'share',
      says: 'exchanges with a whole answer below 500, of all that ended; on tcp proxies, connections that were neither refused nor reset, of all that lived',
    },
    p50: { is: 'ms', says: 'time from request to whole answer, within 1 %; on tcp proxies, time to connect upstream' },
    p95: { is: 'ms', says: 'the same' },
    p99: { is: 'ms', says: 'the same' },
    throughput: { is: 'number', says: 'exchanges that ended in a second; on tcp proxies, connections opened' },
    connections_open: { is: 'number', says: 'connections open now' },
    count: { is: 'number', says: 'exchanges, or connections, that the ratio is of' },
  },
  every: 1000,
  warmUp: ({ window }) => window,
  watches: true,
  example: { target: 'api', window: '10s', injected: 'excluded' },
  judge: ({ target }, { targets }) => targetProblems(target, targets),
  describe: ({ target, window, injected }) =>
    `traffic of ${target} over ${window / 1000}s${injected === 'excluded' ? ', without what was injected' : ''}`,
  look({ target, window, injected }, { observed }) {
    const values = observed(target, window, injected)
    return {
      values: { ...values },
      missing: { because: 'no_data', why: `nothing passed in the last ${window / 1000}s` },
    }
  },
})
