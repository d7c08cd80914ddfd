import type { JsonSchema } from '../contract/attributes.ts'
import type { Problem } from '../contract/errors.ts'
import { escapePointer, show } from '../contract/validate.ts'
import type { ParameterValue, ParameterValues } from '../contract/profile-wire.ts'
import { nearest } from '../kernel/nearest.ts'

const VALUE: JsonSchema = {
  type: ['string', 'number', 'boolean'],
  maxLength: 1000,
  'x-allowed': 'a text of at most 1000 characters, a number, true or false',
}

const NAME = '^[A-Za-z_][A-Za-z0-9_-]{0,49}$'

/** What a profile declares. */
export const PARAMETERS: JsonSchema = {
  type: 'object',
  minProperties: 1,
  maxProperties: 50,
  propertyNames: { pattern: NAME },
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    required: ['default'],
    properties: {
      default: { ...VALUE, description: 'Its value where none is given at the start.' },
      description: { type: 'string', minLength: 1, maxLength: 2000, description: 'What it decides.' },
    },
  },
  description: 'Values that may be set at the start. "${name}" stands for one, alone or within a text.',
}

export const MATRIX: JsonSchema = {
  type: 'object',
  minProperties: 1,
  maxProperties: 10,
  propertyNames: { pattern: NAME },
  additionalProperties: { type: 'array', minItems: 1, maxItems: 100, items: VALUE },
  description: 'Values of parameters to go through: a run for each of their combinations, the last name fastest.',
}

/** What is set at the start of a run. */
export const SET_PARAMETERS: JsonSchema = { type: 'object', maxProperties: 50, additionalProperties: VALUE }

export interface Parameter {
  readonly name: string
  readonly value: ParameterValue
  readonly default: ParameterValue
  readonly description: string | undefined
  /** Something in the profile depends on it. */
  readonly used: boolean
}

export interface Filled {
  /** The profile with every parameter's value in its place. */
  readonly value: unknown
  readonly parameters: readonly Parameter[]
  readonly problems: readonly Problem[]
  /** What is wrong at a place that holds a parameter is wrong with the parameter as well. */
  readonly explain: (problems: readonly Problem[]) => readonly Problem[]
}

/** Not filled in: they tell what the profile is, or what may be filled in. */
const LITERAL = new Set(['name', 'parameters', 'matrix'])

const USE = /\$(\$?)\{([^{}]{0,100})\}/g

/** Values take their places before anything is judged, so that they are judged as if they were written there. */
export function fillParameters(profile: unknown, set: ParameterValues): Filled {
  const declared = declaredOf(profile)
  const problems: Problem[] = []
  const values = new Map<string, ParameterValue>()
  for (const [name, written] of declared) {
    const value = Object.hasOwn(set, name) ? asDefault(set[name], written) : written
    if (value === undefined) continue
    if (typeof written === 'string' && refersTo(written)) {
      problems.push({
        pointer: `/parameters/${name}/default`,
        message: `default is ${show(written)}, but must be a plain value: it cannot refer to a parameter`,
      })
    }
    values.set(name, value)
  }
  const places = new Map<string, readonly string[]>()
  const used = new Set<string>()
  const read = (text: string, pointer: string): unknown => {
    const names: string[] = []
    const lookUp = (name: string): ParameterValue | undefined => {
      names.push(name)
      used.add(name)
      if (!declared.has(name)) problems.push(unknown(name, declared, pointer))
      return values.get(name)
    }
    const whole = /^\$\{([^{}]{0,100})\}$/.exec(text)?.[1]
    const value =
      whole === undefined
        ? text.replace(USE, (use, escaped: string, name: string) =>
            escaped === '$' ? use.slice(1) : String(lookUp(name) ?? use),
          )
        : (lookUp(whole) ?? text)
    if (names.length > 0) places.set(pointer, names)
    return value
  }
  const value = fill(profile, '', read)
  const parameters = [...values].map(([name, one]) => ({
    name,
    value: one,
    default: declared.get(name) as ParameterValue,
    description: descriptionOf(profile, name),
    used: used.has(name),
  }))
  const explain = (found: readonly Problem[]): readonly Problem[] =>
    found.flatMap((problem) => [
      problem,
      ...(places.get(problem.pointer) ?? [])
        .filter((name) => values.has(name))
        .map((name) => blame(name, values.get(name), Object.hasOwn(set, name), problem)),
    ])
  return { value, parameters, problems, explain }
}

