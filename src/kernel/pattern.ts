import { setFlagsFromString } from 'node:v8'

/** V8's own flag for its non-backtracking engine. */
const LINEAR = 'l'

let linear = false

/**
 * A regular expression that runs in linear time, by V8's non-backtracking engine: a pattern from outside cannot
 * stop the loop, however it is built.
 * @throws SyntaxError with V8's reason when it is no expression, or cannot run in linear time (look-arounds, back-references)
 */
export function linearRegExp(source: string): RegExp {
  if (!linear) {
    setFlagsFromString('--enable-experimental-regexp-engine')
    linear = true
  }
  return new RegExp(source, LINEAR)
}

/** `*` is any text without `/`, `**` any text, `?` one character; all else stands for itself. The whole must match. */
export function glob(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**') return '[^]*'
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : `\\${part}`
  })
  return linearRegExp(`^${source}$`)
}
