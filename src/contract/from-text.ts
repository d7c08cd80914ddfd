import type { JsonSchema } from './attributes.ts'

/**
 * What somebody typed (a flag, an environment variable) as the JSON value that is meant, by the schema it is for.
 * It judges nothing: text that does not fit stays text, for the check of the schema to refuse it by name.
 */
export function fromText(schema: JsonSchema, text: string): unknown {
  const types = [schema['type']].flat()
  if (types.includes('array')) return listFromText(schema['items'] as JsonSchema, text)
  if (types.includes('boolean')) return truth(text)
  if (types.includes('object')) return json(text)
  const quantity = schema['x-unit'] !== undefined
  const numeric = types.includes('number') || (types.includes('integer') && (quantity || !types.includes('string')))
  return numeric && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? Number(text) : text
}

/** JSON, or items with commas between them. */
function listFromText(items: JsonSchema, text: string): unknown {
  if (text.trimStart().startsWith('[')) return json(text)
  return text.split(',').flatMap((item) => (item.trim() === '' ? [] : [fromText(items, item.trim())]))
}

function truth(text: string): unknown {
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : text
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
