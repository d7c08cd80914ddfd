import { expect, test } from 'vitest'
import { judge, type Exception } from './exceptions.ts'
import type { Import } from './scan.ts'
import { allFiles, packageOf, resolve, sourceFiles, type SourceFile } from './tree.ts'

/** Lowest first; rooms on one floor are siblings that do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['kernel'],
  ['contract'],
  ['faults', 'plane', 'metrics', 'host'],
  ['registry'],
  ['experiment'],
  ['control'],
  ['daemon'],
  ['client'],
  ['cli', 'embed'],
  ['runner'],
]

/** These speak HTTP to a daemon, so of the floors between they may name only these. */
const NARROWER: Readonly<Record<string, readonly string[]>> = {
  client: ['kernel', 'contract'],
  cli: ['kernel', 'contract', 'client', 'daemon'],
  embed: ['kernel', 'contract', 'client', 'daemon'],
  runner: ['kernel', 'contract', 'client', 'embed'],
}

/** Packages and built-in modules that one room keeps to itself. */
const KEPT_BY: readonly (readonly [pattern: RegExp, rooms: readonly string[]])[] = [
  [/^node:(net|http|https|http2|tls|dgram|dns|dns\/promises)$/, ['plane', 'daemon']],
  [/^node:(child_process|worker_threads|cluster)$/, ['host']],
  [/^node:(timers|timers\/promises|perf_hooks)$/, ['kernel']],
  [/^(fastify|@fastify\/.*|light-my-request|fastify-plugin)$/, ['control']],
  [/^prom-client$/, ['metrics']],
  [/^(yargs|yargs-parser|picocolors)$/, ['cli']],
  [/^http-proxy$/, ['plane']],
  [/^toxiproxy-node-client$/, ['plane/toxiproxy']],
  [/^(pino|close-with-grace|chokidar)$/, ['daemon']],
  [/^ajv(\/.*)?$/, ['contract']],
]

/** These rest on Node alone, whoever else may use a package. */
const NO_PACKAGES = ['kernel', 'contract', 'faults', 'registry']

const MODULE_EXCEPTIONS: readonly Exception[] = [
  {
    file: 'src/cli/exec/run-command.ts',
    what: 'node:child_process',
    because: '`faultline exec` is there to run a program; no fault does it',
  },
  {
    file: 'src/plane/embedded/stalled-listener.ts',
    what: 'node:worker_threads',
    because: 'connects stay unanswered only behind a thread that never returns to its loop',
  },
  {
    file: 'src/host/programs/hold-connections.ts',
    what: 'node:net',
    because: 'it holds connections in a process of its own, so that the descriptors of the daemon are not spent',
  },
  ...['src/runner/jest-commonjs.ts', 'src/embed/engine-worker.ts'].map((file) => ({
    file,
    what: 'node:worker_threads',
    because: "jest's loader cannot load the engine, and that of a thread can",
  })),
]

const PACKAGE_EXCEPTIONS: readonly Exception[] = [
  {
    file: 'src/contract/validate.ts',
    what: 'ajv',
    because: 'attributes are JSON Schema, and one validator judges them everywhere',
  },
]

/** Words that mean something else as well. */
const KIND_NAME_EXCEPTIONS: readonly Exception[] = [
  {
    file: 'src/plane/embedded/dialer.ts',
    what: 'timeout',
    because: 'an outcome of dialling, on the wire and in the metrics',
  },
  { file: 'src/plane/embedded/connection.ts', what: 'timeout', because: 'an outcome of dialling, as above' },
]

const roomOf = (path: string): string => path.split('/')[1] ?? ''
const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room))

const eachImport = (judgeImport: (file: SourceFile, specifier: string, kept: Import) => string | undefined): string[] =>
  sourceFiles('src').flatMap((file) =>
    file.imports.flatMap((found) => {
      const wrong = judgeImport(file, found.value, found)
      return wrong === undefined ? [] : [`${file.path}:${found.line} ${wrong}`]
    }),
  )

