import { expect, test } from 'vitest'
import { judge, type Exception } from './exceptions.ts'
import { linesWith } from './scan.ts'
import { sourceFiles } from './tree.ts'

/** What the world outside gives or takes, and the rooms that may touch it. */
const GLOBALS: readonly (readonly [name: string, pattern: RegExp, rooms: readonly string[], instead: string])[] = [
  ['Date', /(?<![.\w])Date\b(?!\s*:)/, ['kernel'], 'take a Clock'],
  ['performance', /(?<![.\w])performance\b(?!\s*:)/, ['kernel'], 'take a Clock'],
  ['process.hrtime', /\bprocess\.(hrtime|uptime)\b/, ['kernel'], 'take a Clock'],
  // A method of that name, as node:http asks of its sockets, is no timer.
  ['timers', /(?<![.\w])(setTimeout|setInterval|setImmediate)\b(?!\(\)?: this)/, ['kernel'], 'take a Clock'],
  ['Math.random', /\bMath\.random\b/, ['kernel', 'runner'], 'take a Random'],
  ['process.env', /\bprocess\.env\b/, ['daemon', 'cli', 'runner'], 'take a setting'],
  [
    'process.exit',
    /\bprocess\.(exit|exitCode|abort)\b/,
    // Programs of their own, each the root of a process.
    ['daemon', 'cli', 'host/programs'],
    'throw, and let the root decide',
  ],
  ['process.kill', /\bprocess\.kill\b/, ['daemon', 'cli', 'host'], 'signals are sent by host alone'],
  ['fetch', /(?<![.\w])fetch\(/, ['plane', 'cli', 'client'], 'only clients speak HTTP'],
  ['console', /(?<![.\w])console\./, ['cli', 'embed'], 'take a Log'],
  ['eval', /(?<![.\w])(eval\(|new Function\b|Function\()/, [], 'nothing is evaluated as code'],
]

const EXCEPTIONS: readonly Exception[] = []

test('time, chance, the environment and the network come in as arguments', () => {
  const found = GLOBALS.flatMap(([name, pattern, rooms, instead]) =>
    sourceFiles('src')
      .filter(({ path }) => !rooms.some((room) => path.startsWith(`src/${room}/`)))
      .flatMap(({ path, code }) => linesWith(code, pattern).map((line) => `${path}:${line} ${instead}, not ${name}`)),
  )
  expect(judge(found, EXCEPTIONS)).toEqual([])
})

test('types are not silenced outside the erased boundary', () => {
  const erased = new Set(['src/contract/host.ts', 'src/contract/kind.ts', 'src/contract/exchange.ts'])
  const silencers = /@ts-ignore|@ts-nocheck|@ts-expect-error|(eslint|oxlint)-disable|\bas any\b/
  const found = sourceFiles('src', 'scripts', 'bench')
    .filter(({ path }) => !erased.has(path))
    .flatMap(({ path, text }) => linesWith(text, silencers).map((line) => `${path}:${line} silences a check`))
  expect(found).toEqual([])
})
