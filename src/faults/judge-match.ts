import type { Match } from '../contract/model.ts'
import type { Problem } from '../contract/errors.ts'

/** Client ranges have to be IP addresses, with a prefix that fits where there is one. */
export function judgeMatch(match: Match | undefined, pointer: string, report: (problem: Problem) => void): void {
  for (const [i, range] of (match?.client ?? []).entries()) {
    if (isRange(range)) continue
    report({
      pointer: `${pointer}/client/${i}`,
      message: `client/${i} is ${JSON.stringify(range)}, but must be an IP address or a range such as 10.0.0.0/8 or fd00::/8`,
    })
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
