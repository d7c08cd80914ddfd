import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { existsSync, lstatSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { FaultlineError } from '../../contract/errors.ts'
import type { Clock } from '../../kernel/clock.ts'
import { formatAddress, parseAddress } from '../../contract/address.ts'
import type { Address } from '../../contract/address.ts'
import { SOCKET_OPTIONS } from './dialer.ts'
import type { NameBook } from './name-book.ts'

/** Node's default of 511 turns bursts of connects into retransmitted SYNs. The kernel caps it at somaxconn. */
const BACKLOG = 4096

/** A host name to listen on is looked up for at most this long. */
const NAME_MS = 2000

export interface Listening {
  readonly server: Server
  readonly address: Address
}

/** @throws FaultlineError (address_in_use, address_not_available, listen_failed) */
export async function listen(
  listenOn: string,
  names: NameBook,
  clock: Clock,
  onSocket: (socket: Socket) => void,
): Promise<Listening> {
  const asked = parseAddress(listenOn, 'listen')
  const address = asked.is === 'tcp' ? { ...asked, host: await resolveHost(asked.host, listenOn, names, clock) } : asked
  try {
    return await bind(address, onSocket)
  } catch (error) {
    if (address.is === 'unix' && codeOf(error) === 'EADDRINUSE' && (await isLeftover(address.path))) {
      unlinkSync(address.path)
      return bind(address, onSocket).catch((again: unknown) => refuse(listenOn, again))
    }
    return refuse(listenOn, error)
  }
}

function bind(address: Address, onSocket: (socket: Socket) => void): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, onSocket)
    server.once('error', reject)
    const where = address.is === 'unix' ? { path: address.path } : { host: address.host || '::', port: address.port }
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.removeListener('error', reject)
      // An accept that fails (EMFILE) is not the end of the listener.
      server.on('error', () => {})
      const bound = server.address()
      if (address.is === 'tcp' && bound !== null && typeof bound === 'object') {
        resolve({ server, address: { is: 'tcp', host: bound.address, port: bound.port } })
      } else resolve({ server, address })
    })
  })
}

function resolveHost(host: string, listenOn: string, names: NameBook, clock: Clock): Promise<string> {
  if (host === '') return Promise.resolve('')
  return new Promise((resolve, reject) => {
    const late = (): void => reject(cannot(listenOn, `the look-up of ${host} took more than ${NAME_MS} ms`))
    const timer = clock.at(clock.now() + NAME_MS, late)
    names.resolve(host, (error, [first]) => {
      timer.cancel()
      if (first === undefined) reject(cannot(listenOn, `${host} has no address (${error ?? 'empty answer'})`))
      else resolve(first)
    })
  })
}

/** A socket file that nobody answers on was left by a dead process. Anything else stays. */
function isLeftover(path: string): Promise<boolean> {
  // A connect to a plain file is refused too, and that file is somebody's.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', (error: Error & { code?: string }) => resolve(error.code === 'ECONNREFUSED'))
  })
}

function refuse(listenOn: string, error: unknown): never {
  const code = codeOf(error)
  if (code === 'EADDRINUSE') {
    throw new FaultlineError('address_in_use', `cannot listen on ${listenOn}: address already in use`, {
      pointer: '/listen',
    })
  }
  if (code === 'EADDRNOTAVAIL') {
    throw new FaultlineError(
      'address_not_available',
      `cannot listen on ${listenOn}: this machine has no such address`,
      { pointer: '/listen' },
    )
  }
  throw cannot(listenOn, code === 'EACCES' ? whyDenied(listenOn) : String(code))
}

/** The system's word for a folder that is not there is the same as for one that is not ours. */
function whyDenied(listenOn: string): string {
  const folder = listenOn.startsWith('unix:') ? dirname(listenOn.slice('unix:'.length)) : undefined
  return folder === undefined || existsSync(folder) ? 'permission denied' : `there is no folder ${folder}`
}

function cannot(listenOn: string, why: string): FaultlineError {
  return new FaultlineError('listen_failed', `cannot listen on ${listenOn}: ${why}`, { pointer: '/listen' })
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as Error & { code?: string }).code ?? error.message) : String(error)
}

export function addressText(address: Address): string {
  return address.is === 'unix' ? `unix:${address.path}` : formatAddress(address.host, address.port)
}
