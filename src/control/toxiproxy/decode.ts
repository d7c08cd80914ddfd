import { JsonSyntaxError, readJson } from '../json-reader.ts'
import type { JsonNode } from '../json-reader.ts'
import { badBody } from './toxiproxy-error.ts'

/**
 * The rules of Go's encoding/json that Toxiproxy's clients rely on: names of fields match whatever their case, null
 * means absent, unknown fields are ignored, of repeated fields the last counts (objects merge), and what follows the
 * first value is ignored.
 */
export type Fields = ReadonlyMap<string, JsonNode>

const NULL: JsonNode = { is: 'null' }
const EMPTY: Fields = new Map()

/** @throws ToxiproxyError 400 */
export function decodeBody(body: Buffer | undefined): JsonNode {
  try {
    return readJson(body?.toString('utf8') ?? '').node
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badBody(error.message)
    throw error
  }
}

/** The fields of an object; none for null. `where` names it in errors, `` for the body itself. */
export function fieldsOf(node: JsonNode, where = ''): Fields {
  if (node.is === 'null') return EMPTY
  if (node.is !== 'object') throw wrong(where === '' ? 'the body' : where, 'an object', node)
  const fields = new Map<string, JsonNode>()
  for (const [key, value] of node.entries) {
    if (value.is === 'null') continue
    const name = key.toLowerCase()
    const before = fields.get(name)
    const merges = value.is === 'object' && before?.is === 'object'
    fields.set(name, merges ? { is: 'object', entries: [...before.entries, ...value.entries] } : value)
  }
  return fields
}

export function itemsOf(node: JsonNode, where = ''): readonly JsonNode[] {
  if (node.is === 'null') return []
  if (node.is !== 'array') throw wrong(where === '' ? 'the body' : where, 'an array', node)
  return node.items
}

export function textIn(fields: Fields, name: string, where = ''): string | undefined {
  const node = fields.get(name) ?? NULL
  if (node.is === 'null') return undefined
  if (node.is !== 'string') throw wrong(where + name, 'a string', node)
  return node.value
}

export function flagIn(fields: Fields, name: string, where = ''): boolean | undefined {
  const node = fields.get(name) ?? NULL
  if (node.is === 'null') return undefined
  if (node.is !== 'boolean') throw wrong(where + name, 'a boolean', node)
  return node.value
}

export function numberIn(fields: Fields, name: string, where = ''): number | undefined {
  const node = fields.get(name) ?? NULL
  if (node.is === 'null') return undefined
  if (node.is !== 'number') throw wrong(where + name, 'a number', node)
  return Number(node.text)
}

/** A node as JSON.parse would give it. */
export function plain(node: JsonNode): unknown {
  switch (node.is) {
    case 'null':
      return null
    case 'number':
      return Number(node.text)
    case 'array':
      return node.items.map(plain)
    case 'object':
      // fromEntries defines properties, so `__proto__` is one like any other.
      return Object.fromEntries(node.entries.map(([key, value]) => [key, plain(value)]))
    default:
      return node.value
  }
}

function wrong(where: string, wanted: string, node: JsonNode): Error {
  return badBody(`${where} must be ${wanted}, found ${found(node)}`)
}

function found(node: JsonNode): string {
  switch (node.is) {
    case 'string':
      return `the string ${JSON.stringify(node.value.slice(0, 60))}`
    case 'number':
      return `the number ${node.text.slice(0, 60)}`
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
    default:
      return node.is === 'array' ? 'an array' : 'an object'
  }
}
