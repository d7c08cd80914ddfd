import { BlockList, isIPv6 } from 'node:net'
import type { Match } from '../../contract/model.ts'

export type Matcher = (unit: { readonly client: string }) => boolean

/** Undefined when everything matches. */
export function compileMatch(match: Match | undefined): Matcher | undefined {
  const { client } = match ?? {}
  if (client === undefined) return undefined
  const list = new BlockList()
  for (const range of client) {
    const [address = '', prefix] = range.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (unit) => list.check(unit.client, isIPv6(unit.client) ? 'ipv6' : 'ipv4')
}
