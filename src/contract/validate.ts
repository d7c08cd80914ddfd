import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import { nearest } from '../kernel/nearest.ts'
import type { JsonSchema } from './attributes.ts'
import type { Problem } from './errors.ts'

/** @returns what is wrong with the value, in the order of its fields; pointers begin with `base` */
export type Validator = (value: unknown, base?: string) => Problem[]

const known = new WeakMap<JsonSchema, Validator>()
let ajv: Ajv | undefined
const words = new Set<string>()

/** A validator for one of our schemas: strict, all problems at once, nothing coerced, filled in or removed. */
export function validator(schema: JsonSchema): Validator {
  let found = known.get(schema)
  if (found === undefined) {
    // Compiled when first used: most schemas never are, and loading Ajv alone costs a third of a small start-up.
    let check: ValidateFunction | undefined
    found = (value, base = '') => {
      check ??= compile(schema)
      return check(value) ? [] : problems(check.errors ?? [], base)
    }
    known.set(schema, found)
  }
  return found
}

function compile(schema: JsonSchema): ValidateFunction {
  if (ajv === undefined) {
    const loaded = createRequire(import.meta.url)('ajv') as { readonly Ajv: typeof Ajv }
    ajv = new loaded.Ajv({ strict: true, allErrors: true, verbose: true, discriminator: true, allowUnionTypes: true })
  }
  for (const word of ownWords(schema)) {
    if (words.has(word)) continue
    words.add(word)
    ajv.addKeyword(word)
  }
  return ajv.compile(schema)
}

/** Our own words (x-unit and the like) say nothing to Ajv, which refuses those that it does not know. */
function ownWords(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [...(key.startsWith('x-') ? [key] : []), ...ownWords(inner)])
}

/** Of one value no more are told: nobody reads more, and writing out a hundred thousand holds up all traffic. */
export const MOST_PROBLEMS = 1000

function problems(errors: readonly ErrorObject[], base: string): Problem[] {
  const found = new Map<string, Problem>()
  // What a branch found wrong says more than that a branch failed.
  const telling = errors.filter(({ keyword }) => !['oneOf', 'anyOf', 'if', 'allOf'].includes(keyword))
  for (const error of telling.length > 0 ? telling : errors) {
    const problem = translate(error, base)
    const key = `${problem.pointer} ${problem.message}`
    if (!found.has(key)) found.set(key, problem)
    if (found.size === MOST_PROBLEMS) break
  }
  return [...found.values()]
}

type Params = Readonly<Record<string, unknown>>

function translate(error: ErrorObject, base: string): Problem {
  const here = base + error.instancePath
  const params = error.params as Params
  const at = (key: unknown): string => `${here}/${escapePointer(String(key))}`
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownField(at(params['additionalProperty'] ?? params['unevaluatedProperty']), error)
    case 'required': {
      const pointer = at(params['missingProperty'])
      return {
        pointer,
        message: `${fieldName(pointer)} is missing${expectation(propertyOf(error, params['missingProperty']), '; it must be ')}`,
      }
    }
    case 'dependentRequired':
      return {
        pointer: at(params['missingProperty']),
        message: `${String(params['missingProperty'])} is missing; ${String(params['property'])} needs it`,
      }
    case 'discriminator': {
      const pointer = at(params['tag'])
      return { pointer, message: oneOf(fieldName(pointer), params['tagValue'], tagsOf(error)) }
    }
    case 'enum':
      return {
        pointer: here,
        message: oneOf(fieldName(here), error.data, params['allowedValues'] as unknown[], isSecret(error)),
      }
    case 'propertyNames':
      return {
        pointer: at(params['propertyName']),
        message: `${JSON.stringify(params['propertyName'])} is no name that can stand here`,
      }
    default:
      return { pointer: here, message: `${fieldName(here)} is ${shown(error)}, but must be ${allowed(error)}` }
  }
}

/** What is allowed where `error` was found, as the end of a sentence. */
function allowed(error: ErrorObject): string {
  const told = expectation(error.parentSchema as JsonSchema, '')
  return told === '' ? (error.message ?? 'valid').replace(/^must (be )?/, '') : told
}

