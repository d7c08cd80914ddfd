import { closed, optional } from '../../../contract/attributes.ts'
import type { Attribute } from '../../../contract/attributes.ts'
import { checkKind } from '../check-kind.ts'
import { targetProblems } from '../check-target.ts'

const TARGET: Attribute<string | undefined> = optional({
  type: 'string',
  minLength: 1,
  maxLength: 100,
  description: 'A target of the profile; left out, all of them.',
})

/** How much harm the run may do. */
export const faultedCheck = checkKind({
  kind: 'faulted',
  summary: 'How far the faults of the run have reached since it began: a budget.',
  attributes: closed({ target: TARGET }),
  measures: {
    count: { is: 'number', says: 'exchanges that a fault acted on; connections, where faults act on these' },
    share: { is: 'share', says: 'of all exchanges that ended, or connections opened' },
    time: { is: 'ms', says: 'how long faults of the run were attached' },
    callers: { is: 'number', says: 'distinct client addresses that were hit' },
  },
  onlyStops: true,
  every: 100,
  watches: true,
  example: {},
  judge: ({ target }, { targets }) => (target === undefined ? [] : targetProblems(target, targets)),
  describe: ({ target }) => `what the run did to ${target ?? 'its targets'}`,
  look({ target }, { faulted }) {
    return { values: { ...faulted(target) }, missing: { because: 'no_data', why: 'nothing has passed yet' } }
  },
})
