import { HIDDEN } from '../redaction.ts'

/** What is written under the name of a field that may be secret, wherever it stands, is hidden. */
export function hideSecrets(
  written: object,
  names: ReadonlySet<string>,
): { readonly shown: object; readonly hidden: boolean } {
  let hidden = false
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([name, inner]): [string, unknown] => {
      if (typeof inner !== 'string' || !names.has(name.toLowerCase())) return [name, walk(inner)]
      hidden = true
      return [name, HIDDEN]
    })
    return Object.fromEntries(entries)
  }
  return { shown: walk(written) as object, hidden }
}
