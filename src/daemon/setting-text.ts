import type { JsonSchema } from '../contract/attributes.ts'

const SIZES = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
] as const

const DURATIONS = [
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const

/** A value as people write it: 33554432 bytes as 32MiB and 10000 ms as 10s, where that is exact. */
export function valueText(schema: JsonSchema, value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value)
  if (typeof value !== 'number') return String(value)
  const steps = schema['x-unit'] === 'bytes' ? SIZES : schema['x-unit'] === 'ms' ? DURATIONS : []
  const step = steps.find(([size]) => value >= size && value % size === 0)
  return step === undefined ? String(value) : `${value / step[0]}${step[1]}`
}

/** What a setting is when nobody sets it; undefined when it is nothing at all. */
export function defaultText(schema: JsonSchema): string | undefined {
  const rule = schema['x-computed']
  if (typeof rule === 'string') return rule
  return schema['default'] === undefined ? undefined : valueText(schema, schema['default'])
}

/** What may stand there, in a word or a few. */
export function typeText(schema: JsonSchema): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].join('|')
  if (schema['x-unit'] === 'bytes') return 'size'
  if (schema['x-unit'] !== undefined) return 'duration'
  const types = [schema['type']].flat()
  if (types.includes('array')) return 'list'
  if (types.includes('boolean')) return 'true|false'
  return types.includes('string') ? 'text' : 'number'
}
