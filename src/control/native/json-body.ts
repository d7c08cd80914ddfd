import { FaultlineError } from '../../contract/errors.ts'
import { JsonSyntaxError, readJson } from '../json-reader.ts'
import type { JsonNode } from '../json-reader.ts'

/**
 * Strict: one value and nothing behind it, UTF-8, no field twice, no `__proto__`. Content-type is not looked at (curl
 * sends a wrong one unless told); pages of other sites are kept out by their Origin.
 * @returns undefined when there is no body
 * @throws invalid_json
 */
export function readBody(body: Buffer | undefined): unknown {
  if (body === undefined || body.length === 0) return undefined
  const text = decodeText(body)
  try {
    const { node, end } = readJson(text)
    const rest = text.slice(end).search(/[^ \t\n\r]/)
    if (rest !== -1) throw new JsonSyntaxError('there is more after the value', end + rest)
    return value(node, '')
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    const before = text.slice(0, error.offset).split('\n')
    const what = error.message === 'EOF' || error.message === 'unexpected EOF' ? 'it ends too early' : error.message
    throw new FaultlineError(
      'invalid_json',
      `the body is not JSON at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${what}`,
    )
  }
}

function decodeText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new FaultlineError('invalid_json', 'the body is not UTF-8')
  }
}

function value(node: JsonNode, pointer: string): unknown {
  switch (node.is) {
    case 'object': {
      const result: Record<string, unknown> = {}
      for (const [key, child] of node.entries) {
        const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
        if (key === '__proto__')
          throw new FaultlineError('invalid_json', 'no field may be named __proto__', { pointer: at })
        if (Object.hasOwn(result, key))
          throw new FaultlineError('invalid_json', `field ${JSON.stringify(key)} is given twice`, { pointer: at })
        result[key] = value(child, at)
      }
      return result
    }
    case 'array':
      return node.items.map((item, index) => value(item, `${pointer}/${index}`))
    case 'number':
      return Number(node.text)
    case 'null':
      return null
    default:
      return node.value
  }
}
