/** A string literal and the line it stands on. */
export interface Literal {
  readonly value: string
  readonly line: number
}

export interface Import extends Literal {
  /** Gone when the program runs. */
  readonly typeOnly: boolean
}

export interface Scan {
  /** The source with comments blanked and the contents of strings and patterns taken out; lines stay where they were. */
  readonly code: string
  readonly strings: readonly Literal[]
  /** What is imported, by any spelling: static, dynamic, re-export, type only, require. */
  readonly imports: readonly Import[]
}

const BEFORE_SPECIFIER = /\b(?:from|import|import\(|require\(|getBuiltinModule\()$/
const TYPE_ONLY = /\b(?:import|export)\s+type\b(?:(?!\b(?:import|export)\b)[^;])*$/
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|void|delete|await|yield))$/

/**
 * Reads TypeScript just well enough to tell code from comments, strings and patterns. TypeScript 7 has no compiler API,
 * and a second parser would be a heavy guest for a few rules. The house style (prettier) does the rest.
 */
export function scan(text: string): Scan {
  const strings: Literal[] = []
  const imports: Import[] = []
  /** Open braces within each template hole that we are in. */
  const holes: number[] = []
  let code = ''
  let line = 1
  let at = 0

  const take = (to: number, keep: boolean): void => {
    const piece = text.slice(at, to)
    line += piece.split('\n').length - 1
    code += keep ? piece : piece.replace(/[^\n]/g, ' ')
    at = to
  }
  const quoted = (quote: string): void => {
    const before = recent(code, 40)
    const start = line
    let end = at + 1
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1
    const literal = { value: text.slice(at + 1, end), line: start }
    strings.push(literal)
    if (BEFORE_SPECIFIER.test(before)) imports.push({ ...literal, typeOnly: TYPE_ONLY.test(recent(code, 4000)) })
    take(at + 1, true)
    take(end, false)
    take(end + 1, true)
  }
  const template = (): void => {
    const start = at
    let end = at
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end)) end += text[end] === '\\' ? 2 : 1
    strings.push({ value: text.slice(start, end), line })
    take(end, false)
    if (text[at] === '`') take(at + 1, true)
    else {
      holes.push(0)
      take(at + 2, true)
    }
  }
  const pattern = (): void => {
    let end = at + 1
    let inClass = false
    while (end < text.length && text[end] !== '\n' && (inClass || text[end] !== '/')) {
      if (text[end] === '[') inClass = true
      if (text[end] === ']') inClass = false
      end += text[end] === '\\' ? 2 : 1
    }
    take(end + 1, false)
  }

  while (at < text.length) {
    const char = text[at] ?? ''
    const inHole = holes.length > 0
    if (text.startsWith('//', at)) take(ending(text, '\n', at), false)
    else if (text.startsWith('/*', at)) take(ending(text, '*/', at) + 2, false)
    else if (char === "'" || char === '"') quoted(char)
    else if (char === '`') {
      take(at + 1, true)
      template()
    } else if (char === '/' && BEFORE_PATTERN.test(recent(code, 40))) pattern()
    else if (char === '{' && inHole) {
      holes.push((holes.pop() ?? 0) + 1)
      take(at + 1, true)
    } else if (char === '}' && inHole) {
      const open = holes.pop() ?? 0
      take(at + 1, true)
      if (open > 0) holes.push(open - 1)
      else template()
    } else take(at + 1, true)
  }
  return { code, strings, imports }
}

/** What stands last, without the space behind it. Looking at all of it each time would make long files slow. */
const recent = (code: string, length: number): string => code.slice(-length).trimEnd() || code.trimEnd().slice(-length)

function ending(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found === -1 ? text.length : found
}

/** The lines of blanked code that hold a match, from 1. */
export function linesWith(code: string, pattern: RegExp): number[] {
  return code.split('\n').flatMap((text, index) => (pattern.test(text) ? [index + 1] : []))
}
