import type { JsonSchema } from '../src/contract/attributes.ts'
import type { Kind } from '../src/contract/kind.ts'
import { catalogue } from '../src/faults/catalogue.ts'
import { SETTINGS } from '../src/faults/fault-schema.ts'
import type { Generated } from './gen.ts'

const QUANTITIES: Readonly<Record<string, string>> = { ms: 'Duration', us: 'Duration', bytes: 'Size' }

/** src/client/faults.gen.ts: a typed maker for each kind, so that a misspelt kind or attribute does not compile. */
export async function clientFaults(): Promise<Generated> {
  const kinds = catalogue.list().filter(({ layer }) => layer !== ('host' as string))
  const text = [
    '// Made by "npm run gen" from the kinds. Do not edit.',
    "import { fault } from './fault.ts'",
    "import type { Duration, Fault, Size } from './fault.ts'",
    '',
    '/** What every fault takes besides its attributes. */',
    `export interface FaultOptions ${objectType({ type: 'object', properties: OPTIONS, required: [] })}`,
    '',
    '/** What faults on bytes take besides. */',
    'export interface StreamFaultOptions extends FaultOptions {',
    '  /** `downstream` (the default) is server to client. */',
    "  readonly stream?: 'upstream' | 'downstream'",
    '}',
    ...kinds.flatMap(makerOf),
    '',
  ]
  return { path: 'src/client/faults.gen.ts', text: text.join('\n') }
}

const OPTIONS: Readonly<Record<string, JsonSchema>> = {
  name: { type: 'string', description: 'Default: `<kind>_<stream>`. Unique on its proxy.' },
  ...SETTINGS,
}

function makerOf(kind: Kind): string[] {
  const name = pascal(kind.kind)
  const options = kind.layer === 'stream' ? 'StreamFaultOptions' : 'FaultOptions'
  const required = kind.attributes.required.length > 0
  return [
    '',
    `export interface ${name}Attributes ${objectType(kind.attributes as JsonSchema)}`,
    '',
    `/** ${kind.summary} */`,
    `export const ${name[0]?.toLowerCase()}${name.slice(1)} = (attributes: ${name}Attributes${required ? '' : ' = {}'}, options: ${options} = {}): Fault<'${kind.kind}'> => fault('${kind.kind}', attributes, options)`,
  ]
}

function objectType(schema: JsonSchema): string {
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>> | undefined
  if (properties === undefined || Object.keys(properties).length === 0) {
    const values = schema['additionalProperties']
    if (typeof values === 'object') return `{ readonly [name: string]: ${typeOf(values as JsonSchema)} }`
    return properties === undefined ? '{ readonly [name: string]: unknown }' : '{ readonly [none: string]: never }'
  }
  const required = (schema['required'] ?? []) as readonly string[]
  const fields = Object.entries(properties).map(
    ([name, property]) =>
      `${comment(property)}readonly ${name}${required.includes(name) ? '' : '?'}: ${typeOf(property)}`,
  )
  return `{\n${fields.join('\n')}\n}`
}

function comment(schema: JsonSchema): string {
  const { description, default: normal, 'x-unit': unit } = schema
  if (description === undefined) return ''
  const words = [
    String(description).replaceAll('*/', '*\\/'),
    ...(unit === undefined ? [] : [`A bare number is in ${String(unit)}.`]),
    ...(normal === undefined ? [] : [`Default: ${JSON.stringify(normal)}.`]),
  ]
  return `/** ${words.join(' ')} */\n`
}

function typeOf(schema: JsonSchema): string {
  const { type, 'x-unit': unit, enum: values } = schema
  if (unit !== undefined) return QUANTITIES[String(unit)] ?? never(schema)
  if (Array.isArray(values)) return values.map((value) => `'${String(value)}'`).join(' | ')
  if (Array.isArray(type)) return [...new Set(type.map((one: string) => typeOf({ ...schema, type: one })))].join(' | ')
  switch (type) {
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
    case 'string':
    case 'null':
      return type
    case 'array':
      return `readonly (${typeOf(schema['items'] as JsonSchema)})[]`
    case 'object':
      return objectType(schema)
    default:
      return type === undefined ? 'unknown' : never(schema)
  }
}

function never(schema: JsonSchema): never {
  throw new Error(`no type is known for ${JSON.stringify(schema)}`)
}

const pascal = (kind: string): string => kind.replace(/(^|_)(\w)/g, (_, _bar, letter: string) => letter.toUpperCase())