/** Those that are set must be there. @returns what is wrong; pointers begin with `base` */
export function unknownParameters(known: readonly string[], set: ParameterValues, base: string): Problem[] {
  return Object.keys(set)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known)
      const there = known.length === 0 ? 'the profile has none' : `there are ${known.join(', ')}`
      return {
        pointer: `${base}/${escapePointer(name)}`,
        message: `no parameter is called ${show(name)}; ${near === undefined ? there : `did you mean ${near}?`}`,
      }
    })
}

function fill(value: unknown, pointer: string, read: (text: string, pointer: string) => unknown): unknown {
  if (typeof value === 'string') return refersTo(value) ? read(value, pointer) : value
  // Most of a long profile mentions no parameter, and is neither copied nor given pointers.
  if (!mentions(value)) return value
  if (Array.isArray(value)) return value.map((item, index) => fill(item, `${pointer}/${index}`, read))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value as Readonly<Record<string, unknown>>).map(([name, one]): [string, unknown] => [
    name,
    pointer === '' && LITERAL.has(name) ? one : fill(one, `${pointer}/${escapePointer(name)}`, read),
  ])
  return Object.fromEntries(entries)
}

function mentions(value: unknown): boolean {
  if (typeof value === 'string') return refersTo(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(mentions)
}

function declaredOf(profile: unknown): ReadonlyMap<string, ParameterValue | undefined> {
  const { parameters } = (profile ?? {}) as { parameters?: unknown }
  if (typeof parameters !== 'object' || parameters === null) return new Map()
  const defaults = Object.entries(parameters).map(([name, one]) => {
    const { default: written } = (one ?? {}) as { default?: unknown }
    return [name, isValue(written) ? written : undefined] as const
  })
  return new Map(defaults)
}

function descriptionOf(profile: unknown, name: string): string | undefined {
  const { parameters } = profile as { parameters: Readonly<Record<string, { description?: string }>> }
  return parameters[name]?.description
}

const isValue = (value: unknown): value is ParameterValue => ['string', 'number', 'boolean'].includes(typeof value)

const refersTo = (text: string): boolean => text.includes('${')

/** On a command line everything is text: where the default is none, the text is read as what the default is. */
function asDefault(value: ParameterValue | undefined, written: ParameterValue | undefined): ParameterValue | undefined {
  if (typeof value !== 'string') return value
  if (typeof written === 'boolean' && /^(true|false)$/.test(value)) return value === 'true'
  if (typeof written === 'number' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value)
  return value
}

function unknown(name: string, declared: ReadonlyMap<string, unknown>, pointer: string): Problem {
  const near = nearest(name, declared.keys())
  const there = declared.size === 0 ? 'the profile has none' : `there are ${[...declared.keys()].join(', ')}`
  const hint = near === undefined ? there : `did you mean ${near}?`
  return { pointer, message: `"\${${name}}" stands for no parameter; ${hint} ("$\${" is a plain "\${")` }
}

function blame(name: string, value: unknown, isSet: boolean, { pointer, message }: Problem): Problem {
  const how = isSet ? 'is set to' : 'has the default'
  return {
    pointer: isSet ? `/parameters/${name}` : `/parameters/${name}/default`,
    message: `parameter ${name} ${how} ${show(value)}, which cannot stand at ${pointer}: ${message}`,
  }
}
