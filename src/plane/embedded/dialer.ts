import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { parseAddress } from '../../contract/address.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { NameBook } from './name-book.ts'

/** Both sides of a connection speak with these: no Nagle, half-open allowed, dead peers found in the end. */
export const SOCKET_OPTIONS = Object.freeze({
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 15_000,
})

export type DialOutcome = 'ok' | 'failed' | 'timeout' | 'cancelled'

export interface DialListener {
  dialled(socket: Socket): void
  /** `reason` is a code of the system (ECONNREFUSED) or a short word. */
  dialFailed(outcome: 'failed' | 'timeout', reason: string): void
}

/** One attempt to reach an upstream: look-up, then its addresses in turn, all within one limit. */
export class Dial {
  readonly #listener: DialListener
  readonly #clock: Clock
  readonly #timer: Timer
  #socket: Socket | undefined
  #over = false

  constructor(upstream: string, listener: DialListener, names: NameBook, clock: Clock, limitMs: number) {
    this.#listener = listener
    this.#clock = clock
    this.#timer = clock.at(clock.now() + limitMs, () => this.#fail('timeout', 'ETIMEDOUT'))
    try {
      const address = parseAddress(upstream, 'upstream')
      if (address.is === 'unix') this.#attach(connect({ path: address.path, allowHalfOpen: true }), [], 0)
      else {
        names.resolve(address.host, (error, addresses) => {
          if (this.#over) return
          if (error !== undefined) this.#fail('failed', error)
          else this.#try(addresses, address.port, 'no address')
        })
      }
    } catch (error) {
      // Toxiproxy's API takes any upstream and lets its connections fail.
      if (!(error instanceof FaultlineError)) throw error
      clock.soon(() => this.#fail('failed', error.message))
    }
  }

  cancel(): void {
    if (this.#over) return
    this.#end()
    this.#socket?.destroy()
  }

  #try(addresses: readonly string[], port: number, last: string): void {
    const [host, ...rest] = addresses
    // Never in the turn in which the dial is made: its owner does not have it yet.
    if (host === undefined) this.#clock.soon(() => this.#fail('failed', last))
    else this.#attach(connect({ ...SOCKET_OPTIONS, host, port, autoSelectFamily: false }), rest, port)
  }

  #attach(socket: Socket, rest: readonly string[], port: number): void {
    this.#socket = socket
    const onError = (error: Error & { code?: string }): void => {
      socket.destroy()
      if (!this.#over) this.#try(rest, port, error.code ?? error.message)
    }
    socket.once('error', onError)
    socket.once('connect', () => {
      if (this.#over) return
      this.#end()
      socket.removeListener('error', onError)
      this.#listener.dialled(socket)
    })
  }

  #fail(outcome: 'failed' | 'timeout', reason: string): void {
    if (this.#over) return
    this.#end()
    this.#socket?.destroy()
    this.#listener.dialFailed(outcome, reason)
  }

  #end(): void {
    this.#over = true
    this.#timer.cancel()
  }
}
