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

/**
 * How many places a linear engine may stand at while it reads one character: its time is this by the length of the
 * text, and a text of 64 KiB by 100 is half a second at worst. Counted repetitions are written out.
 */
export function patternSize(source: string): number {
  /** Sizes of what is open: the last is what is being read. */
  const open: number[] = [0]
  let last = 0
  const add = (size: number): void => {
    last = size
    open.push((open.pop() ?? 0) + size)
  }
  for (const [part, count] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\{\d+,?(\d*)\}|[^]/g)) {
    if (part === '(') open.push(0)
    else if (part === ')' && open.length > 1) add(open.pop() ?? 0)
    else if (count !== undefined) add(last * (Math.max(Number.parseInt(part.slice(1), 10), Number(count)) - 1))
    else if (!/^[)|*+?]$/.test(part)) add(1)
  }
  return open.reduce((sum, size) => sum + size, 0)
}

/** `*` is any text without `/`, `**` any text, `?` one character; all else stands for itself. The whole must match. */
export function glob(pattern: string): Pick<RegExp, 'test'> {
  // The linear engine is slow, and most texts differ before the first wildcard.
  const literal = pattern.replace(/[*?][^]*/, '')
  if (literal === pattern) return { test: (text) => text === pattern }
  const source = pattern.replaceAll(/\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**') return '[^]*'
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : `\\${part}`
  })
  const whole = linearRegExp(`^${source}$`)
  return { test: (text) => text.startsWith(literal) && whole.test(text) }
}
