import type { Json } from './json.ts'

export const MUTATIONS = ['null', 'flip', 'drop'] as const
export type Mutation = (typeof MUTATIONS)[number]

/** Steps from the root; `*` stands for every member or element. */
export type Path = readonly string[]

/** A value that may be changed in place: what a parser just made. */
type Container = Record<string, Json> | Json[]
interface Place {
  readonly holder: Container
  readonly key: string
}

/**
 * Reads `/items/0/price` (JSON Pointer, RFC 6901), or `items[0].price` with or without `$.` before it.
 * @returns undefined when it is neither, or names the whole document
 */
export function parsePath(text: string): Path | undefined {
  if (text.startsWith('/')) {
    return text
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  }
  const dotted = text
    .replace(/^\$\.?/, '')
    .replace(/\[(\d+|\*)\]/g, '.$1')
    .replace(/^\./, '')
  const steps = dotted.split('.')
  return steps.some((step) => step === '' || /[[\]$]/.test(step)) ? undefined : steps
}

const isContainer = (value: Json | undefined): value is Container & Json => typeof value === 'object' && value !== null

function keysOf(holder: Container, step: string): string[] {
  if (step === '*') return Object.keys(holder)
  // An array has a length too, but no such element.
  const known = Object.hasOwn(holder, step) && !(Array.isArray(holder) && !/^\d+$/.test(step))
  return known ? [step] : []
}

const valueAt = ({ holder, key }: Place): Json | undefined => (holder as Record<string, Json>)[key]

/** Every place that the path leads to. */
export function placesAt(document: Json, path: Path): readonly Place[] {
  let places: Place[] = [{ holder: [document], key: '0' }]
  for (const step of path) {
    places = places.flatMap((place) => {
      const holder = valueAt(place)
      return isContainer(holder) ? keysOf(holder, step).map((key) => ({ holder, key })) : []
    })
  }
  return places
}

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
