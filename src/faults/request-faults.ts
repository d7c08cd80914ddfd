import { closed, fraction, integer } from '../contract/attributes.ts'
import type { Attribute, JsonSchema } from '../contract/attributes.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { Kind } from '../contract/kind.ts'
import { escapePointer, fieldName, oneOf, show, validator } from '../contract/validate.ts'
import type { RequestFaults, WishLimit } from '../contract/wishes.ts'
import { catalogue } from './catalogue.ts'
import { convert } from './complete-attributes.ts'

type Report = (problem: Problem) => void
type Given = Readonly<Record<string, unknown>>

const ANY = 'any'

/** The setting of a proxy as people write it. */
export const REQUEST_FAULTS = {
  ...closed({
    kinds: {
      type: 'object',
      maxProperties: 100,
      additionalProperties: {
        type: ['string', 'object'],
        pattern: `^${ANY}$`,
        maxProperties: 100,
        additionalProperties: {
          type: ['string', 'number', 'boolean', 'array'],
          items: { type: ['string', 'number', 'boolean'] },
          maxItems: 100,
        },
        'x-allowed': 'any, or an object of limits by attribute such as {"delay": "2s"}',
      },
      description:
        'By kind: any, or an object that names the attributes which may be given, each with its limit: the most (2s), a list of the values, or any. No kind: nothing is allowed.',
    } as Attribute<RequestFaults['kinds']>,
    toxicity: fraction('The highest chance; a request may ask for less.', { default: 1 }),
    max_active: integer('Most that act at once on exchanges of the proxy.', { default: 1000, min: 1, max: 1_000_000 }),
  }),
  description:
    'Faults that a request may ask for, for its own exchange, by x-faultline-fault or x-envoy-fault-*. Off unless given. Only for protocol http.',
} satisfies JsonSchema

/**
 * The setting checked, with limits in base units; undefined where it allows nothing.
 * @throws invalid_request with all problems at once
 */
export function resolveRequestFaults(input: unknown, pointer: string): RequestFaults | undefined {
  const problems: Problem[] = []
  const report: Report = (problem) => void problems.push(problem)
  for (const problem of validator(REQUEST_FAULTS)(input, pointer)) report(problem)
  const given = input as Partial<RequestFaults>
  const kinds =
    problems.length > 0
      ? []
      : Object.entries<unknown>(given.kinds ?? {}).map(([name, limits]) => [
          name,
          readKind(name, limits, `${pointer}/kinds/${escapePointer(name)}`, report),
        ])
  if (problems.length > 0) {
    const what = problems.map(({ message }) => message).join('; ')
    throw new FaultlineError('invalid_request', `request_faults was refused: ${what}`, { problems })
  }
  if (kinds.length === 0) return undefined
  const { toxicity = 1, max_active = 1000 } = given
  return { kinds: Object.fromEntries(kinds) as RequestFaults['kinds'], toxicity, max_active }
}

function readKind(name: string, given: unknown, pointer: string, report: Report): unknown {
  const kind = catalogue.get(name)
  if (kind === undefined) return report({ pointer, message: oneOf('kind', name, mayBeAskedFor()) })
  const wrong = whyNot(kind)
  if (wrong !== undefined) return report({ pointer, message: `${name} cannot be asked for by a request: ${wrong}` })
  if (given === ANY) return ANY
  const attributes = kind.attributes.properties as Readonly<Record<string, JsonSchema>>
  return Object.fromEntries(
    Object.entries(given as Given).map(([attribute, limit]) => {
      const here = `${pointer}/${escapePointer(attribute)}`
      const schema = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined
      if (schema === undefined) {
        const known = Object.keys(attributes)
        return [attribute, report({ pointer: here, message: oneOf('attribute', attribute, known) })]
      }
      return [attribute, readLimit(schema, limit, here, report)]
    }),
  )
}

/** A request is one exchange, and its wish ends with it. */
function whyNot(kind: Kind): string | undefined {
  if (kind.layer !== 'exchange') return `it acts on whole ${kind.layer === 'stream' ? 'directions' : 'connections'}`
  return kind.state === undefined ? undefined : 'what it does depends on earlier exchanges'
}

const mayBeAskedFor = (): string[] =>
  catalogue
    .list()
    .filter((kind) => whyNot(kind) === undefined)
    .map(({ kind }) => kind)

function readLimit(schema: JsonSchema, limit: unknown, pointer: string, report: Report): WishLimit | void {
  if (limit === ANY) return ANY
  const types = [schema['type']].flat()
  if (types.includes('array') || types.includes('object'))
    return report({
      pointer,
      message: `${fieldName(pointer)} is ${show(limit)}, but must be any: it is no single value`,
    })
  if (Array.isArray(limit))
    return limit.map((value, i) => readValue(schema, value, `${pointer}/${i}`, report)) as unknown as WishLimit
  if (types.includes('integer') || types.includes('number')) return readValue(schema, limit, pointer, report) as number
  const example = schema['enum'] === undefined ? '' : ` such as ${JSON.stringify([(schema['enum'] as unknown[])[0]])}`
  report({
    pointer,
    message: `${fieldName(pointer)} is ${show(limit)}, but must be any, or a list of the values that may be asked for${example}`,
  })
}

function readValue(schema: JsonSchema, value: unknown, pointer: string, report: Report): unknown {
  const problems = validator(schema)(value, pointer)
  for (const problem of problems) report(problem)
  return problems.length > 0 ? undefined : convert(schema, value, pointer, report)
}
