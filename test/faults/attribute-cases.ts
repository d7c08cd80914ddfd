import fc from 'fast-check'
import type { JsonSchema } from '../../src/contract/attributes.ts'
import { FaultlineError } from '../../src/contract/errors.ts'
import type { Kind } from '../../src/contract/kind.ts'
import { resolveFault } from '../../src/faults/resolve.ts'

export type Attributes = Readonly<Record<string, unknown>>

/** Complete attributes; none where the kind refuses the combination. */
function complete(kind: Kind, attributes: Attributes): Attributes[] {
  try {
    return [resolveFault({ kind: kind.kind, attributes }, { owner: 'api', platform: 'linux' }).attributes]
  } catch (error) {
    if (error instanceof FaultlineError && error.pointer === '/attributes') return []
    throw error
  }
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
export function casesOf(kind: Kind): Attributes[] {
  const examples = kind.examples.map(({ attributes }) => attributes)
  const properties = propertiesOf(kind)
  const alone = [defaults(kind), ...examples].flatMap((base) =>
    properties.flatMap(([name, schema]) => ends(schema).map((value): Attributes => ({ ...base, [name]: value }))),
  )
  const together = [0, -1].map((end): Attributes =>
    Object.fromEntries(properties.map(([name, schema]) => [name, ends(schema).at(end)])),
  )
  const all = [...examples, ...alone, ...together].flatMap((attributes) => complete(kind, attributes))
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

/** Any attributes that the schema and the kind allow, near the bounds and in between. */
export function anyAttributes(kind: Kind): fc.Arbitrary<Attributes> {
  const cases = casesOf(kind)
  const fields = Object.fromEntries(propertiesOf(kind).map(([name, schema]) => [name, anyValue(schema)]))
  const free = fc.record(fields).map((given) => complete(kind, given)[0] ?? cases[0] ?? {})
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
