import { SETTING_LIST, type Setting } from '../daemon/settings.ts'
import { nearest } from '../kernel/nearest.ts'
import { MisuseError } from './misuse.ts'

export interface ServeArgs {
  /** Values of settings by their path, as typed. */
  readonly flags: ReadonlyMap<string, string>
  readonly config: string | undefined
  readonly help: boolean
  readonly version: boolean
}

/** Toxiproxy's `-proxy-metrics` is taken and changes nothing: these metrics are always there. */
const SWITCHES: readonly string[] = ['help', 'h', 'version', 'proxy-metrics']

const isSwitch = (setting: Setting): boolean => setting.schema['type'] === 'boolean'
const isList = (setting: Setting): boolean => setting.schema['type'] === 'array'

/**
 * The flags of `serve`. Not through yargs, whose loading would be a third of the time to start; and because Toxiproxy's
 * flags (`-host x`, `-port=1`) must work too, which yargs reads as bundles of letters.
 * @throws MisuseError
 */
export function parseServeArgs(args: readonly string[]): ServeArgs {
  const byFlag = new Map(SETTING_LIST.map((setting) => [setting.flag, setting]))
  const known = [...byFlag.keys(), ...SWITCHES.filter((name) => name.length > 1), 'config']
  const flags = new Map<string, string>()
  const switches = new Set<string>()
  let config: string | undefined
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    const found = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(arg)
    if (found === null) throw unexpected(arg)
    const typed = found[1] ?? ''
    const name = typed.toLowerCase().replaceAll(/[._]/g, '-')
    const negated = byFlag.get(name.replace(/^no-/, ''))
    const setting = byFlag.get(name)
    if (setting === undefined && name.startsWith('no-') && negated !== undefined && isSwitch(negated)) {
      flags.set(negated.path, 'false')
    } else if (SWITCHES.includes(name)) switches.add(name)
    else if (setting !== undefined && isSwitch(setting)) flags.set(setting.path, found[2] ?? 'true')
    else if (setting === undefined && name !== 'config') throw unknown(arg, name, known)
    else {
      const value = found[2] ?? args[++index]
      if (value === undefined) throw new MisuseError(`serve: --${name} needs a value, and none follows`, HELP)
      if (setting === undefined) config = value
      else flags.set(setting.path, isList(setting) ? join(flags.get(setting.path), value) : value)
    }
  }
  return { flags, config, help: switches.has('help') || switches.has('h'), version: switches.has('version') }
}

const HELP = '`faultline serve --help` lists the flags.'

const join = (before: string | undefined, value: string): string =>
  before === undefined ? value : `${before},${value}`

function unexpected(arg: string): MisuseError {
  return new MisuseError(`serve: ${JSON.stringify(arg)} is not understood: it takes flags only`, HELP)
}

function unknown(arg: string, name: string, known: readonly string[]): MisuseError {
  const guess = nearest(name, known)
  return new MisuseError(
    `serve: there is no flag ${arg}${guess === undefined ? '' : `; did you mean --${guess}?`}`,
    HELP,
  )
}