test('every room stands on a floor', () => {
  const rooms = new Set(sourceFiles('src').map(({ path }) => roomOf(path)))
  expect([...rooms].filter((room) => floorOf(room) === -1)).toEqual([])
})

test('a file imports from lower floors only, and siblings do not know each other', () => {
  const found = eachImport((file, specifier) => {
    if (packageOf(specifier) !== undefined) return undefined
    const from = roomOf(file.path)
    const to = roomOf(resolve(file.path, specifier))
    if (from === to) return undefined
    if (floorOf(to) >= floorOf(from)) return `${from} may not import from ${to}`
    const allowed = NARROWER[from]
    return allowed === undefined || allowed.includes(to)
      ? undefined
      : `${from} speaks HTTP and may not import from ${to}`
  })
  expect(found).toEqual([])
})

test('modules and packages stay in the room that keeps them', () => {
  const found = eachImport((file, specifier, { typeOnly }) => {
    const name = packageOf(specifier)
    // The type of a request opens no socket.
    if (typeOnly && specifier.startsWith('node:')) return undefined
    const kept = KEPT_BY.find(([pattern]) => name !== undefined && pattern.test(name))
    return kept === undefined || kept[1].some((room) => file.path.startsWith(`src/${room}/`))
      ? undefined
      : `only ${kept[1].join(' and ')} may use ${String(name)}`
  })
  expect(judge(found, MODULE_EXCEPTIONS)).toEqual([])
})

test('the lowest floors use no third-party package', () => {
  const found = eachImport((file, specifier) => {
    const name = packageOf(specifier)
    const room = file.path.startsWith('src/plane/embedded/') ? 'plane/embedded' : roomOf(file.path)
    if (name === undefined || name.startsWith('node:') || name === 'http-proxy') return undefined
    return [...NO_PACKAGES, 'plane/embedded'].includes(room) ? `${room} may not use the package ${name}` : undefined
  })
  expect(judge(found, PACKAGE_EXCEPTIONS)).toEqual([])
})

test('relative imports name a file with its extension that is in src', () => {
  const known = new Set(allFiles('src'))
  const found = eachImport((file, specifier) => {
    if (packageOf(specifier) !== undefined || specifier.endsWith('.json')) return undefined
    return known.has(resolve(file.path, specifier)) ? undefined : `there is no file ${specifier}`
  })
  expect(found).toEqual([])
})

test('built-in modules carry their node: prefix', () => {
  const bare = new Set(['fs', 'net', 'http', 'https', 'tls', 'path', 'os', 'url', 'util', 'events', 'stream', 'crypto'])
  expect(eachImport((_, specifier) => (bare.has(specifier) ? `write node:${specifier}` : undefined))).toEqual([])
})

test('imports make no cycle when the program runs; only types may point back, within a room', () => {
  const graph = new Map(
    sourceFiles('src').map((file) => [
      file.path,
      file.imports.flatMap(({ value, typeOnly }) =>
        packageOf(value) === undefined && !typeOnly ? [resolve(file.path, value)] : [],
      ),
    ]),
  )
  const cycles: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    else if (!done.has(path)) {
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
  }
  for (const path of graph.keys()) visit(path, [])
  expect(cycles).toEqual([])
})

test('only the catalogue knows the names of kinds: the plane carries out effects', () => {
  const kinds = new Set(
    sourceFiles('src/faults/kinds').flatMap(({ path }) => /([a-z0-9_]+)\.ts$/.exec(path)?.[1] ?? []),
  )
  const found = sourceFiles('src/plane').flatMap((file) =>
    file.strings
      .filter(({ value }) => kinds.has(value))
      .map(({ value, line }) => `${file.path}:${line} names the kind ${value}`),
  )
  expect(judge(found, KIND_NAME_EXCEPTIONS)).toEqual([])
})
