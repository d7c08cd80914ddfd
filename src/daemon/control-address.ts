import { isIP } from 'node:net'
import type { Server } from 'node:net'
import { formatAddress } from '../contract/address.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { Settings } from './settings.ts'

/** Where the control API listens. */
export interface ControlAddress {
  readonly host: string
  readonly port: number
  readonly isLoopback: boolean
}

/**
 * Brackets round an IPv6 address are taken off, and "localhost" is 127.0.0.1, as it is for Toxiproxy.
 * @throws FaultlineError invalid_config when it is not loopback and nothing protects it
 */
export function controlAddress({ host, port, token, insecure }: Settings): ControlAddress {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const name = bare.toLowerCase() === 'localhost' ? '127.0.0.1' : bare
  const isLoopback = isIP(name) !== 0 && /^(127\.|::1$|::ffff:127\.)/i.test(name)
  if (!isLoopback && token === undefined && !insecure) {
    throw new FaultlineError(
      'invalid_config',
      `the control API would be open to everybody who reaches ${host}: it is not a loopback address, and no token is set`,
      { remedy: 'Set a token (--token or FAULTLINE_TOKEN), or say --insecure.' },
    )
  }
  return { host: name, port, isLoopback }
}

export const urlOf = (host: string, port: number): string => `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`

/** Undefined until it listens. */
export function boundAddress(server: Pick<Server, 'address'>): string | undefined {
  const bound = server.address()
  return bound === null || typeof bound === 'string' ? undefined : formatAddress(bound.address, bound.port)
}

/** Why the control API could not listen, with what to do. */
export function cannotListen(url: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return error
  const why = code === 'EADDRINUSE' ? 'another program listens there' : message
  const remedy = 'Free the port, or choose another with --port (0 takes a free one).'
  return new FaultlineError(
    code === 'EADDRINUSE' ? 'address_in_use' : 'listen_failed',
    `the control API cannot listen on ${url}: ${why}`,
    { remedy },
  )
}
