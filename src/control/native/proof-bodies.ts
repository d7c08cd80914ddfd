import { closed, integer, ms, optional } from '../../contract/attributes.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import { FaultlineError } from '../../contract/errors.ts'
import { factTypes } from '../../contract/events.ts'
import type { VerifyInput } from '../../contract/scope-wire.ts'
import type { ReadWait } from '../../experiment/waits.ts'
import type { Body } from './bodies.ts'
import { readConverted } from './read-converted.ts'

const name = (description: string): JsonSchema => ({ type: 'string', minLength: 1, maxLength: 200, description })
const times = (description: string): JsonSchema => optional(integer(description, { max: 1_000_000_000 }))

export const WAIT: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    proxy: name('The proxy that is looked at.'),
    fault: name('With proxy: a fault of it.'),
    applied: times('With fault: until it acted so often.'),
    seen: times('With fault: until it was asked so often.'),
    held: times('With fault, which holds: until so many wait at it.'),
    connections: {
      ...closed({ at_least: times('Fewest.'), at_most: times('Most.') }),
      minProperties: 1,
      description: 'With proxy: until so many connections are open.',
    },
    exchanges: times('With proxy: until so many exchanges ended.'),
    due_within: ms('Where the clock of the scope is manual: until something is due within so long by it.'),
    event: {
      type: 'object',
      required: ['type'],
      maxProperties: 10,
      properties: { type: { type: 'string', enum: factTypes, description: 'Type of the event.' } },
      additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 1000 },
      description: 'Until `count` events have these fields with these values.',
    },
    count: integer('With event: how many.', { min: 1, max: 1_000_000, default: 1 }),
    since: name('With event: id of the event after which it counts. Default: all that the journal still has.'),
    timeout: ms('How long it waits at most. 0 only looks.', { max: 60_000, default: 5000 }),
  },
}

export const VERIFY: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['proxy', 'fault'],
  properties: {
    proxy: name('The proxy the fault is or was on.'),
    fault: name('Name of the fault.'),
    times: times('Exactly so often.'),
    at_least: times('So often or more. Default, where no number is given: 1.'),
    at_most: times('So often or less.'),
    never: { type: 'boolean', description: 'Not once.' },
  },
}

export const waitBody: Body<ReadWait> = {
  shape: 'WaitInput',
  read(value) {
    const input = readConverted<ReadWait>(WAIT, value, 'what to wait for')
    checkConditions(input)
    return input
  },
}

export const verifyBody: Body<VerifyInput> = {
  shape: 'VerifyInput',
  read: (value) => readConverted(VERIFY, value, 'what to verify'),
}

/** Conditions that stand without a proxy, and why. */
const NO_PROXY: Readonly<Record<string, string>> = {
  event: 'names its proxy itself, as a field of the event',
  due_within: 'is of the whole scope, and takes no proxy',
}

/** JSON Schema could say this too, but not so that somebody who got it wrong would understand. @throws invalid_request */
function checkConditions({ proxy, applied, seen, held, ...input }: ReadWait): void {
  const { fault, connections, exchanges, event, due_within } = input
  const conditions = Object.entries({ event, fault, connections, exchanges, due_within })
  const given = conditions.flatMap(([condition, value]) => (value === undefined ? [] : [condition]))
  const counts = [applied, seen, held].filter((count) => count !== undefined).length
  const wrong =
    given.length !== 1
      ? `${given.length === 0 ? 'none' : given.join(' and ')} of event, fault, connections, exchanges and due_within was given; exactly one is allowed`
      : (given[0] !== undefined && NO_PROXY[given[0]] !== undefined) !== (proxy === undefined)
        ? `${given[0]} ${NO_PROXY[given[0] ?? ''] ?? 'needs a proxy beside it'}`
        : (counts > 0 && fault === undefined) || counts > 1
          ? 'applied, seen and held stand beside fault, and only one of them'
          : undefined
  if (wrong === undefined) return
  throw new FaultlineError('invalid_request', `what to wait for was refused: ${wrong}`, {
    remedy: 'Say one condition, such as {"proxy":"db","fault":"slow","applied":3}.',
  })
}
