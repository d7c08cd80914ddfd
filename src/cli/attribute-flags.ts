import type { Argv } from 'yargs'
import type { JsonSchema } from '../contract/attributes.ts'
import type { KindView } from '../contract/api.ts'
import { fromText } from '../contract/from-text.ts'
import { nearest } from '../kernel/nearest.ts'
import { MisuseError } from './misuse.ts'

/** Flags that yargs does not know are left for `attributesFrom`: which there are depends on the kind. */
export const looseFlags = <T>(y: Argv<T>): Argv<T> =>
  y.parserConfiguration({ 'unknown-options-as-args': true }).strict(false).option('attribute', {
    alias: 'a',
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'name=value, for an attribute whose name is a flag of its own',
  }) as unknown as Argv<T>

/**
 * The flags behind the names of a command, read by the schema of the kind: `--latency 200ms`, `--average-size=1KiB`.
 * @throws MisuseError naming the nearest attribute
 */
export function attributesFrom(kind: KindView, args: object, command = 'fault add'): Readonly<Record<string, unknown>> {
  const { _: words, attribute = [] } = args as { _: readonly (string | number)[]; attribute?: readonly string[] }
  const properties = kind.attributes['properties'] as Readonly<Record<string, JsonSchema>>
  const attributes: Record<string, unknown> = {}
  const set = (typed: string, name: string, text: string): void => {
    const schema = properties[name]
    if (schema === undefined) throw unknown(kind, typed, name, Object.keys(properties), command)
    attributes[name] = fromText(schema, text)
  }
  const tokens = words.map(String).slice(words.findIndex((word) => String(word).startsWith('-')))
  const given = words.some((word) => String(word).startsWith('-')) ? tokens : []
  for (let index = 0; index < given.length; index++) {
    const typed = given[index] ?? ''
    const found = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(typed)
    if (found === null) throw new MisuseError(`${JSON.stringify(typed)} is not understood: flags are expected here`)
    const name = (found[1] ?? '').replaceAll('-', '_')
    const isSwitch = properties[name]?.['type'] === 'boolean'
    const next = given[index + 1]
    const value = found[2] ?? (isSwitch ? 'true' : next)
    if (found[2] === undefined && !isSwitch) index++
    if (value === undefined && properties[name] !== undefined)
      throw new MisuseError(`${typed} needs a value, and none follows`)
    set(`--${found[1] ?? ''}`, name, value ?? '')
  }
  for (const pair of attribute) {
    const [name = '', ...rest] = pair.split('=')
    if (rest.length === 0) throw new MisuseError(`--attribute ${pair} must be name=value`)
    set(name, name, rest.join('='))
  }
  return attributes
}

function unknown(
  { kind }: KindView,
  typed: string,
  name: string,
  known: readonly string[],
  command: string,
): MisuseError {
  const guess = nearest(name, known)
  const flag = (attribute: string): string => `--${attribute.replaceAll('_', '-')}`
  const hint = guess === undefined ? '' : `; did you mean ${flag(guess)}?`
  const allowed = known.length === 0 ? `${kind} has no attributes` : `${kind} has ${known.map(flag).join(', ')}`
  return new MisuseError(
    `there is no flag ${typed}${hint}`,
    `${allowed}; \`faultline ${command} --help\` lists the flags of every fault.`,
  )
}
