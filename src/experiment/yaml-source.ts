import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import type { Node } from 'yaml'

let loaded: typeof Yaml | undefined

/** When the first text is read: a daemon without a config file would spend an eighth of its start on it. */
function yaml(): typeof Yaml {
  return (loaded ??= createRequire(import.meta.url)('yaml') as typeof Yaml)
}

export type Path = readonly (string | number)[]

export interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML (or JSON) text that knows where each of its values stands. */
export interface YamlSource {
  readonly value: unknown
  readonly syntax: readonly { readonly place: Place; readonly message: string }[]
  /** Where a value, or the name before it, stands; the nearest thing around it when it is not there. */
  place(path: Path, at: 'name' | 'value'): Place
}

export function parseYaml(text: string): YamlSource {
  const { LineCounter, isNode, parseDocument } = yaml()
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, strict: true, uniqueKeys: true })
  const placeAt = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const syntax = document.errors.map(({ pos, message }) => ({ place: placeAt(pos[0]), message }))
  return {
    value: syntax.length > 0 ? undefined : toValue(document, syntax),
    syntax,
    place(path, at) {
      let offset = document.contents?.range?.[0] ?? 0
      let node: unknown = document.contents
      for (const [index, segment] of path.entries()) {
        const found = step(node, segment)
        if (found === undefined) break
        const last = index === path.length - 1
        node = found.value
        offset = ((last && at === 'name') || !isNode(node) ? found.name : (node as Node).range?.[0]) ?? offset
      }
      return placeAt(offset)
    },
  }
}

/** Aliases are bounded by the parser; one bomb too many throws, and is a mistake like another. */
function toValue(
  document: ReturnType<typeof Yaml.parseDocument>,
  syntax: { place: Place; message: string }[],
): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    // An alias may stand inside what it stands for: no such value can be checked or shown. This throws on one.
    JSON.stringify(value)
    return value
  } catch (error) {
    const message =
      error instanceof TypeError ? 'an alias stands inside of what it stands for' : (error as Error).message
    syntax.push({ place: { line: 1, column: 1 }, message })
    return undefined
  }
}

function step(node: unknown, segment: string | number): { value: unknown; name: number | undefined } | undefined {
  const { isCollection, isMap, isNode, isScalar } = yaml()
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(segment))
    return pair && { value: pair.value, name: isNode(pair.key) ? pair.key.range?.[0] : undefined }
  }
  if (!isCollection(node)) return undefined
  const item: unknown = node.get(Number(segment), true)
  return item === undefined ? undefined : { value: item, name: isNode(item) ? item.range?.[0] : undefined }
}