const EXAMPLES: Readonly<Record<string, string>> = {
  ms: 'milliseconds, or a text such as "250ms" or "1.5s"',
  us: 'microseconds, or a text such as "500us" or "10ms"',
  bytes: 'bytes, or a text such as "64KiB" or "1MB"',
}

/** What a schema asks for, in words; empty where there is no telling. */
export function expectation(schema: JsonSchema | undefined, lead: string): string {
  if (schema === undefined) return ''
  const told = schema['x-allowed']
  if (typeof told === 'string') return `${lead}${told}`
  const types = [schema['type']].flat()
  const unit = EXAMPLES[String(schema['x-unit'])]
  const values = schema['enum'] as unknown[] | undefined
  if (values !== undefined) return `${lead}one of ${values.map(String).join(', ')}`
  if (schema['const'] !== undefined) return `${lead}${JSON.stringify(schema['const'])}`
  if (unit !== undefined) {
    const [name, text] = unit.split(',')
    return `${lead}a whole number of ${name}${range(schema)}${types.includes('string') ? `,${text}` : ''}`
  }
  if (types.includes('integer')) return `${lead}a whole number${range(schema)}`
  if (types.includes('number')) return `${lead}a number${range(schema)}`
  if (types.includes('boolean')) return `${lead}true or false`
  if (types.includes('array')) return `${lead}a list${count(schema, 'minItems', 'maxItems', 'items')}`
  if (types.includes('object'))
    return `${lead}an object${schema['minProperties'] === undefined ? '' : ' that is not empty'}`
  if (!types.includes('string')) return ''
  return `${lead}a text${count(schema, 'minLength', 'maxLength', 'characters')}`
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined || maximum === undefined) return ''
  return maximum === Number.MAX_SAFE_INTEGER
    ? `, ${String(minimum)} or more`
    : ` from ${String(minimum)} to ${String(maximum)}`
}

function count(schema: JsonSchema, low: string, high: string, what: string): string {
  const [least, most] = [schema[low], schema[high]]
  if (most !== undefined) return ` of ${String(least ?? 0)} to ${String(most)} ${what}`
  return least === undefined || least === 0 ? '' : ` that is not empty`
}

function unknownField(pointer: string, error: ErrorObject): Problem {
  const field = fieldName(pointer)
  const names = Object.keys((error.parentSchema?.['properties'] ?? {}) as object)
  const guess = nearest(field, names)
  const meant = guess === undefined ? '' : `; did you mean ${guess}?`
  const list = names.length === 0 ? 'nothing is' : `known are ${names.join(', ')}`
  return { pointer, message: `${field} is not known here (${list})${meant}` }
}

/** A value that is not one of those allowed, with the nearest of them. */
export function oneOf(field: string, value: unknown, values: readonly unknown[], secret = false): string {
  const guess =
    typeof value === 'string'
      ? nearest(
          value,
          values.filter((one) => typeof one === 'string'),
        )
      : undefined
  const list = values.map(String).join(', ')
  return `${field} is ${show(value, secret)}, but must be one of ${list}${guess === undefined ? '' : `; did you mean ${guess}?`}`
}

function propertyOf(error: ErrorObject, name: unknown): JsonSchema | undefined {
  const properties = error.parentSchema?.['properties'] as Readonly<Record<string, JsonSchema>> | undefined
  return properties?.[String(name)]
}

function tagsOf(error: ErrorObject): unknown[] {
  const tag = String((error.params as Params)['tag'])
  const branches = (error.parentSchema?.['oneOf'] ?? []) as { properties?: Record<string, JsonSchema> }[]
  return branches.map(({ properties }) => properties?.[tag]?.['const'])
}

const isSecret = ({ parentSchema }: ErrorObject): boolean => parentSchema?.['x-secret'] === true
const shown = (error: ErrorObject): string => show(error.data, isSecret(error))

/** A value as it may stand in a message: not long, and no secret. */
export function show(value: unknown, secret = false): string {
  if (secret) return 'something else'
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** The last step of a pointer, as people call it. */
export function fieldName(pointer: string): string {
  const last = pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
  if (pointer === '') return 'the value'
  if (!/^\d+$/.test(last)) return last
  // An index says little without its list.
  return `${fieldName(pointer.slice(0, pointer.lastIndexOf('/')))}/${last}`
}
