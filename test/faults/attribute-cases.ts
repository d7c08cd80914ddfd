import fc from 'fast-check'
import type { JsonSchema } from '../../src/contract/attributes.ts'
import type { Kind } from '../../src/contract/kind.ts'
import { resolveFault } from '../../src/faults/resolve.ts'

export type Attributes = Readonly<Record<string, unknown>>

export interface Case {
  readonly title: string
  readonly attributes: Attributes
}

/** Complete attributes, or undefined where the kind refuses the combination. */
function complete(kind: Kind, attributes: Attributes): Attributes | undefined {
  if (kind.check?.({ ...defaults(kind), ...attributes } as never, { toxicity: 1 }) !== undefined) return undefined
  return resolveFault({ kind: kind.kind, attributes }, { owner: 'api', platform: 'linux' }).attributes
}

const propertiesOf = (kind: Kind): [string, JsonSchema][] => Object.entries(kind.attributes.properties)

const defaults = (kind: Kind): Attributes =>
  Object.fromEntries(propertiesOf(kind).map(([name, schema]) => [name, schema['default']]))

/** The values at which a schema ends. */
function ends(schema: JsonSchema): unknown[] {
  const values = schema['enum'] as unknown[] | undefined
  if (values !== undefined) return values
  if (schema['type'] === 'boolean') return [false, true]
  if (schema['type'] === 'array') return [schema['default']]
  return [schema['minimum'], schema['maximum']]
}

/** Every example, and the attributes at all bounds of their schema: each alone, and all together. */
export function casesOf(kind: Kind): Case[] {
  const examples = kind.examples.map(({ title, attributes }) => ({ title, attributes: complete(kind, attributes) }))
  const bases: Attributes[] = [defaults(kind), ...examples.flatMap(({ attributes }) => attributes ?? [])]
  const properties = propertiesOf(kind)
  const alone = bases.flatMap((base) =>
    properties.flatMap(([name, schema]) => ends(schema).map((value) => ({ ...base, [name]: value }))),
  )
  const together = [0, -1].map((end) =>
    Object.fromEntries(properties.map(([name, schema]) => [name, ends(schema).at(end)])),
  )
  const bounds = [...alone, ...together].map((attributes) => ({
    title: JSON.stringify(attributes),
    attributes: complete(kind, attributes),
  }))
  const all = [...examples, ...bounds].flatMap(({ title, attributes }) =>
    attributes === undefined ? [] : [{ title, attributes }],
  )
  return [...new Map(all.map((one) => [JSON.stringify(one.attributes), one])).values()]
}

/** Any attributes that the schema and the kind allow, near the bounds and in between. */
export function anyAttributes(kind: Kind): fc.Arbitrary<Attributes> {
  const cases = casesOf(kind).map(({ attributes }) => attributes)
  const fields = Object.fromEntries(propertiesOf(kind).map(([name, schema]) => [name, anyValue(schema)]))
  const free = fc.record(fields).map((given) => complete(kind, given) ?? cases[0] ?? {})
  return fc.oneof(fc.constantFrom(...cases), free)
}

function anyValue(schema: JsonSchema): fc.Arbitrary<unknown> {
  const known = ends(schema)
  if (known.length !== 2 || typeof known[0] !== 'number') return fc.constantFrom(...known)
  const [min, max] = known as [number, number]
  const small = { min, max: Math.min(max, min + 2000) }
  if (schema['type'] === 'number') return fc.double({ ...small, noNaN: true })
  return fc.oneof(fc.integer(small), fc.integer({ min, max }))
}
