import type { HeaderEdit, HeaderList } from '../../../contract/exchange.ts'

/** Fields that belong to one connection and are never passed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'])

/** Node's flat list of names and values, as pairs. */
export function fromRaw(raw: readonly string[]): HeaderList {
  const list: [string, string][] = []
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? '', raw[i + 1] ?? ''])
  return list
}

export function toRaw(list: HeaderList): string[] {
  return list.flatMap(([name, value]) => [name, value])
}

/**
 * The shape that node:http sends: the first spelling and place of each name, an array for repeats. What it cannot
 * keep is the order of repeats among other fields.
 */
export function toObject(list: HeaderList): Record<string, string | string[]> {
  const spelling = new Map<string, string>()
  const object: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of list) {
    const first = spelling.get(name.toLowerCase())
    if (first === undefined) {
      spelling.set(name.toLowerCase(), name)
      object[name] = value
    } else {
      const before = object[first]
      object[first] = Array.isArray(before) ? [...before, value] : [before ?? '', value]
    }
  }
  return object
}

export function valueOf(list: HeaderList, name: string): string | undefined {
  return list.find(([one]) => one.toLowerCase() === name)?.[1]
}

export function without(list: HeaderList, names: ReadonlySet<string>): HeaderList {
  return list.filter(([name]) => !names.has(name.toLowerCase()))
}

/** Everything that is meant for the far end: without the hop's own fields and those that `Connection` names. */
export function endToEnd(list: HeaderList): HeaderList {
  const names = new Set(HOP_BY_HOP)
  for (const [name, value] of list) {
    if (name.toLowerCase() !== 'connection') continue
    for (const token of value.split(',')) names.add(token.trim().toLowerCase())
  }
  return without(list, names)
}

export function edit(list: HeaderList, change: HeaderEdit | undefined): HeaderList {
  if (change === undefined) return list
  let next: (readonly [string, string])[] = [...list]
  const removed = new Set((change.remove ?? []).map((name) => name.toLowerCase()))
  next = next.filter(([name]) => !removed.has(name.toLowerCase()))
  const done = new Set<string>()
  for (const [name, value] of change.set ?? []) {
    const lower = name.toLowerCase()
    const place = next.findIndex(([one]) => one.toLowerCase() === lower)
    if (place < 0 || done.has(lower)) next.push([name, value])
    else
      next = next.flatMap((pair, i) =>
        i === place ? [[name, value] as const] : pair[0].toLowerCase() === lower ? [] : [pair],
      )
    done.add(lower)
  }
  return [...next, ...(change.add ?? [])]
}
