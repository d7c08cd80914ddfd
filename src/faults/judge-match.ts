import { nearest } from '../kernel/nearest.ts'
import { parsePath } from '../kernel/json-path.ts'
import { linearRegExp, patternSize } from '../kernel/pattern.ts'
import type { Kind } from '../contract/kind.ts'
import { KNOWN_METHODS } from '../contract/methods.ts'
import { escapePointer } from '../contract/validate.ts'
import type { BodyMatch, Match, SimpleMatch } from '../contract/model.ts'
import type { Problem } from '../contract/errors.ts'

/** Parts of a pattern for bodies. */
const LARGEST_REGEX = 100

type Report = (problem: Problem) => void

/** What a schema cannot say of a match: ranges are IP addresses, patterns compile, and requests belong to exchanges. */
export function judgeMatch(match: Match | undefined, layer: Kind['layer'], pointer: string, report: Report): void {
  if (match === undefined) return
  judgeSimple(match, pointer, report)
  for (const list of ['all', 'any'] as const) {
    for (const [i, one] of (match[list] ?? []).entries()) judgeSimple(one, `${pointer}/${list}/${i}`, report)
  }
  if (match.not !== undefined) judgeSimple(match.not, `${pointer}/not`, report)
  if (layer !== 'exchange') judgeForConnections(match, pointer, report)
}

/** A connection has a client; what its requests will be is not known when the two meet. */
function judgeForConnections(match: Match, pointer: string, report: Report): void {
  for (const [name, one] of [['', match] as const, ...nested(match)]) {
    for (const field of Object.keys(one)) {
      if (['client', 'all', 'any', 'not'].includes(field)) continue
      report({
        pointer: `${pointer}${name}/${field}`,
        message: `${field} is a condition on requests, which a fault on connections or bytes does not see; allowed is client`,
      })
    }
  }
}

function nested(match: Match): [string, SimpleMatch][] {
  const lists = (['all', 'any'] as const).flatMap((name) =>
    (match[name] ?? []).map((one, i): [string, SimpleMatch] => [`/${name}/${i}`, one]),
  )
  return match.not === undefined ? lists : [...lists, ['/not', match.not]]
}

function judgeSimple(match: SimpleMatch, pointer: string, report: Report): void {
  for (const [i, range] of (match.client ?? []).entries()) {
    if (isRange(range)) continue
    report({
      pointer: `${pointer}/client/${i}`,
      message: `client/${i} is ${JSON.stringify(range)}, but must be an IP address or a range such as 10.0.0.0/8 or fd00::/8`,
    })
  }
  for (const [i, method] of (match.method ?? []).entries()) {
    if (KNOWN_METHODS.includes(method)) continue
    const guess = nearest(method, KNOWN_METHODS)
    const hint = guess === undefined ? '' : `; did you mean ${guess}?`
    report({
      pointer: `${pointer}/method/${i}`,
      message: `method/${i} is ${JSON.stringify(method)}, but must be a method that is read as HTTP, such as GET or POST${hint}`,
    })
  }
  judgeRegex('path_regex', match.path_regex, pointer, report)
  if (match.body !== undefined) judgeBody(match.body, `${pointer}/body`, report)
}

/** @returns whether it can be used */
function judgeRegex(field: string, source: string | undefined, pointer: string, report: Report): boolean {
  if (source === undefined) return true
  try {
    linearRegExp(source)
    return true
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    report({ pointer: `${pointer}/${field}`, message: `${field} cannot be used: ${reason}` })
    return false
  }
}

function judgeBody({ regex, json = {} }: BodyMatch, pointer: string, report: Report): void {
  const size = judgeRegex('regex', regex, pointer, report) ? patternSize(regex ?? '') : 0
  if (size > LARGEST_REGEX) {
    const message = `regex is ${size} characters long with its repetitions written out, but must be of ${LARGEST_REGEX} at most: it would hold up all traffic while it looks at a body`
    report({ pointer: `${pointer}/regex`, message })
  }
  for (const [path, condition] of Object.entries(json)) {
    const at = `${pointer}/json/${escapePointer(path)}`
    if (parsePath(path) === undefined) {
      const message = `${JSON.stringify(path)} names no field of a JSON body; write /items/0/price or items[0].price`
      report({ pointer: at, message })
    }
    if (typeof condition !== 'object' || condition === null) continue
    const { min = -Infinity, max = Infinity } = condition
    if (min > max) report({ pointer: `${at}/min`, message: `min is ${min}, which is above max, ${max}: nothing fits` })
  }
}

function isRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const bits = address.includes(':') ? 128 : 32
  const known = bits === 128 ? isIPv6(address) : isIPv4(address)
  return known && more.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
}

const isIPv4 = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) &&
  text.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part)

// Only plane and daemon may ask node:net, and a URL judges an address by the same rules.
const isIPv6 = (text: string): boolean => /^[\da-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`)
