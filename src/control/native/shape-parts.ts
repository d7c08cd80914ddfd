import type { ProblemView } from '../../contract/api.ts'
import type { JsonSchema } from '../../contract/attributes.ts'

type OptionalKey<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? K : never }[keyof T]
export type Item<T> = T extends readonly (infer I)[] ? I : never

export function shape<T>(
  description: string,
  properties: { readonly [K in keyof T]-?: JsonSchema },
  optional: { readonly [K in OptionalKey<T>]: true },
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !(name in optional))
  return { type: 'object', description, additionalProperties: false, required, properties }
}

export const text = (description: string): JsonSchema => ({ type: 'string', description })
export const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description })
export const amount = (description: string): JsonSchema => ({ type: 'number', minimum: 0, description })
export const flag = (description: string): JsonSchema => ({ type: 'boolean', description })
export const oneOf = (description: string, values: readonly string[]): JsonSchema => ({
  type: 'string',
  enum: values,
  description,
})
/** Null stands for what nobody tells. */
export const orNull = (schema: JsonSchema): JsonSchema => ({
  ...schema,
  type: [schema['type'], 'null'].flat(),
  ...(Array.isArray(schema['enum']) ? { enum: [...(schema['enum'] as readonly unknown[]), null] } : {}),
})

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
export const ref = (name: string): JsonSchema => ({ $ref: `${name}#` })
export const object = (description: string): JsonSchema => ({ type: 'object', additionalProperties: true, description })
export const mapOf = (values: JsonSchema, description: string): JsonSchema => ({
  type: 'object',
  additionalProperties: values,
  description,
})

export const NAMES = listOf({ type: 'string' })
export const revision = count('Rises with every change of desired state.')
export const seed = text('What all chance follows from.')
export const fidelity = oneOf('How near it comes to the real thing on this platform.', [
  'exact',
  'emulated',
  'unsupported',
])
export const problem = shape<Item<NonNullable<ProblemView['problems']>>>(
  'One thing that is wrong.',
  {
    pointer: text('JSON pointer into the body, or ?name for a query parameter.'),
    message: text('What was found, and what is allowed.'),
  },
  {},
)
