import { CHECK_ROLES } from '../../contract/checks.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import { HIDDEN } from '../redaction.ts'
import { CHECK_KINDS } from './check-kinds.ts'

type Fields = Readonly<Record<string, unknown>>

/** A profile as it was written, without what its checks send: values of header fields, bodies, arguments, queries of URLs. */
export function hideCheckSecrets(written: object): { readonly shown: object; readonly hidden: boolean } {
  let hidden = false
  const hide = (): string => {
    hidden = true
    return HIDDEN
  }
  const walk = (schema: JsonSchema, value: unknown, name: string): unknown => {
    if (typeof value === 'string') {
      if (schema['x-secret'] === true) return hide()
      const query = name === 'url' ? value.indexOf('?') : -1
      return query < 0 ? value : `${value.slice(0, query)}?${hide()}`
    }
    if (Array.isArray(value)) {
      const items = schema['items'] as JsonSchema
      // The program itself is no secret: it says what the check does.
      return value.map((item: unknown, i) => (name === 'argv' && i === 0 ? item : walk(items, item, name)))
    }
    if (!isFields(value)) return value
    const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
    const others = (schema['additionalProperties'] ?? {}) as JsonSchema
    return mapped(value, (inner, field) => walk(properties[field] ?? others, inner, field))
  }
  const check = (value: unknown): unknown => {
    if (!isFields(value)) return value
    return mapped(value, (inner, field) => {
      const kind = CHECK_KINDS.find((one) => one.kind === field)
      return kind === undefined ? inner : walk(kind.attributes, inner, field)
    })
  }
  const roles: readonly string[] = CHECK_ROLES
  const shown = mapped(written as Fields, (value, field) =>
    roles.includes(field) && Array.isArray(value) ? value.map(check) : value,
  )
  return { shown, hidden }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapped = (fields: Fields, map: (value: unknown, name: string) => unknown): object =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(value, name)]))
