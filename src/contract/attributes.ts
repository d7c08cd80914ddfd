import { DURATION_PATTERN, SIZE_PATTERN } from '../kernel/units.ts'

/**
 * Attributes are described once, as plain JSON Schema that carries its TypeScript type along.
 * (Authored without TypeBox: loading it costs more than the whole start-up budget.)
 * `x-unit` names the base unit; where it is set, a string such as "250ms" is accepted too and converted.
 */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

declare const typed: unique symbol

export type Attribute<T> = JsonSchema & { readonly [typed]?: T }

export type Unit = 'ms' | 'us' | 'bytes'

export interface AttributesSchema<A> extends JsonSchema {
  readonly type: 'object'
  readonly additionalProperties: false
  readonly required: readonly string[]
  readonly properties: { readonly [name in keyof A]: Attribute<A[name]> }
}

interface Bounds {
  readonly default?: number
  readonly min?: number
  readonly max?: number
}

/** One day: longer than any test waits, short enough that sums stay exact. */
export const LONGEST_MS = 86_400_000
/** Toxiproxy takes any int64; this is the largest that JSON and JavaScript carry exactly. */
export const LARGEST_INTEGER = Number.MAX_SAFE_INTEGER

function quantity(unit: Unit, pattern: string, description: string, bounds: Bounds): Attribute<number> {
  return {
    type: ['integer', 'string'],
    'x-unit': unit,
    pattern,
    minimum: bounds.min ?? 0,
    maximum: bounds.max ?? (unit === 'ms' ? LONGEST_MS : unit === 'us' ? LONGEST_MS * 1000 : LARGEST_INTEGER),
    ...(bounds.default === undefined ? {} : { default: bounds.default }),
    description,
  }
}

/** A duration whose base unit is the millisecond. */
export const ms = (description: string, bounds: Bounds = {}): Attribute<number> =>
  quantity('ms', DURATION_PATTERN, description, bounds)

/** A duration whose base unit is the microsecond. */
export const us = (description: string, bounds: Bounds = {}): Attribute<number> =>
  quantity('us', DURATION_PATTERN, description, bounds)

/** A number of bytes. */
export const bytes = (description: string, bounds: Bounds = {}): Attribute<number> =>
  quantity('bytes', SIZE_PATTERN, description, bounds)

export const integer = (description: string, bounds: Bounds = {}): Attribute<number> => ({
  type: 'integer',
  minimum: bounds.min ?? 0,
  maximum: bounds.max ?? LARGEST_INTEGER,
  ...(bounds.default === undefined ? {} : { default: bounds.default }),
  description,
})

/** A number with fractions, within bounds. */
export const number = (description: string, bounds: Bounds & { min: number; max: number }): Attribute<number> => ({
  type: 'number',
  minimum: bounds.min,
  maximum: bounds.max,
  ...(bounds.default === undefined ? {} : { default: bounds.default }),
  description,
})

/** A share of one: 0 to 1. */
export const fraction = (description: string, bounds: { default?: number } = {}): Attribute<number> =>
  number(description, { ...bounds, min: 0, max: 1 })

export const flag = (description: string, options: { default: boolean }): Attribute<boolean> => ({
  type: 'boolean',
  default: options.default,
  description,
})

export const choice = <const T extends string>(
  description: string,
  values: readonly T[],
  options: { default?: NoInfer<T> } = {},
): Attribute<T> => ({
  type: 'string',
  enum: values,
  ...(options.default === undefined ? {} : { default: options.default }),
  description,
})

/** A list of bounded length, each item of the given shape. */
export const list = <T>(
  description: string,
  items: Attribute<T>,
  options: { min?: number; max: number; default?: readonly T[] },
): Attribute<readonly T[]> => ({
  type: 'array',
  items,
  minItems: options.min ?? 0,
  maxItems: options.max,
  ...(options.default === undefined ? {} : { default: options.default }),
  description,
})

/** A closed object: an unknown field is an error; a field with no default is required unless `optional` is set. */
export function closed<P extends { readonly [name: string]: Attribute<unknown> }>(
  properties: P,
): AttributesSchema<{ -readonly [name in keyof P]: P[name] extends Attribute<infer T> ? T : never }> {
  const required = Object.keys(properties).filter(
    (name) => properties[name]?.['default'] === undefined && properties[name]?.['x-optional'] !== true,
  )
  return Object.freeze({ type: 'object', additionalProperties: false, required, properties }) as never
}

/** May be left out; then it is undefined in `attributes`. */
export const optional = <T>(attribute: Attribute<T>): Attribute<T | undefined> => ({ ...attribute, 'x-optional': true })
