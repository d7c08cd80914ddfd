import { choice, closed, integer, optional } from '../contract/attributes.ts'
import type { Attribute, JsonSchema } from '../contract/attributes.ts'
import { factTypes } from '../contract/events.ts'
import type { Problem } from '../contract/errors.ts'
import type { WaitInput } from '../contract/profile-wire.ts'
import { catalogue } from '../faults/catalogue.ts'
import { nearest } from '../kernel/nearest.ts'
import type { WaitFor } from './profile.ts'

const name = (description: string): Attribute<string> => ({ type: 'string', minLength: 1, maxLength: 100, description })

const MOST = 1_000_000_000

/** Facts about a proxy: those of runs and the like are no traffic, and a stage would wait for its own. */
const WAITED = factTypes.filter(
  (type) => !['run_started', 'run_ended', 'stage_started', 'stage_ended', 'observations_left_out'].includes(type),
)

export const WAIT_FOR: JsonSchema = {
  ...closed({
    event: optional(choice('A type of event, on a proxy of the run.', WAITED)),
    count: optional(integer('How many events.', { min: 1, max: MOST })),
    kind: optional(name('Only events about faults of this kind.')),
    connections: optional(
      integer('So many connections accepted or refused since the stage began.', { min: 1, max: MOST }),
    ),
    exchanges: optional(integer('So many exchanges ended since the stage began.', { min: 1, max: MOST })),
    target: optional(name('Only on the proxies of this target.')),
    check: optional(name('Until this check of the profile holds.')),
    otherwise: optional(
      choice(
        'What happens when the duration is over first: go on, end the run, or fail it.',
        ['continue', 'end', 'fail'],
        {
          default: 'continue',
        },
      ),
    ),
  }),
  description: 'What ends the stage before its duration does: one of event, connections, exchanges and check.',
}

const WAYS = ['event', 'connections', 'exchanges', 'check'] as const

/** What a stage waits for. What is wrong with it beyond its shape is added to `problems`. */
export function readWait(
  input: WaitInput,
  known: { readonly targets: readonly string[]; readonly checks: readonly string[] },
  pointer: string,
  problems: Problem[],
): WaitFor | undefined {
  const wrong = (field: string, message: string): void => void problems.push({ pointer: `${pointer}${field}`, message })
  const ways = WAYS.filter((way) => input[way] !== undefined)
  const [of] = ways
  if (of === undefined || ways.length > 1) {
    const found = ways.length === 0 ? 'none' : ways.join(' and ')
    wrong('', `wait_for takes one of ${WAYS.join(', ')}; it has ${found}`)
    return undefined
  }
  const { event, count, kind, target, check, otherwise = 'continue' } = input
  for (const field of ['count', 'kind'] as const) {
    if (input[field] !== undefined && of !== 'event')
      wrong(`/${field}`, `${field} goes with event only, not with ${of}`)
  }
  if (check !== undefined && target !== undefined) wrong('/target', 'a check has no target here')
  if (target !== undefined) unknown('target', target, known.targets, wrong)
  if (kind !== undefined) unknown('kind', kind, catalogue.names(), wrong)
  if (check !== undefined) unknown('check', check, known.checks, wrong)
  return {
    of,
    what: event ?? check ?? of,
    count: count ?? input.connections ?? input.exchanges ?? 1,
    otherwise,
    ...(kind === undefined ? {} : { kind }),
    ...(target === undefined ? {} : { target }),
  }
}

function unknown(
  field: string,
  value: string,
  known: readonly string[],
  wrong: (field: string, message: string) => void,
): void {
  if (known.includes(value)) return
  const near = nearest(value, known)
  const there = known.length === 0 ? `there is no ${field} in the profile` : `there are ${known.join(', ')}`
  wrong(
    `/${field}`,
    `${field} is ${JSON.stringify(value)}, which is not known here; ${near === undefined ? there : `did you mean ${near}?`}`,
  )
}
