import { rewriteUrl } from '../../client/rewrite-url.ts'
import { nearest } from '../../kernel/nearest.ts'
import { MisuseError } from '../misuse.ts'
import type { AskedProxy } from './asked-proxy.ts'
import { readConnectionString, samePlace } from './connection-string.ts'

/** A proxy that is there, and what leads to it. */
export interface MadeProxy extends AskedProxy {
  /** `host:port` */
  readonly listen: string
}

export interface EnvRules {
  /** `NAME=text`, with `{db}`, `{db.host}`, `{db.port}` and `{db.url}` in it. */
  readonly set: readonly string[]
  /** Whether variables that point at an upstream are to point at its proxy. */
  readonly rewrite: boolean
}

type Env = Readonly<Record<string, string | undefined>>

export interface CommandEnv {
  readonly env: Env
  /** Names of the variables that lead to each proxy, by its name. Their values may hold passwords. */
  readonly variables: Readonly<Record<string, readonly string[]>>
}

/**
 * What the command finds in its environment, in this order: variables that point at an upstream, rewritten; `<NAME>_URL`,
 * `<NAME>_HOST` and `<NAME>_PORT` of each proxy; what the rules set.
 * @throws MisuseError
 */
export function commandEnv(proxies: readonly MadeProxy[], env: Env, { set, rewrite }: EnvRules): CommandEnv {
  const made: Record<string, string | undefined> = { ...env }
  const variables = Object.fromEntries(proxies.map(({ name }) => [name, [] as string[]]))
  const put = (proxy: MadeProxy, variable: string, value: string): void => {
    made[variable] = value
    if (variables[proxy.name]?.includes(variable) === false) variables[proxy.name]?.push(variable)
  }
  for (const [variable, value] of Object.entries(env)) {
    if (!rewrite || value === undefined || variable.startsWith('FAULTLINE_')) continue
    for (const proxy of proxies) {
      const rewritten = rewriteIfThere(value, proxy)
      if (rewritten !== undefined) put(proxy, variable, rewritten)
    }
  }
  for (const proxy of proxies) {
    put(proxy, `${proxy.prefix}_URL`, urlOf(proxy, rewrite ? env[`${proxy.prefix}_URL`] : undefined))
    put(proxy, `${proxy.prefix}_HOST`, hostOf(proxy))
    put(proxy, `${proxy.prefix}_PORT`, portOf(proxy))
  }
  for (const rule of set) {
    const at = rule.indexOf('=')
    if (at < 1) throw new MisuseError('--env must be NAME=text', HOW_ENV)
    const variable = rule.slice(0, at)
    const named = new Set<MadeProxy>()
    made[variable] = rule.slice(at + 1).replaceAll(/\{([A-Za-z0-9][A-Za-z0-9._-]*)\}/g, (_, place: string) => {
      const [proxy, text] = placeOf(place, proxies, made)
      named.add(proxy)
      return text
    })
    for (const proxy of named) put(proxy, variable, made[variable])
  }
  return { env: made, variables }
}

const HOW_ENV = 'Write --env PGPORT={db.port}; there are {db}, {db.host}, {db.port} and {db.url} of each proxy.'

const portOf = ({ listen }: MadeProxy): string => listen.slice(listen.lastIndexOf(':') + 1)
/** Without brackets, as most drivers take it. */
const hostOf = ({ listen }: MadeProxy): string => listen.slice(0, listen.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')

/** The variable that was there keeps all but its address; else the upstream as it was given; else a scheme by protocol. */
function urlOf({ url, listen, input }: MadeProxy, before: string | undefined): string {
  const known = [before, url].find((text) => text !== undefined && readConnectionString(text) !== undefined)
  return known === undefined ? `${input.protocol ?? 'tcp'}://${listen}` : rewriteUrl(known, listen)
}

/** @returns undefined when the value is not, as a whole, the address of the upstream or a connection string with it */
function rewriteIfThere(value: string, { upstream, listen }: MadeProxy): string | undefined {
  const there = readConnectionString(`any://${upstream}`)
  if (there === undefined) return undefined
  const bare = readConnectionString(`any://${value}`)
  if (bare !== undefined && /^[^/?#@]+$/.test(value)) return samePlace(bare, there) ? listen : undefined
  const found = readConnectionString(value)
  return found !== undefined && samePlace(found, there) ? rewriteUrl(value, listen) : undefined
}

function placeOf(place: string, proxies: readonly MadeProxy[], made: Env): readonly [MadeProxy, string] {
  const find = (name: string): MadeProxy | undefined => proxies.find((proxy) => proxy.name === name)
  const whole = find(place)
  if (whole !== undefined) return [whole, whole.listen]
  const at = place.lastIndexOf('.')
  const [proxy, part] = [find(place.slice(0, Math.max(at, 0))), place.slice(at + 1)]
  if (proxy !== undefined && part === 'host') return [proxy, hostOf(proxy)]
  if (proxy !== undefined && part === 'port') return [proxy, portOf(proxy)]
  if (proxy !== undefined && part === 'url') return [proxy, made[`${proxy.prefix}_URL`] ?? '']
  const known = proxies.flatMap(({ name }) => [name, `${name}.host`, `${name}.port`, `${name}.url`])
  const near = nearest(place, known)
  throw new MisuseError(
    `--env names {${place}}, which is not there${near === undefined ? '' : `; did you mean {${near}}?`}`,
    HOW_ENV,
  )
}
