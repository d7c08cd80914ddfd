import type { JsonSchema } from '../contract/attributes.ts'
import { expectation, oneOf, show } from '../contract/validate.ts'
import type { Path } from '../experiment/yaml-source.ts'
import { nearest } from '../kernel/nearest.ts'
import { parseDuration, parseSize } from '../kernel/units.ts'

/** What is wrong with a value, and where. `at` tells whether the name of the field or its value is to blame. */
export interface ValueProblem {
  readonly path: Path
  readonly message: string
  readonly at: 'name' | 'value'
}

export type Report = (problem: ValueProblem) => void

/**
 * Checks a value against the schema of a setting and converts quantities to their base unit. By hand, since loading a
 * validator costs a third of the time to start, and a daemon with three flags should not pay it.
 * @returns the converted value; undefined when a problem was reported
 */
export function checkValue(schema: JsonSchema, value: unknown, path: Path, report: Report): unknown {
  const checked = convert(schema, value)
  if (Array.isArray(checked) && [schema['type']].flat().includes('array')) {
    return checked.map((item, index) => checkValue(schema['items'] as JsonSchema, item, [...path, index], report))
  }
  if (schema['type'] === 'object' && isRecord(value)) return checkFields(schema, value, path, report)
  if (checked !== undefined) return checked
  const field = path.join('.')
  const secret = schema['x-secret'] === true
  const message = Array.isArray(schema['enum'])
    ? oneOf(field, value, schema['enum'], secret)
    : `${field} is ${show(value, secret)}, but must be ${String(schema['x-allowed'] ?? expectation(schema, ''))}`
  report({ path, message, at: 'value' })
  return undefined
}

/** An object within a list. */
function checkFields(
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  path: Path,
  report: Report,
): unknown {
  const fields = Object.entries(schema['properties'] as Readonly<Record<string, JsonSchema>>)
  checkNames(
    value,
    fields.map(([name]) => name),
    path,
    'setting',
    report,
  )
  const required = schema['required'] as readonly string[]
  return Object.fromEntries(
    fields.map(([name, field]) => {
      const given = value[name]
      if (given !== undefined) return [name, checkValue(field, given, [...path, name], report)]
      if (required.includes(name))
        report({ path, message: `${path.join('.')} lacks ${name}: ${String(field['description'])}`, at: 'name' })
      return [name, field['default']]
    }),
  )
}

function convert(schema: JsonSchema, value: unknown): unknown {
  const types = [schema['type']].flat()
  const fits = (number: number | undefined): number | undefined =>
    number !== undefined && number >= (schema['minimum'] as number) && number <= (schema['maximum'] as number)
      ? number
      : undefined
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(value) ? value : undefined
  if (typeof schema['x-unit'] === 'string') return fits(quantity(schema['x-unit'], value))
  if (Array.isArray(value))
    return types.includes('array') && value.length <= (schema['maxItems'] as number) ? value : undefined
  if (typeof value === 'boolean') return types.includes('boolean') ? value : undefined
  if (typeof value === 'string') return types.includes('string') && textFits(schema, value) ? value : undefined
  return typeof value === 'number' && types.includes('integer') && Number.isSafeInteger(value) ? fits(value) : undefined
}

function quantity(unit: string, value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  return unit === 'bytes' ? parseSize(value) : parseDuration(value, unit as 'ms' | 'us')
}

function textFits(schema: JsonSchema, value: string): boolean {
  if (value.length < ((schema['minLength'] as number | undefined) ?? 0)) return false
  return typeof schema['pattern'] !== 'string' || new RegExp(schema['pattern']).test(value)
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
