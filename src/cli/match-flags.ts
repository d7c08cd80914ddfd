import type { Argv } from 'yargs'
import type { BodyMatch, Match, SimpleMatch } from '../contract/model.ts'
import { MisuseError } from './misuse.ts'

type Field = Exclude<keyof SimpleMatch, 'body'> | 'exclude' | `body.${keyof BodyMatch}`

/** How a field of a match is given: one text, a list of them, or name=glob pairs. */
interface FieldFlag {
  readonly flag: string
  readonly takes: 'one' | 'list' | 'pairs'
  readonly describe: string
}

/** The compiler holds this to the fields that there are. */
const FLAGS: Readonly<Record<Field, FieldFlag>> = {
  client: {
    flag: 'match-client',
    takes: 'list',
    describe: 'Only clients of this address or range, for example 10.0.0.0/8',
  },
  method: { flag: 'match-method', takes: 'list', describe: 'Only requests with this method' },
  path: { flag: 'match-path', takes: 'one', describe: 'Only paths like this: * within a segment, ** across' },
  path_regex: { flag: 'match-path-regex', takes: 'one', describe: 'Only paths that this regular expression fits' },
  host: { flag: 'match-host', takes: 'one', describe: 'Only requests for this host (a glob)' },
  query: { flag: 'match-query', takes: 'pairs', describe: 'name=glob: only with such a query parameter' },
  headers: { flag: 'match-header', takes: 'pairs', describe: 'name=glob: only with such a header field' },
  'body.contains': { flag: 'match-body', takes: 'one', describe: 'Only requests with this text in their body' },
  'body.regex': {
    flag: 'match-body-regex',
    takes: 'one',
    describe: 'Only requests in whose body this regular expression finds something',
  },
  'body.json': {
    flag: 'match-body-json',
    takes: 'pairs',
    describe: 'path=glob: only with such a value in a JSON body, for example /customer/tier=gold',
  },
  exclude: { flag: 'match-exclude', takes: 'list', describe: 'Leave such paths alone, for example /healthz' },
}

const BODY = 'body.'
const inBody = (field: string): boolean => field.startsWith(BODY)

const FIELDS = Object.entries(FLAGS) as readonly [Field, FieldFlag][]

export function matchFlags<T>(y: Argv<T>): Argv<T> {
  for (const [, { flag, takes, describe }] of FIELDS)
    y.option(flag, {
      type: 'string',
      array: takes !== 'one',
      ...(takes === 'one' ? {} : { nargs: 1 }),
      describe,
      group: 'Match:',
    })
  return y
}

/** Undefined when no flag was given. @throws MisuseError */
export function matchFrom(args: object): Match | undefined {
  const given = args as Readonly<Record<string, string | readonly string[] | undefined>>
  const fields = FIELDS.flatMap(([field, { flag, takes }]): [string, unknown][] => {
    const value = given[flag]
    if (value === undefined) return []
    return [[field, takes === 'pairs' ? pairs(flag, value as readonly string[]) : value]]
  })
  if (fields.length === 0) return undefined
  const [own, body] = [fields.filter(([field]) => !inBody(field)), fields.filter(([field]) => inBody(field))]
  const inner = Object.fromEntries(body.map(([field, value]) => [field.slice(BODY.length), value]))
  return { ...Object.fromEntries(own), ...(body.length === 0 ? {} : { body: inner }) }
}

export function pairs(flag: string, texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new MisuseError(`--${flag} is ${JSON.stringify(text)}, but must be name=value`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}
