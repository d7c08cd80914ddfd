import { FaultlineError } from './errors.ts'

export type Address =
  { readonly is: 'tcp'; readonly host: string; readonly port: number } | { readonly is: 'unix'; readonly path: string }

/** sun_path holds 108 bytes with the closing zero; the kernel would cut a longer one in silence. */
const LONGEST_UNIX_PATH = 107

/** `host:port`, `[::1]:port`, `:port` (all interfaces) or `unix:/path`. */
export function parseAddress(text: string, what: 'listen' | 'upstream'): Address {
  const wrong = (found: string): never => {
    throw new FaultlineError(
      'invalid_request',
      `${what} ${JSON.stringify(text)} ${found}; allowed are host:port, [ipv6]:port and unix:/path`,
      {
        pointer: `/${what}`,
      },
    )
  }
  if (text.startsWith('unix:')) {
    const path = text.slice(5)
    if (path === '' || path.includes('\0')) return wrong('has no path')
    const length = Buffer.byteLength(path)
    if (length > LONGEST_UNIX_PATH)
      return wrong(`is a path of ${length} bytes, more than the ${LONGEST_UNIX_PATH} that a unix socket can have`)
    return { is: 'unix', path }
  }
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text)
  if (parts === null) return wrong(isIPv6(text) ? 'is an IPv6 address without brackets and port' : 'has no port')
  const host = parts[1] ?? parts[2] ?? ''
  if (parts[1] !== undefined && !isIPv6(host)) return wrong('has brackets round what is not an IPv6 address')
  const port = parts[3] ?? ''
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return wrong(`has port ${JSON.stringify(port)}, not a number from 0 to 65535`)
  if (what === 'upstream' && Number(port) === 0) return wrong('has port 0, which nobody listens on')
  if (what === 'upstream' && host === '') return wrong('has no host')
  if (host !== '' && !isIPv6(host) && !/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/.test(host))
    return wrong('has a host that is no name or address')
  return { is: 'tcp', host, port: Number(port) }
}

export function formatAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

/** Only plane and daemon may ask node:net, and a URL judges an address by the same rules. */
function isIPv6(host: string): boolean {
  return host.includes(':') && !host.includes('%') && URL.canParse(`http://[${host}]/`)
}

/** A dual-stack socket reports IPv4 clients as ::ffff:a.b.c.d. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '')
}

/** Whether what is asked for is what is bound already: spellings of one address, or port 0 on the same host. */
export function sameListen(asked: string, bound: string): boolean {
  if (asked === bound) return true
  try {
    const [a, b] = [parseAddress(asked, 'listen'), parseAddress(bound, 'listen')]
    if (a.is === 'unix' || b.is === 'unix') return false
    return plainHost(a.host) === plainHost(b.host) && (a.port === 0 || a.port === b.port)
  } catch {
    return false
  }
}

/** Whether one who listens on `bound` keeps others from `asked`: an address for all clashes with each. */
export function clash(asked: string, bound: string): boolean {
  if (asked === bound) return true
  try {
    const [a, b] = [parseAddress(asked, 'listen'), parseAddress(bound, 'listen')]
    if (a.is === 'unix' || b.is === 'unix' || a.port !== b.port) return false
    const hosts = [plainHost(a.host), plainHost(b.host)]
    return hosts.includes('any') || hosts[0] === hosts[1]
  } catch {
    return false
  }
}

function plainHost(host: string): string {
  if (host === 'localhost') return '127.0.0.1'
  return host === '' || host === '0.0.0.0' || host === '::' ? 'any' : host.toLowerCase()
}

/** Whether two listen addresses have a port, or a path, in common, so that both cannot be bound at once. */
export function sharesPort(a: string, b: string): boolean {
  try {
    const [left, right] = [parseAddress(a, 'listen'), parseAddress(b, 'listen')]
    if (left.is === 'tcp' && right.is === 'tcp') return left.port !== 0 && left.port === right.port
    return left.is === 'unix' && right.is === 'unix' && left.path === right.path
  } catch {
    return false
  }
}
