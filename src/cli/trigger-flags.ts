import type { Argv } from 'yargs'
import type { FaultPatch } from '../contract/wire.ts'
import { fromText } from '../contract/from-text.ts'
import { MisuseError } from './misuse.ts'

/** One trigger each, by its place in a fault. */
const FLAGS = {
  first: { place: ['first'], describe: 'Only the first n connections, or requests' },
  nth: { place: ['nth'], describe: 'Only the n-th' },
  every: { place: ['every'], describe: 'Every n-th' },
  after: { place: ['after', 'count'], describe: 'Only those after the first n' },
  'after-time': { place: ['after', 'time'], describe: 'Only so long from now on, for example 30s' },
  'after-bytes': { place: ['after', 'bytes'], describe: 'Only behind so many bytes, for example 1MiB' },
  'after-seen': {
    place: ['after', 'seen'],
    describe: 'Only after a request or connection was seen on that proxy: orders, or "orders:POST /orders"',
  },
  times: { place: ['times'], describe: 'Act at most n times' },
  for: { place: ['for'], describe: 'Only so long from now, for example 30s' },
  pulse: { place: ['pulse'], describe: 'Act and rest in turn, for example 5s/20s' },
  per: { place: ['per'], describe: 'What is counted apart: fault, connection or key' },
} as const satisfies Readonly<Record<string, { readonly place: readonly string[]; readonly describe: string }>>

export function triggerFlags<T>(y: Argv<T>): Argv<T> {
  for (const [flag, { describe }] of Object.entries(FLAGS))
    y.option(flag, { type: 'string', describe, group: 'Trigger:' })
  return y.option('one-of', {
    type: 'string',
    describe: 'group=weight: of the faults of a group at most one acts, each with its weight',
    group: 'Trigger:',
  })
}

/** Undefined when no flag was given. @throws MisuseError */
export function triggerFrom(args: object): FaultPatch['trigger'] {
  const given = args as Readonly<Record<string, string | undefined>>
  const trigger: Record<string, unknown> = {}
  for (const [flag, { place }] of Object.entries(FLAGS)) {
    const text = given[flag]
    if (text === undefined) continue
    const [name, inner] = place as readonly [string, string?]
    const value = flag === 'pulse' ? pulse(text) : flag === 'after-seen' ? sighting(text) : number(text)
    trigger[name] = inner === undefined ? value : { ...(trigger[name] as object | undefined), [inner]: value }
  }
  return Object.keys(trigger).length === 0 ? undefined : (trigger as FaultPatch['trigger'])
}

export function oneOfFrom(args: object): FaultPatch['one_of'] {
  const text = (args as { readonly oneOf?: string }).oneOf
  if (text === undefined) return undefined
  const at = text.lastIndexOf('=')
  if (at < 1) throw new MisuseError(`--one-of is ${JSON.stringify(text)}, but must be group=weight`)
  return { group: text.slice(0, at), weight: number(text.slice(at + 1)) as number }
}

function sighting(text: string): object {
  const found = /^([^:\s]+)(?::([^\s/]+)?\s*(\/\S*)?)?$/.exec(text)
  if (found === null)
    throw new MisuseError(
      `--after-seen is ${JSON.stringify(text)}, but must be a proxy, or a proxy and a request such as "orders:POST /orders"`,
    )
  const [, proxy, method, path] = found
  const match = { ...(method === undefined ? {} : { method: [method] }), ...(path === undefined ? {} : { path }) }
  return { proxy, ...(Object.keys(match).length === 0 ? {} : { match }) }
}

function pulse(text: string): object {
  const [on, off, ...more] = text.split('/')
  if (off === undefined || more.length > 0)
    throw new MisuseError(`--pulse is ${JSON.stringify(text)}, but must be on/off, for example 5s/20s`)
  return { on: number(on ?? ''), off: number(off) }
}

// Not yargs' numbers: those make NaN of what is none, which JSON calls null. The daemon names what it got.
const number = (text: string): unknown => fromText({ type: 'number' }, text)
