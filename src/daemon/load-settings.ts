import { fromText } from '../contract/from-text.ts'
import { FaultlineError, type Problem } from '../contract/errors.ts'
import type { JsonSchema } from '../contract/attributes.ts'
import { nearest } from '../kernel/nearest.ts'
import { checkValue } from './check-value.ts'
import type { ConfigFile } from './config-file.ts'
import { SETTINGS, SETTING_LIST, isGroup, settingsIn, type Setting, type Settings } from './settings.ts'

/** Where a value came from, in rising order of strength. */
export type SettingSource = 'default' | 'config' | 'environment' | 'flag'

export interface LoadedSettings {
  readonly settings: Settings
  readonly sources: ReadonlyMap<string, SettingSource>
  /** What was understood but looks like a mistake; for the log. */
  readonly warnings: readonly string[]
}

export interface SettingLayers {
  /** Values of flags by the path of the setting, as typed. */
  readonly flags?: ReadonlyMap<string, string>
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly config?: ConfigFile | undefined
}

/** Used by the CLI, or set by it for others; not settings. */
const OTHER_ENV = [
  'FAULTLINE_URL',
  'FAULTLINE_CONFIG',
  'FAULTLINE_REQUIRE_SERVICES',
  'FAULTLINE_SCOPE',
  'FAULTLINE_TOXIPROXY_URL',
]

/** @throws FaultlineError invalid_config naming each flag or variable that is wrong, with what is allowed */
export function loadSettings({ flags = new Map(), env = {}, config }: SettingLayers): LoadedSettings {
  const values = new Map<string, unknown>(config?.values)
  const sources = new Map<string, SettingSource>([...values.keys()].map((path) => [path, 'config']))
  const problems: Problem[] = []
  const warnings: string[] = []
  const take = (setting: Setting, name: string, raw: unknown, source: SettingSource): void => {
    const value = checkValue(setting.schema, raw, [name], ({ message }) => problems.push({ pointer: '', message }))
    values.set(setting.path, value)
    sources.set(setting.path, source)
  }
  for (const setting of SETTING_LIST) {
    const { path, schema } = setting
    const found = envOf(setting, env, warnings)
    if (found !== undefined) take(setting, found.name, fromText(schema, found.text), 'environment')
    const given = flags.get(path)
    if (given !== undefined) take(setting, `--${setting.flag}`, fromText(schema, given), 'flag')
  }
  warnings.push(...strangeNames(env))
  if (problems.length > 0) {
    throw new FaultlineError('invalid_config', 'the daemon did not start: a setting is not valid', { problems })
  }
  return { settings: complete(SETTINGS, '', values) as Settings, sources, warnings }
}

function envOf(
  { path, env: name }: Setting,
  env: SettingLayers['env'] & object,
  warnings: string[],
): { name: string; text: string } | undefined {
  const text = env[name]
  // A Kubernetes service called "faultline" sets FAULTLINE_PORT=tcp://10.0.0.1:8474 in every pod beside it.
  if (path === 'port' && text?.startsWith('tcp://') === true) {
    warnings.push(
      `${name}=${text} was ignored: it is the link of a Kubernetes service (enableServiceLinks: false turns it off)`,
    )
    return undefined
  }
  if (text !== undefined && text !== '') return { name, text }
  return path === 'log_level' ? toxiproxyLogLevel(env['LOG_LEVEL'], warnings) : undefined
}

const LOG_WORDS: Readonly<Record<string, string>> = { warning: 'warn', panic: 'fatal', disabled: 'silent' }

/** LOG_LEVEL belongs to many programs, so a word that is not known is passed over. */
function toxiproxyLogLevel(text: string | undefined, warnings: string[]): { name: string; text: string } | undefined {
  if (text === undefined || text === '') return undefined
  const level = LOG_WORDS[text.toLowerCase()] ?? text.toLowerCase()
  const schema = SETTINGS.properties['log_level'] as JsonSchema
  if ((schema['enum'] as readonly string[]).includes(level)) return { name: 'LOG_LEVEL', text: level }
  warnings.push(
    `LOG_LEVEL=${text} was ignored: it is no level (known are ${(schema['enum'] as readonly string[]).join(', ')})`,
  )
  return undefined
}

/** Only names that are near to one of ours: Kubernetes and others set FAULTLINE_* of their own. */
function* strangeNames(env: SettingLayers['env'] & object): Generator<string> {
  const known = [...SETTING_LIST.map((setting) => setting.env), ...OTHER_ENV]
  for (const name of Object.keys(env)) {
    if (!name.startsWith('FAULTLINE_') || known.includes(name)) continue
    const guess = nearest(name, known)
    if (guess !== undefined) yield `${name} was ignored: it is no setting; did you mean ${guess}?`
  }
}

function complete(schema: JsonSchema, prefix: string, values: ReadonlyMap<string, unknown>): object {
  const entries = settingsIn(schema).map(([name, child]) => {
    const path = prefix + name
    return [name, isGroup(child) ? complete(child, `${path}.`, values) : (values.get(path) ?? child['default'])]
  })
  return Object.freeze(Object.fromEntries(entries) as object)
}
