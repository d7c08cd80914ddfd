import { glob } from '../../kernel/pattern.ts'

/** Stands for all words that are left. */
const REST = '**'

/**
 * Whether one of the lines allows this command. Word by word, each a glob (`*` is any text without a slash), so that no
 * word of the command can pass for two; `**` at the end takes whatever follows.
 */
export const allowsCommand = (lines: readonly string[], argv: readonly string[]): boolean =>
  lines.some((line) => {
    const words = line.trim().split(/\s+/)
    const open = words.at(-1) === REST
    const fixed = open ? words.slice(0, -1) : words
    return (
      fixed.length > 0 &&
      (open ? argv.length >= fixed.length : argv.length === fixed.length) &&
      fixed.every((word, i) => glob(word).test(argv[i] ?? ''))
    )
  })
