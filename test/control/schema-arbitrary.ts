import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonSchema } from '../../src/contract/attributes.ts'

/** Values that a schema allows, values just past its bounds, and now and then something else altogether. */
export function fromSchema(schema: JsonSchema): Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: fitting(schema) }, { weight: 1, arbitrary: fc.jsonValue() })
}

function fitting(schema: JsonSchema): Arbitrary<unknown> {
  if (schema['const'] !== undefined) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]))
  if (Array.isArray(schema['oneOf'])) return fc.oneof(...(schema['oneOf'] as JsonSchema[]).map(fromSchema))
  const types = [schema['type']].flat() as string[]
  return fc.oneof(...types.map((type) => ofType(type, schema)))
}

function ofType(type: string, schema: JsonSchema): Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return object(schema)
    case 'array':
      return fc.array(fromSchema(schema['items'] as JsonSchema), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: 3,
      })
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return numberNear(schema)
    case 'null':
      return fc.constant(null)
    default:
      return texts(schema)
  }
}

function texts(schema: JsonSchema): Arbitrary<string> {
  const unit = schema['x-unit']
  // An address is a name as well.
  const sane = unit === 'bytes' ? ['64KiB', '1MB'] : unit === undefined ? ['127.0.0.1', '10.0.0.1'] : ['250ms', '1.5s']
  return fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...sane) },
    { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
  )
}

function numberNear(schema: JsonSchema): Arbitrary<number> {
  const low = Number(schema['minimum'] ?? 0)
  const high = Number(schema['maximum'] ?? 1e9)
  return fc.oneof(
    {
      weight: 40,
      arbitrary: fc.oneof(fc.constantFrom(low, high), fc.integer({ min: Math.ceil(low), max: Math.min(high, 10_000) })),
    },
    { weight: 1, arbitrary: fc.constantFrom(low - 1, high + 1, 0, 0.5, -0, 1e308, Number.MAX_SAFE_INTEGER) },
    { weight: schema['type'] === 'number' ? 20 : 1, arbitrary: fc.double({ min: low, max: high, noNaN: true }) },
  )
}

function object(schema: JsonSchema): Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const known = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, fromSchema(one)]))
  const required = ((schema['required'] ?? []) as readonly string[]).filter((name) => name in known)
  const values = schema['additionalProperties']
  const more =
    typeof values === 'object' && values !== null
      ? fc.dictionary(name, fromSchema(values as JsonSchema), { maxKeys: 3 })
      : strange
  return fc.tuple(fc.record(known, { requiredKeys: required }), more).map(([one, other]) => ({ ...one, ...other }))
}

export const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'a b', '..', '%', 'ä', '', '0', 'x'.repeat(150)),
  },
)

/** Mostly nothing, sometimes a field that nobody knows. */
const strange: Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 40, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('kid', 'toString', '__proto__', 'latncy', ''), fc.jsonValue(), {
      maxKeys: 1,
    }),
  },
)
