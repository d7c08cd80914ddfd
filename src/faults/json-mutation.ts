import type { Json } from '../kernel/json.ts'
import { isContainer, valueAt } from '../kernel/json-path.ts'
import type { Place } from '../kernel/json-path.ts'

export const MUTATIONS = ['null', 'flip', 'drop'] as const
export type Mutation = (typeof MUTATIONS)[number]

/** Every member and element of a document, however deep. */
export function allPlaces(document: Json): readonly Place[] {
  const found: Place[] = []
  const open = [document]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (!isContainer(value)) continue
    for (const key of Object.keys(value)) {
      const place = { holder: value, key }
      found.push(place)
      open.push(valueAt(place) ?? null)
    }
  }
  return found
}

/** Changes what stands at the places. */
export function mutate(places: readonly Place[], to: Mutation): void {
  // From behind, so that dropping an element does not move those still to come.
  for (const place of [...places].reverse()) {
    const { holder, key } = place
    if (to !== 'drop') (holder as Record<string, Json>)[key] = to === 'null' ? null : flipped(valueAt(place) ?? null)
    else if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else delete holder[key]
  }
}

/** The nearest thing of another type: 5 and "5", true and "true", [a] and {"0": a}, null and false. */
function flipped(value: Json): Json {
  if (value === null) return false
  if (Array.isArray(value)) return Object.fromEntries((value as readonly Json[]).entries())
  if (typeof value === 'object') return Object.values(value)
  if (typeof value !== 'string') return String(value)
  const number = Number(value)
  return value.trim() !== '' && Number.isFinite(number) ? number : value.length
}
