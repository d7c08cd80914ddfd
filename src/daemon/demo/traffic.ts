import { get } from 'node:http'
import { connect } from 'node:net'
import type { Clock } from '../../kernel/clock.ts'

/** How one request of the demo's client went. Times are moments on the monotonic clock. */
export interface Sample {
  readonly to: string
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: Outcome
}

export type Outcome = 'ok' | 'refused' | 'reset' | 'timed out' | 'cut short'

export interface TrafficOptions {
  readonly clock: Clock
  /** host:port of what speaks HTTP, and of what echoes; names for both. */
  readonly http: { readonly name: string; readonly address: string }
  readonly echo: { readonly name: string; readonly address: string }
  readonly timeoutMs: number
  onSample(sample: Sample): void
}

/** Callers at the same time, and how long each rests between two requests. */
const HTTP_CALLERS = 6
const ECHO_CALLERS = 3
const REST_MS = 30

/** A client that calls as long as it is let, each request on a new connection, and notes how each one went. */
export class Traffic {
  readonly #options: TrafficOptions
  #stopped = false
  readonly #callers: Promise<void>[] = []

  constructor(options: TrafficOptions) {
    this.#options = options
  }

  start(): void {
    const { clock, http, echo, timeoutMs } = this.#options
    for (let i = 0; i < HTTP_CALLERS; i++) {
      this.#callers.push(this.#call(http.name, () => callHttp(clock, http.address, timeoutMs)))
    }
    for (let i = 0; i < ECHO_CALLERS; i++) {
      this.#callers.push(this.#call(echo.name, () => callEcho(clock, echo.address, timeoutMs)))
    }
  }

  /** Settles when the requests under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#callers)
  }

  async #call(to: string, request: () => Promise<Outcome>): Promise<void> {
    const { clock } = this.#options
    while (!this.#stopped) {
      const startedAt = clock.now()
      const outcome = await request()
      this.#options.onSample({ to, startedAt, endedAt: clock.now(), outcome })
      await new Promise<void>((resolve) => void clock.at(clock.now() + REST_MS, resolve))
    }
  }
}

function callHttp(clock: Clock, address: string, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = get(`http://${address}/orders`, { agent: false }, (response) => {
      response.resume()
      response.once('end', () => settle(response.complete ? 'ok' : 'cut short'))
      response.once('error', (error) => settle(outcomeOf(error)))
    })
    const timer = clock.at(clock.now() + timeoutMs, () => settle('timed out'))
    const settle = (outcome: Outcome): void => {
      timer.cancel()
      resolve(outcome)
      request.destroy()
    }
    request.on('error', (error) => settle(outcomeOf(error)))
  })
}

const MESSAGE = Buffer.from('are you there, and do you say what I say?\n')

function callEcho(clock: Clock, address: string, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const [host = '', port = ''] = address.split(':')
    const socket = connect(Number(port), host, () => socket.write(MESSAGE))
    const timer = clock.at(clock.now() + timeoutMs, () => settle('timed out'))
    const settle = (outcome: Outcome): void => {
      timer.cancel()
      resolve(outcome)
      socket.destroy()
    }
    let received = 0
    socket.on('data', (chunk) => {
      received += chunk.length
      if (received >= MESSAGE.length) settle('ok')
    })
    socket.once('end', () => settle('cut short'))
    socket.on('error', (error) => settle(outcomeOf(error)))
  })
}

function outcomeOf(error: NodeJS.ErrnoException): Outcome {
  if (error.code === 'ECONNREFUSED') return 'refused'
  return error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'cut short'
}
