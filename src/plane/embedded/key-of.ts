import type { Key } from '../../contract/model.ts'
import type { Unit } from './decision.ts'

/** Undefined where the request does not carry the field: then the draw follows the ordinal. */
export function keyOf(key: Key, unit: Unit): string | undefined {
  if (key.header === undefined) return unit.client
  const name = key.header.toLowerCase()
  return unit.request?.headers.find(([one]) => one.toLowerCase() === name)?.[1]
}
