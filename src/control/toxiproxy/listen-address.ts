import { ToxiproxyError } from './toxiproxy-error.ts'

/**
 * Refuses what cannot be an address to listen on, in the words of Go's net package.
 * @param prefix `listen tcp: ` where Toxiproxy would have noticed while listening, nothing where it compares addresses
 * @throws ToxiproxyError 500
 */
export function checkListen(listen: string, prefix: '' | 'listen tcp: '): void {
  if (listen === '' || listen.startsWith('unix:')) return
  const refuse = (why: string): never => {
    throw new ToxiproxyError(500, `${prefix}address ${listen}: ${why}`)
  }
  const colons = listen.split(':').length - 1
  if (colons === 0 || listen.endsWith(']')) return refuse('missing port in address')
  if (listen.startsWith('[') ? !/^\[[^[\]]*\]:[^:]*$/.test(listen) : colons > 1) {
    return refuse(
      listen.startsWith('[') && !listen.includes(']') ? "missing ']' in address" : 'too many colons in address',
    )
  }
  const port = listen.slice(listen.lastIndexOf(':') + 1)
  if (port === '') return
  if (!/^[+-]?\d+$/.test(port)) return refuseLookup(prefix, port)
  if (!/^\d+$/.test(port) || Number(port) > 65_535)
    throw new ToxiproxyError(500, `${prefix}address ${port}: invalid port`)
}

function refuseLookup(prefix: string, port: string): never {
  throw new ToxiproxyError(500, `${prefix}address tcp/${port}: unknown port`)
}

/** What an address asked for is to the plane. Empty means any port of loopback, not of every interface as Toxiproxy has it. */
export function listenInput(asked: string): string {
  if (isEmpty(asked)) return '127.0.0.1:0'
  return asked.endsWith(':') && !asked.startsWith('unix:') ? `${asked}0` : asked
}

/** An update or populate that names no address leaves the proxy where it stands. */
export const keepsListen = isEmpty

function isEmpty(asked: string): boolean {
  return asked === '' || asked === ':' || asked === ':0'
}
