import { linearRegExp } from '../kernel/pattern.ts'
import type { Kind } from '../contract/kind.ts'
import type { Match, SimpleMatch } from '../contract/model.ts'
import type { Problem } from '../contract/errors.ts'

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
  if (match.path_regex === undefined) return
  try {
    linearRegExp(match.path_regex)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    report({ pointer: `${pointer}/path_regex`, message: `path_regex cannot be used: ${reason}` })
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
