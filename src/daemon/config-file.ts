import { FaultlineError, type Problem } from '../contract/errors.ts'
import type { ProxyInput } from '../contract/wire.ts'
import { checkNames, checkValue, isRecord, type Report } from './check-value.ts'
import { SETTINGS, isGroup, settingsIn } from './settings.ts'
import type { JsonSchema } from '../contract/attributes.ts'
import { readPopulate } from './toxiproxy-config.ts'
import { show } from '../contract/validate.ts'
import { parseYaml, type Path, type Place, type YamlSource } from '../experiment/yaml-source.ts'

/** A config file, read and checked as far as it can be without the kinds of faults. */
export interface ConfigFile {
  readonly file: string
  /** Settings that it gives, by path, in base units. */
  readonly values: ReadonlyMap<string, unknown>
  readonly proxies: Readonly<Record<string, ProxyInput>>
  /** Toxiproxy's shape: read as leniently as its /populate. */
  readonly isToxiproxy: boolean
  /** The error as a user can follow it: each problem of the proxies with file, line and column. */
  locate(error: FaultlineError): FaultlineError
}

/** Beside settings and proxies a file may say for editors which schema it follows. */
const OTHER_NAMES = ['proxies', '$schema']

/** @throws FaultlineError invalid_config with every problem, each as `file:line:column: ...` */
export function readConfig(file: string, text: string): ConfigFile {
  const source = parseYaml(text)
  const found: Found[] = source.syntax.map(({ place, message }) => ({ place, pointer: '', message }))
  const report: Report = ({ path, message, at }) => {
    found.push({ place: source.place(path, at), pointer: pointer(path), message })
  }
  const values = new Map<string, unknown>()
  const root = source.value ?? {}
  let proxies: Readonly<Record<string, ProxyInput>> = {}
  let pathOf = (path: Path): Path => ['proxies', ...path]
  if (Array.isArray(root)) {
    const populated = readPopulate(root, report)
    proxies = populated.proxies
    pathOf = populated.pathOf
  } else if (found.length === 0 && !isRecord(root)) {
    report({ path: [], message: `a config is a map of settings and proxies, found ${show(root)}`, at: 'value' })
  } else if (isRecord(root)) {
    readSettings(SETTINGS, root, [], values, report)
    proxies = readProxies(root['proxies'], report)
  }
  if (found.length > 0) throw invalid(file, inOrder(file, found))
  return {
    file,
    values,
    proxies,
    isToxiproxy: Array.isArray(root),
    locate: (error) => located(file, source, error, pathOf),
  }
}

function readSettings(
  schema: JsonSchema,
  given: object,
  path: Path,
  values: Map<string, unknown>,
  report: Report,
): void {
  const names = settingsIn(schema).map(([name]) => name)
  checkNames(given, path.length === 0 ? [...names, ...OTHER_NAMES] : names, path, 'setting', report)
  for (const [name, child] of settingsIn(schema)) {
    const value = (given as Record<string, unknown>)[name]
    if (value === undefined) continue
    const here = [...path, name]
    // A group whose settings are all commented out reads as null.
    if (isGroup(child)) {
      if (isRecord(value)) readSettings(child, value, here, values, report)
      else if (value !== null)
        report({
          path: here,
          message: `${here.join('.')} must be a map of settings, found ${show(value)}`,
          at: 'value',
        })
    } else values.set(here.join('.'), checkValue(child, value, here, report))
  }
}

function readProxies(value: unknown, report: Report): Readonly<Record<string, ProxyInput>> {
  if (value === undefined || value === null) return {}
  if (!isRecord(value)) {
    report({
      path: ['proxies'],
      message: `proxies must be a map of proxies by name, found ${show(value)}`,
      at: 'value',
    })
    return {}
  }
  for (const [name, proxy] of Object.entries(value)) {
    if (!isRecord(proxy)) {
      report({
        path: ['proxies', name],
        message: `proxies.${name} must be a map with at least an upstream, found ${show(proxy)}`,
        at: 'value',
      })
    }
  }
  return value as Readonly<Record<string, ProxyInput>>
}

interface Found extends Problem {
  readonly place: Place
}

/** As somebody meets them who reads the file. */
function inOrder(file: string, found: readonly Found[]): readonly Problem[] {
  return found
    .toSorted(({ place: a }, { place: b }) => a.line - b.line || a.column - b.column)
    .map(({ place, pointer: at, message }) => ({
      pointer: at,
      message: `${file}:${place.line}:${place.column}: ${message}`,
    }))
}

export const pointer = (path: Path): string =>
  path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const pathOfPointer = (text: string): Path =>
  text
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))

function invalid(file: string, problems: readonly Problem[]): FaultlineError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new FaultlineError('invalid_config', `${file} is not valid: ${count}`, { problems })
}

/** The registry names fields from the proxies on (`/db/faults/0/kind`, with or without `/proxies`); the file knows lines. */
function located(
  file: string,
  source: YamlSource,
  error: FaultlineError,
  pathOf: (path: Path) => Path,
): FaultlineError {
  const found = error.problems.length > 0 ? error.problems : [{ pointer: error.pointer ?? '', message: error.message }]
  const placed = found.map((one) => {
    const path = pathOfPointer(one.pointer)
    return { ...one, place: source.place(pathOf(path[0] === 'proxies' ? path.slice(1) : path), 'name') }
  })
  return new FaultlineError(error.code, `${file} is not valid: ${error.message}`, {
    problems: inOrder(file, placed),
    remedy: error.remedy,
  })
}
