import { BlockList, isIPv6 } from 'node:net'
import type { HeaderList, RequestHead } from '../../contract/exchange.ts'
import type { BodyMatch, Match, SimpleMatch } from '../../contract/model.ts'
import { compileBody } from './body-match.ts'
import type { MatchedBody } from './body-match.ts'
import { glob, linearRegExp } from '../../kernel/pattern.ts'

/** What a match looks at: a connection, or an exchange and what is known of its body. */
export interface Looked {
  readonly client: string
  readonly request?: RequestHead | undefined
  readonly body?: MatchedBody | undefined
}

export type Matcher = (unit: Looked) => boolean

/** What stands for a condition on a body; `wanted` is false where it must not hold. */
type BodyPart = (body: BodyMatch, wanted: boolean) => Matcher

const lookedAt: BodyPart = (match) => {
  const fits = compileBody(match)
  return ({ body }) => body !== undefined && fits(body)
}

const names = ({ all = [], any = [], not, ...match }: Match, field: keyof SimpleMatch): boolean =>
  [match, ...all, ...any, not].some((one) => one?.[field] !== undefined)

/** Whether a match holds; undefined when that depends on a body that is not there. */
export type Judge = (unit: Looked) => boolean | undefined

export interface CompiledJudge {
  readonly judge: Judge
  readonly looksAtBody: boolean
  readonly looksAtClient: boolean
}

/** Undefined when everything matches. */
export function compileJudge(match: Match | undefined): CompiledJudge | undefined {
  const judge = compileMatch(match)
  if (match === undefined || judge === undefined) return undefined
  const looksAtClient = names(match, 'client')
  if (!names(match, 'body')) return { judge, looksAtBody: false, looksAtClient }
  // Whatever the body may be: can it hold, and must it?
  const can = compileMatch(match, (_body, wanted) => () => wanted) as Matcher
  const must = compileMatch(match, (_body, wanted) => () => !wanted) as Matcher
  return {
    looksAtBody: true,
    looksAtClient,
    judge: (unit) => {
      if (!can(unit)) return false
      if (must(unit)) return true
      return unit.body?.plain === undefined ? undefined : judge(unit)
    },
  }
}

/** Undefined when everything matches. Conditions on requests hold for no bare connection. */
export function compileMatch(match: Match | undefined, onBody: BodyPart = lookedAt): Matcher | undefined {
  if (match === undefined) return undefined
  const every = (one: SimpleMatch, wanted = true): Matcher => allOf(simple(one, onBody, wanted))
  const parts = simple(match, onBody, true)
  if (match.all !== undefined) parts.push(...match.all.map((one) => every(one)))
  if (match.any !== undefined) {
    const any = match.any.map((one) => every(one))
    parts.push((unit) => any.some((one) => one(unit)))
  }
  if (match.not !== undefined) {
    const not = every(match.not, false)
    parts.push((unit) => !not(unit))
  }
  if (match.exclude !== undefined) {
    const excluded = match.exclude.map(glob)
    parts.push(({ request }) => request !== undefined && !excluded.some((one) => one.test(request.path)))
  }
  return parts.length === 0 ? undefined : allOf(parts)
}

/** A loop: `every` would make a function for each unit. */
const allOf = (parts: readonly Matcher[]): Matcher =>
  parts.length === 1 && parts[0] !== undefined
    ? parts[0]
    : (unit) => {
        for (const part of parts) if (!part(unit)) return false
        return true
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
  if (field === 'body') {
    const { json = {}, ...rest } = value as BodyMatch
    const parts: [string, BodyMatch][] = [
      ...Object.entries(rest).map(([name, one]): [string, BodyMatch] => [name, { [name]: one }]),
      ...Object.entries(json).map(([path, one]): [string, BodyMatch] => [`json/${path}`, { json: { [path]: one } }]),
    ]
    return parts.find(([, body]) => compileMatch({ body })?.(unit) === false)?.[0]
  }
  if (field !== 'query' && field !== 'headers') return undefined
  return Object.entries(value as object).find(
    ([name, pattern]) => compileMatch({ [field]: { [name]: pattern as string } })?.(unit) === false,
  )?.[0]
}

function simple(match: SimpleMatch, onBody: BodyPart, wanted: boolean): Matcher[] {
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
    const path = remembering(linearRegExp(match.path_regex))
    onRequest((request) => path(request.path))
  }
  if (match.host !== undefined) {
    const host = glob(match.host.toLowerCase())
    onRequest(({ headers }) =>
      someValue(headers, 'host', (value) => host.test(value.replace(/:\d*$/, '').toLowerCase())),
    )
  }
  for (const [name, pattern] of Object.entries(match.query ?? {})) {
    const value = glob(pattern)
    onRequest(({ query }) => new URLSearchParams(query ?? '').getAll(name).some((one) => value.test(one)))
  }
  for (const [name, pattern] of Object.entries(match.headers ?? {})) {
    const value = glob(pattern)
    const lower = name.toLowerCase()
    onRequest(({ headers }) => someValue(headers, lower, (one) => value.test(one)))
  }
  if (match.body !== undefined) parts.push(onBody(match.body, wanted))
  return parts
}

/** The linear engine is slow, and requests for the same come one behind the other. */
function remembering(pattern: RegExp): (text: string) => boolean {
  let last: string | undefined
  let fits = false
  return (text) => {
    if (text !== last) {
      fits = pattern.test(text)
      last = text
    }
    return fits
  }
}

function someValue(headers: HeaderList, lower: string, test: (value: string) => boolean): boolean {
  for (const [name, value] of headers)
    if (name.length === lower.length && name.toLowerCase() === lower && test(value)) return true
  return false
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
