import type { ProxyInput } from '../../contract/wire.ts'
import { parseAddress } from '../../contract/address.ts'
import { MisuseError } from '../misuse.ts'
import { readConnectionString } from './connection-string.ts'

/** A proxy that `exec` is to make. */
export interface AskedProxy {
  readonly name: string
  /** In front of its variables: `orders-db` has ORDERS_DB_URL. */
  readonly prefix: string
  readonly upstream: string
  /** The upstream as a connection string, where it was given as one. */
  readonly url: string | undefined
  readonly input: Omit<ProxyInput, 'faults'>
}

const HOW = 'Write --proxy name=host:port, or --proxy name=http://host:port for one that sees requests.'

/** Of the texts `name=upstream`. @throws MisuseError */
export function readProxies(texts: readonly string[]): readonly AskedProxy[] {
  const proxies = texts.map(readProxy)
  for (const [i, { name, prefix }] of proxies.entries()) {
    const other = proxies.slice(0, i).find((one) => one.prefix === prefix)
    if (other !== undefined) {
      throw new MisuseError(`proxies ${other.name} and ${name} would both set ${prefix}_URL`, 'Give them other names.')
    }
  }
  return proxies
}

function readProxy(text: string): AskedProxy {
  const at = text.indexOf('=')
  // Nothing of the value is quoted: it may hold a password.
  if (at < 1 || at === text.length - 1) throw new MisuseError('--proxy must be name=upstream', HOW)
  const [name, given] = [text.slice(0, at), text.slice(at + 1)]
  const wrong = (found: string): MisuseError => new MisuseError(`the upstream of --proxy ${name} ${found}`, HOW)
  let upstream = given
  let url: string | undefined
  let scheme: string | undefined
  if (given.includes('://')) {
    const found = readConnectionString(given)
    if (found === undefined) throw wrong('is no connection string with one host and a port')
    url = given
    scheme = found.scheme
    upstream = `${found.host}:${found.port}`
  } else {
    try {
      parseAddress(given, 'upstream')
    } catch (error) {
      throw wrong(`is not valid: ${(error as Error).message}`)
    }
  }
  return {
    name,
    prefix: name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_'),
    upstream,
    url,
    // Profiles find their targets by label as well as by name.
    input: { upstream, to: name, ...(scheme === 'http' || scheme === 'ws' ? { protocol: 'http' } : {}) },
  }
}
