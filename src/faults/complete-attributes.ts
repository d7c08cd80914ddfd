import type { JsonSchema, Unit } from '../contract/attributes.ts'
import type { Problem } from '../contract/errors.ts'
import { escapePointer, expectation, fieldName, show, validator } from '../contract/validate.ts'
import { parseDuration, parseSize } from '../kernel/units.ts'

export type Attributes = Readonly<Record<string, unknown>>

/** A kind of any layer, as far as its attributes go. */
interface Described {
  readonly attributes: JsonSchema & {
    readonly properties: Readonly<Record<string, JsonSchema>>
    readonly required: readonly string[]
  }
}

interface Options {
  readonly pointer: string
  /** Toxiproxy's rules: whole numbers only, names in any case, null and unknown names as if absent. */
  readonly lenient: boolean
  /** What stands already, complete; what is not given stays. */
  readonly onto?: Attributes | undefined
}

/** Checks, converts and completes attributes. @returns undefined when something was wrong; then `report` was told */
export function completeAttributes(
  kind: Described,
  given: unknown,
  { pointer, lenient, onto }: Options,
  report: (problem: Problem) => void,
): Attributes | undefined {
  const schema = schemaFor(kind, lenient, onto !== undefined)
  const value = lenient ? fold(schema, given) : given
  const problems = validator(schema)(value, pointer)
  const complete =
    problems.length === 0 ? convert(schema, value, pointer, (problem) => problems.push(problem)) : undefined
  for (const problem of problems) report(problem)
  if (problems.length > 0) return undefined
  // In the order of the schema, whatever the order they were given in.
  const names = Object.keys(kind.attributes.properties)
  const all = { ...onto, ...(complete as Attributes) }
  return Object.freeze(
    Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]))),
  )
}

const variants = new WeakMap<Described, Map<string, JsonSchema>>()

/** The kind's schema as these rules read it. Kept, because a validator is compiled once per schema. */
function schemaFor(kind: Described, lenient: boolean, partial: boolean): JsonSchema {
  if (!lenient && !partial) return kind.attributes
  const key = `${String(lenient)} ${String(partial)}`
  let known = variants.get(kind)
  if (known === undefined) variants.set(kind, (known = new Map()))
  let found = known.get(key)
  if (found === undefined) {
    const properties = Object.fromEntries(
      Object.entries<JsonSchema>(kind.attributes.properties).map(([name, property]) => {
        const read = lenient ? wholeNumber(property) : property
        return [name, partial ? without(read, 'default') : read]
      }),
    )
    found = { ...kind.attributes, properties, required: partial ? [] : kind.attributes.required }
    known.set(key, found)
  }
  return found
}

const without = (schema: JsonSchema, word: string): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== word))

const wholeNumber = (schema: JsonSchema): JsonSchema =>
  schema['x-unit'] === undefined ? schema : { ...without(schema, 'pattern'), type: 'integer' }

function fold(schema: JsonSchema, given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given ?? {}
  const names = new Map(Object.keys(schema['properties'] as object).map((name) => [name.toLowerCase(), name]))
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const meant = names.get(name.toLowerCase())
      return meant === undefined || value === null ? [] : [[meant, value]]
    }),
  )
}

/** Quantities become numbers in their base unit, and what was left out its default. */
export function convert(
  schema: JsonSchema,
  value: unknown,
  pointer: string,
  report: (problem: Problem) => void,
): unknown {
  const unit = schema['x-unit'] as Unit | undefined
  if (unit !== undefined && typeof value === 'string') return quantity(schema, unit, value, pointer, report)
  if (Array.isArray(value)) {
    const items = schema['items'] as JsonSchema
    return value.map((item, i) => convert(items, item, `${pointer}/${i}`, report))
  }
  if (typeof value === 'object' && value !== null) {
    // A map of names, or free JSON: nothing in it has a unit or a default.
    if (schema['properties'] === undefined) return value
    const given = value as Attributes
    const properties = Object.entries(schema['properties'] as Readonly<Record<string, JsonSchema>>)
    return Object.fromEntries(
      properties.flatMap(([name, property]) => {
        const one = Object.hasOwn(given, name) ? given[name] : property['default']
        return one === undefined ? [] : [[name, convert(property, one, `${pointer}/${escapePointer(name)}`, report)]]
      }),
    )
  }
  // Minus nought is nought.
  return value === 0 ? 0 : value
}

function quantity(
  schema: JsonSchema,
  unit: Unit,
  text: string,
  pointer: string,
  report: (problem: Problem) => void,
): number {
  const amount = unit === 'bytes' ? parseSize(text) : parseDuration(text, unit)
  const [low, high] = [Number(schema['minimum']), Number(schema['maximum'])]
  if (amount !== undefined && amount >= low && amount <= high) return amount
  const meaning = amount === undefined ? `no whole number of ${unit}` : `${amount} ${unit}`
  report({
    pointer,
    message: `${fieldName(pointer)} is ${show(text)}, which is ${meaning}, but must be ${expectation(schema, '')}`,
  })
  return 0
}
