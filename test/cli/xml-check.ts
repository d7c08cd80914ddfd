/** An element of a document, with its attributes and text taken apart. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** What XML 1.0 may hold at all. */
const isAllowed = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  code >= 0x10000

/** A document of elements, attributes and text, read strictly. Throws on whatever is not well formed. */
export function parseXml(text: string): Element {
  for (const char of text)
    if (!isAllowed(char.codePointAt(0) ?? 0)) throw new Error(`no XML may hold ${JSON.stringify(char)}`)
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(text)
  if (head === null) throw new Error('there is no XML declaration')
  let at = head[0].length
  const take = (pattern: RegExp, what: string): RegExpExecArray => {
    const sticky = new RegExp(pattern.source, 'y')
    sticky.lastIndex = at
    const found = sticky.exec(text)
    if (found === null) throw new Error(`${what} expected at ${at}: ${JSON.stringify(text.slice(at, at + 60))}`)
    at += found[0].length
    return found
  }
  const element = (): Element => {
    const name = take(/<([a-z-]+)/, 'a tag')[1] ?? ''
    const attributes: Record<string, string> = {}
    while (text[at] === ' ') {
      const [, key = '', value = ''] = take(/ ([a-z]+)="([^"<]*)"/, 'an attribute')
      if (key in attributes) throw new Error(`attribute ${key} stands twice`)
      attributes[key] = decode(value)
    }
    if (take(/\/?>/, 'the end of a tag')[0] === '/>') return { name, attributes, children: [], text: '' }
    const children: Element[] = []
    let inner = ''
    for (;;) {
      inner += decode(take(/[^<]*/, 'text')[0])
      if (text.startsWith('</', at)) break
      children.push(element())
    }
    const closed = take(/<\/([a-z-]+)>/, 'a closing tag')[1]
    if (closed !== name) throw new Error(`${name} is closed as ${String(closed)}`)
    return { name, attributes, children, text: inner }
  }
  const root = element()
  if (text.slice(at).trim() !== '') throw new Error('there is more behind the root')
  return root
}

function decode(text: string): string {
  if (text.includes(']]>')) throw new Error('text may not hold ]]>')
  return text.replaceAll(/&([^;]*;?)/g, (_, entity: string) => {
    const [, number] = /^#(\d+);$/.exec(entity) ?? []
    if (number !== undefined && isAllowed(Number(number))) return String.fromCodePoint(Number(number))
    const named = entity.endsWith(';') ? NAMED[entity.slice(0, -1)] : undefined
    if (named === undefined) throw new Error(`there is no entity &${entity}`)
    return named
  })
}

/** All elements of a name, wherever they stand. */
export const all = (root: Element, name: string): readonly Element[] => [
  ...(root.name === name ? [root] : []),
  ...root.children.flatMap((child) => all(child, name)),
]
