import type { JsonSchema } from '../contract/attributes.ts'
import { nearest } from '../kernel/nearest.ts'
import { parseDuration, parseSize } from '../kernel/units.ts'

export type Path = readonly (string | number)[]

/** What is wrong with a value, and where. `at` tells whether the name of the field or its value is to blame. */
export interface ValueProblem {
  readonly path: Path
  readonly message: string
  readonly at: 'name' | 'value'
}

export type Report = (problem: ValueProblem) => void

/** Ends the quoting of what was found: long or secret values do not belong in messages. */
const LONGEST_QUOTE = 60

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text
}

/**
 * Checks a value against one of our schemas and converts quantities to their base unit.
 * @returns the converted value; undefined when a problem was reported
 */
export function checkValue(schema: JsonSchema, value: unknown, path: Path, report: Report): unknown {
  const wrong = (expected: string): undefined => {
    const found = schema['x-secret'] === true ? 'something else' : show(value)
    report({ path, message: `${path.join('.')} must be ${expected}, found ${found}`, at: 'value' })
    return undefined
  }
  if (typeof schema['x-unit'] === 'string') return checkQuantity(schema, value, wrong)
  if (Array.isArray(schema['enum'])) {
    if (schema['enum'].includes(value)) return value
    const guess = typeof value === 'string' ? nearest(value, schema['enum']) : undefined
    return wrong(`one of ${schema['enum'].join(', ')}${guess === undefined ? '' : ` (did you mean ${guess}?)`}`)
  }
  const types = [schema['type']].flat()
  if (types.includes('array')) return checkList(schema, value, path, report, wrong)
  if (types.includes('boolean')) return typeof value === 'boolean' ? value : wrong('true or false')
  if (typeof value === 'string' && types.includes('string')) return checkText(schema, value, wrong)
  if (types.includes('integer')) return checkInteger(schema, value, types.includes('string'), wrong)
  return wrong('a text')
}

type Wrong = (expected: string) => undefined

function checkQuantity(schema: JsonSchema, value: unknown, wrong: Wrong): number | undefined {
  const unit = schema['x-unit'] as 'ms' | 'us' | 'bytes'
  const [what, example] = unit === 'bytes' ? ['bytes', '"64KiB" or "1MB"'] : [unit, '"250ms" or "1.5s"']
  const low = schema['minimum'] as number
  const high = schema['maximum'] as number
  const expected = `a whole number of ${what} from ${low} to ${high}, or a text such as ${example}`
  if (typeof value !== 'number' && typeof value !== 'string') return wrong(expected)
  const amount = unit === 'bytes' ? parseSize(value) : parseDuration(value, unit)
  return amount === undefined || amount < low || amount > high ? wrong(expected) : amount
}

function checkInteger(schema: JsonSchema, value: unknown, textToo: boolean, wrong: Wrong): number | undefined {
  const low = schema['minimum'] as number
  const high = schema['maximum'] as number
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high) return value
  return wrong(
    textToo
      ? 'a text, or a whole number that is not too large to be exact (then quote it)'
      : `a whole number from ${low} to ${high}`,
  )
}

function checkText(schema: JsonSchema, value: string, wrong: Wrong): string | undefined {
  if (typeof schema['pattern'] === 'string' && !new RegExp(schema['pattern']).test(value)) {
    return wrong('1 to 64 printable characters without spaces')
  }
  return value.length < ((schema['minLength'] as number | undefined) ?? 0) ? wrong('a text that is not empty') : value
}

function checkList(
  schema: JsonSchema,
  value: unknown,
  path: Path,
  report: Report,
  wrong: Wrong,
): unknown[] | undefined {
  if (!Array.isArray(value)) return wrong('a list')
  const most = schema['maxItems'] as number
  if (value.length > most) return wrong(`a list of at most ${most} items`)
  return value.map((item, index) => checkValue(schema['items'] as JsonSchema, item, [...path, index], report))
}

/** Reports every field of an object that is not among the known ones, with the nearest. */
export function checkNames(value: object, known: readonly string[], path: Path, what: string, report: Report): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    const guess = nearest(name, known)
    const hint = guess === undefined ? `known are ${known.join(', ')}` : `did you mean ${guess}?`
    report({ path: [...path, name], message: `${[...path, name].join('.')} is no ${what}; ${hint}`, at: 'name' })
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
