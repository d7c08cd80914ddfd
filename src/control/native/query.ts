import type { AttributesSchema, JsonSchema } from '../../contract/attributes.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { Problem } from '../../contract/errors.ts'
import { nearest } from '../../kernel/nearest.ts'

/** Query strings are text; what the schema calls a number or a flag is read as one. @throws invalid_request */
export function readQuery<Q>(schema: AttributesSchema<Q> | undefined, raw: URLSearchParams): Q {
  const known: Readonly<Record<string, JsonSchema>> = schema?.properties ?? {}
  const problems: Problem[] = []
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(known)) {
    if (property['default'] !== undefined) values[name] = property['default']
  }
  for (const name of new Set(raw.keys())) {
    const property = Object.hasOwn(known, name) ? known[name] : undefined
    const given = raw.getAll(name)
    const pointer = `?${name}`
    if (property === undefined) problems.push({ pointer, message: unknownParameter(name, Object.keys(known)) })
    else if (given.length > 1)
      problems.push({ pointer, message: `${name} is given ${given.length} times; once is allowed` })
    else {
      const value = coerce(property, given[0] ?? '')
      if (value.ok) values[name] = value.is
      else
        problems.push({
          pointer,
          message: `${name} must be ${value.wanted}, found ${JSON.stringify((given[0] ?? '').slice(0, 100))}`,
        })
    }
  }
  const [first] = problems
  if (first !== undefined) throw new FaultlineError('invalid_request', first.message, { problems })
  return values as Q
}

function unknownParameter(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  const hint = known.length === 0 ? 'the route takes none' : `known are ${known.join(', ')}`
  return `no query parameter is named ${JSON.stringify(name.slice(0, 100))}; ${near === undefined ? hint : `did you mean ${near}?`}`
}

type Coerced = { readonly ok: true; readonly is: unknown } | { readonly ok: false; readonly wanted: string }

function coerce(schema: JsonSchema, text: string): Coerced {
  const wrong = (wanted: string): Coerced => ({ ok: false, wanted })
  const choices = schema['enum'] as readonly string[] | undefined
  if (choices !== undefined) {
    if (choices.includes(text)) return { ok: true, is: text }
    const near = nearest(text, choices)
    return wrong(`one of ${choices.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`)
  }
  switch (schema['type']) {
    case 'boolean':
      // `?all` alone says it too.
      if (text === 'true' || text === '') return { ok: true, is: true }
      return text === 'false' ? { ok: true, is: false } : wrong('true or false')
    case 'integer': {
      const low = schema['minimum'] as number
      const high = schema['maximum'] as number
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
      return value >= low && value <= high ? { ok: true, is: value } : wrong(`a whole number from ${low} to ${high}`)
    }
    default: {
      const most = (schema['maxLength'] as number | undefined) ?? 1000
      return text !== '' && text.length <= most ? { ok: true, is: text } : wrong(`a text of 1 to ${most} characters`)
    }
  }
}
