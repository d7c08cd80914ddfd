import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { linesWith } from './scan.ts'
import { allFiles, read, sourceFiles } from './tree.ts'

/** Files that only put things together grow first, so they are held shorter. */
const LONGEST = { root: 150, source: 300, test: 400 }
const ROOTS = new Set(['src/daemon/main.ts', 'src/control/app.ts', 'src/cli/bin.ts'])

const VAGUE = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'common', 'misc', 'shared', 'index', 'stuff'])
/** The doors for suites that need more than Node: they name what is missing, and fail where it is required. */
const NAMED_SKIPS = new Set([
  'test/services/service.ts',
  'test/packaging/image.test.ts',
  'test/services/commands.ts',
  'test/services/quorum.test.ts',
])
/** What `exports` of package.json points to, as it stands in src. */
const DOORS = new Set(
  [...JSON.stringify(JSON.parse(read('package.json')).exports ?? {}).matchAll(/"\.\/dist\/([^"]+)\.js"/g)].map(
    ([, path]) => `src/${path}.ts`,
  ),
)
const isText = (path: string): boolean => !/\.(png|ico|gz|tgz|sock)$/.test(path) && path !== 'package-lock.json'

test('files stay short enough to read in one go', () => {
  const found = sourceFiles('src', 'test', 'scripts', 'bench').flatMap(({ path, text }) => {
    if (path.endsWith('.gen.ts')) return []
    const lines = text.split('\n').length - 1
    const limit = ROOTS.has(path) ? LONGEST.root : path.startsWith('test/') ? LONGEST.test : LONGEST.source
    return lines > limit ? [`${path} has ${lines} lines, ${limit} are allowed: split it`] : []
  })
  expect(found).toEqual([])
})

test('names say what a file is for, in kebab-case', () => {
  const found = sourceFiles('src', 'test', 'scripts', 'bench').flatMap(({ path }) => {
    const name = basename(path).replace(/(\.test|\.gen)?\.ts$/, '')
    const vague = path
      .replace(/\.ts$/, '')
      .split(/[/.-]/)
      .filter((word) => VAGUE.has(word))
    // A kind's file carries its wire name, which is snake_case.
    const shape =
      path.startsWith('src/faults/kinds/') || path.startsWith('test/faults/') ? /^[a-z0-9_-]+$/ : /^[a-z0-9-]+$/
    return [
      ...vague.map((word) => `${path}: "${word}" says nothing about what is in it`),
      ...(shape.test(name) ? [] : [`${path}: the name is not in kebab-case`]),
    ]
  })
  expect(found).toEqual([])
})

test('nothing exported is named for being a helper or a manager', () => {
  const found = sourceFiles('src').flatMap(({ path, code }) =>
    linesWith(code, /^export .*\b(class|function|const|interface|type) \w*(Manager|Helpers?|Utils?)\b/).map(
      (line) => `${path}:${line} is named for nothing it does`,
    ),
  )
  expect(found).toEqual([])
})

test('there are no barrel files but the doors of the package', () => {
  const found = sourceFiles('src').filter(({ path, code }) => {
    const statements = code.split('\n').filter((line) => line.trim() !== '')
    return (
      !path.endsWith('.gen.ts') &&
      !DOORS.has(path) &&
      statements.length > 0 &&
      statements.every((line) => /^export (type )?[*{]/.test(line))
    )
  })
  expect(found.map(({ path }) => path)).toEqual([])
})

test('nothing is left for later', () => {
  const leftover = new RegExp(
    `\\b(${['TO', 'FIX'].map((word) => word + (word === 'TO' ? 'DO' : 'ME')).join('|')}|X{3}|HA[C]K)\\b`,
  )
  const found = allFiles()
    .filter(isText)
    .flatMap((path) => linesWith(read(path), leftover).map((line) => `${path}:${line}`))
  expect(found).toEqual([])
})

test('no file names a place that exists on one machine only, or the host of a registry', () => {
  const places =
    /(?<![\w.~$}-])\/(work|farm|root|home\/\w+|Users\/\w+)\/|\/tmp\/bash|registry\.[a-z]+\.(com|org|net|io|dev)\b|npmjs\.(org|com)|[a-z]\.debian\.org/
  const found = allFiles()
    .filter((path) => isText(path) && path !== 'test/tidy/files.test.ts')
    .flatMap((path) => linesWith(read(path), places).map((line) => `${path}:${line}`))
  const locked = linesWith(read('package-lock.json'), /"resolved": "https?:/).map((line) => `package-lock.json:${line}`)
  expect([...found, ...locked]).toEqual([])
})

test('no test is focused, left for later, or skipped for an unnamed reason', () => {
  const found = sourceFiles('test').flatMap(({ path, code }) =>
    linesWith(code, /\b(test|it|describe)(\.\w+)*\.(only|todo|fails|skip|skipIf|runIf)\b|\bcontext\.skip\(|\bretry:/)
      .filter(() => !NAMED_SKIPS.has(path))
      .map((line) => `${path}:${line}`),
  )
  expect(found).toEqual([])
})
