import type { HeaderEdit, HeaderList } from '../../../contract/exchange.ts'
import { FieldNames } from './field-names.ts'

/** Fields that belong to one connection and are never passed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new FieldNames([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

/** Node's flat list of names and values, as pairs. */
export function fromRaw(raw: readonly string[]): HeaderList {
  const list: [string, string][] = []
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? '', raw[i + 1] ?? ''])
  return list
}

export function toRaw(list: HeaderList): string[] {
  const raw: string[] = []
  for (const [name, value] of list) raw.push(name, value)
  return raw
}

/**
 * The shape that node:http sends: the first spelling and place of each name, an array for repeats. What it cannot
 * keep is the order of repeats among other fields.
 */
export function toObject(list: HeaderList): Record<string, string | string[]> {
  const spelling = new Map<string, string>()
  // Appended to in place: a head may have tens of thousands of repeats.
  const object: Record<string, string | string[]> = {}
  for (const [name, value] of list) {
    const lower = name.toLowerCase()
    const first = spelling.get(lower)
    if (first === undefined) {
      spelling.set(lower, name)
      // An object without a prototype would need no such care, and is slow wherever it is copied.
      if (lower === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, writable: true })
      else object[name] = value
    } else {
      const before = object[first]
      if (Array.isArray(before)) before.push(value)
      else object[first] = [before ?? '', value]
    }
  }
  return object
}

export function valueOf(list: HeaderList, name: string): string | undefined {
  return list.find((field) => isNamed(field, name))?.[1]
}

/** `lower` is in lower case. */
function isNamed([name]: readonly [string, string], lower: string): boolean {
  return name.length === lower.length && name.toLowerCase() === lower
}

export function without(list: HeaderList, names: FieldNames): HeaderList {
  return list.filter(([name]) => !names.has(name))
}

/** Everything that is meant for the far end: without the hop's own fields and those that `Connection` names. */
export function endToEnd(list: HeaderList): HeaderList {
  let names = HOP_BY_HOP
  for (const field of list) {
    if (!isNamed(field, 'connection')) continue
    const named = field[1].split(',').map((token) => token.trim().toLowerCase())
    if (named.some((one) => !names.has(one))) names = names.with(named)
  }
  return without(list, names)
}

export function edit(list: HeaderList, change: HeaderEdit | undefined): HeaderList {
  const { remove = [], set = [], add = [] } = change ?? {}
  let next = remove.length === 0 ? list : without(list, new FieldNames(remove.map((name) => name.toLowerCase())))
  const done = new Set<string>()
  for (const [name, value] of set) {
    const lower = name.toLowerCase()
    const place = done.has(lower) ? -1 : next.findIndex((field) => isNamed(field, lower))
    if (place < 0) next = [...next, [name, value]]
    else
      next = [
        ...next.slice(0, place),
        [name, value],
        ...next.slice(place + 1).filter((field) => !isNamed(field, lower)),
      ]
    done.add(lower)
  }
  return add.length === 0 ? next : [...next, ...add]
}
