import type { Json } from './json.ts'

/** Steps from the root; `*` stands for every member or element. */
export type Path = readonly string[]

/** A value that may be changed in place: what a parser just made. */
export type Container = Record<string, Json> | Json[]
export interface Place {
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

export const isContainer = (value: Json | undefined): value is Container & Json =>
  typeof value === 'object' && value !== null

function keysOf(holder: Container, step: string): string[] {
  if (step === '*') return Object.keys(holder)
  // An array has a length too, but no such element.
  const known = Object.hasOwn(holder, step) && !(Array.isArray(holder) && !/^\d+$/.test(step))
  return known ? [step] : []
}

export const valueAt = ({ holder, key }: Place): Json | undefined => (holder as Record<string, Json>)[key]

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
