import type { CutLink, CutProxy } from '../../contract/partition.ts'
import type { Route } from './read-partition.ts'

export interface Cover {
  readonly proxies: readonly CutProxy[]
  /** Connections that no proxy carries. */
  readonly notCovered: readonly CutLink[]
}

/**
 * Which proxies carry the links that are cut. A proxy from a to b carries what a sends upstream, and what b answers
 * downstream; connections that b makes to a are another proxy's.
 */
export function coverLinks(links: readonly CutLink[], routes: readonly Route[]): Cover {
  const cut = new Map<string, Set<string>>()
  for (const { from, to } of links) {
    const reached = cut.get(from) ?? new Set()
    cut.set(from, reached.add(to))
  }
  const isCut = (from: string, to: string): boolean => cut.get(from)?.has(to) === true
  const carried = new Map<string, Set<string>>()
  const proxies: CutProxy[] = []
  for (const { name, from, to } of routes) {
    if (from === undefined || to === undefined) continue
    const [up, down] = [isCut(from, to), isCut(to, from)]
    if (!up && !down) continue
    const reached = carried.get(from) ?? new Set()
    carried.set(from, reached.add(to))
    proxies.push({ proxy: name, from, to, cut: up && down ? 'both' : up ? 'upstream' : 'downstream' })
  }
  const notCovered: CutLink[] = []
  const seen = new Set<string>()
  for (const { from, to } of links.flatMap((link) => [link, { from: link.to, to: link.from }])) {
    const key = JSON.stringify([from, to])
    if (seen.has(key)) continue
    seen.add(key)
    if (carried.get(from)?.has(to) !== true) notCovered.push({ from, to })
  }
  return { proxies, notCovered }
}
