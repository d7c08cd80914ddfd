export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns undefined when the bytes are not JSON in UTF-8 */
export function parseJson(bytes: Uint8Array): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json }
  } catch {
    return undefined
  }
}

/** @returns undefined when it is nested too deep to be written */
export function writeJson(value: Json): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(value))
  } catch {
    return undefined
  }
}

/** How deep a value is nested; stops counting above `most`. */
export function depthOf(value: unknown, most: number): number {
  let depth = 0
  for (let level: unknown[] = [value]; level.length > 0 && depth <= most; depth++) {
    level = level.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return depth
}

/** JSON Merge Patch (RFC 7386): null removes, objects merge, all else replaces. The target stays as it is. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  // A map, because a member may be called __proto__.
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  return Object.fromEntries(merged)
}
