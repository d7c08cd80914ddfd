import { BlockList, isIPv6 } from 'node:net'
import type { HeaderList, RequestHead } from '../../contract/exchange.ts'
import type { Match, SimpleMatch } from '../../contract/model.ts'
import { glob, linearRegExp } from '../../kernel/pattern.ts'

export type Matcher = (unit: { readonly client: string; readonly request?: RequestHead | undefined }) => boolean

/** Undefined when everything matches. Conditions on requests hold for no bare connection. */
export function compileMatch(match: Match | undefined): Matcher | undefined {
  if (match === undefined) return undefined
  const parts = simple(match)
  if (match.all !== undefined) parts.push(...match.all.map(every))
  if (match.any !== undefined) {
    const any = match.any.map(every)
    parts.push((unit) => any.some((one) => one(unit)))
  }
  if (match.not !== undefined) {
    const not = every(match.not)
    parts.push((unit) => !not(unit))
  }
  if (match.exclude !== undefined) {
    const excluded = match.exclude.map(glob)
    parts.push(({ request }) => request !== undefined && !excluded.some((one) => one.test(request.path)))
  }
  return parts.length === 0 ? undefined : (unit) => parts.every((part) => part(unit))
}

/** The first condition that does not hold, as a path into the match; undefined when all do. */
export function failedCondition(match: Match, unit: Parameters<Matcher>[0]): string | undefined {
  for (const [field, value] of Object.entries<unknown>({ ...match })) {
    if (compileMatch({ [field]: value })?.(unit) !== false) continue
    const inner = field === 'not' ? undefined : innerCondition(field, value, unit)
    return inner === undefined ? field : `${field}/${inner}`
  }
  return undefined
}

function innerCondition(field: string, value: unknown, unit: Parameters<Matcher>[0]): string | undefined {
  if (field === 'all') {
    for (const [i, one] of (value as readonly SimpleMatch[]).entries()) {
      const failed = failedCondition(one, unit)
      if (failed !== undefined) return `${i}/${failed}`
    }
  }
  if (field !== 'query' && field !== 'headers') return undefined
  return Object.entries(value as object).find(
    ([name, pattern]) => compileMatch({ [field]: { [name]: pattern as string } })?.(unit) === false,
  )?.[0]
}

function every(match: SimpleMatch): Matcher {
  const parts = simple(match)
  return (unit) => parts.every((part) => part(unit))
}

function simple(match: SimpleMatch): Matcher[] {
  const parts: Matcher[] = []
  const onRequest = (test: (request: RequestHead) => boolean): void => {
    parts.push(({ request }) => request !== undefined && test(request))
  }
  if (match.client !== undefined) parts.push(clients(match.client))
  if (match.method !== undefined) {
    const methods = new Set(match.method)
    onRequest(({ method }) => methods.has(method))
  }
  if (match.path !== undefined) {
    const path = glob(match.path)
    onRequest((request) => path.test(request.path))
  }
  if (match.path_regex !== undefined) {
    const path = linearRegExp(match.path_regex)
    onRequest((request) => path.test(request.path))
  }
  if (match.host !== undefined) {
    const host = glob(match.host.toLowerCase())
    onRequest(({ headers }) =>
      values(headers, 'host').some((value) => host.test(value.replace(/:\d*$/, '').toLowerCase())),
    )
  }
  for (const [name, pattern] of Object.entries(match.query ?? {})) {
    const value = glob(pattern)
    onRequest(({ query }) => new URLSearchParams(query ?? '').getAll(name).some((one) => value.test(one)))
  }
  for (const [name, pattern] of Object.entries(match.headers ?? {})) {
    const value = glob(pattern)
    onRequest(({ headers }) => values(headers, name.toLowerCase()).some((one) => value.test(one)))
  }
  return parts
}

function values(headers: HeaderList, name: string): string[] {
  return headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value)
}

function clients(ranges: readonly string[]): Matcher {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (unit) => list.check(unit.client, isIPv6(unit.client) ? 'ipv6' : 'ipv4')
}
