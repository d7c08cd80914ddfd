import { request as send } from 'node:http'
import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { RequestAnswer } from '../../../contract/exchange.ts'
import type { Clock } from '../../../kernel/clock.ts'
import { collect } from './collect.ts'
import type { ExchangeLane } from './exchange-lane.ts'
import { FieldNames } from './field-names.ts'
import { fromRaw } from './headers.ts'
import { AS_IT_CAME, ForwardOptions, LENGTH, outgoingHeaders, trailers } from './outgoing.ts'
import type { Outgoing, Target } from './outgoing.ts'
import { Abandoned } from './patience.ts'
import type { Patience } from './patience.ts'
import { UpstreamFailed, brokenOff } from './upstream-failed.ts'
import type { Watched } from './watched-exchange.ts'

/** `clock` is that of the fault. */
export type Repeat = Extract<RequestAnswer, { do: 'repeat' }> & { readonly clock: Clock }

/** An answer, and its body where that was read already. */
export interface Answered {
  readonly response: IncomingMessage
  readonly body: Buffer | undefined
}

const NOTHING = Buffer.alloc(0)
/** What http-proxy does not keep. */
const SPECIAL = new FieldNames(['expect', 'transfer-encoding'])

/** Sends one exchange's request upstream, once or more often, by http-proxy where that keeps it as it is. */
export class Sender {
  readonly #lane: ExchangeLane
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #watched: Watched
  readonly #patience: Patience
  /** Told of a failure after the answer began. */
  readonly #brokeOff: () => void
  #arrived: ((response: IncomingMessage | Error) => void) | undefined
  #up: ClientRequest | undefined
  readonly #hasBody: boolean

  constructor(
    lane: ExchangeLane,
    { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
    watched: Watched,
    patience: Patience,
    brokeOff: () => void,
  ) {
    this.#lane = lane
    this.#req = req
    this.#res = res
    this.#watched = watched
    this.#patience = patience
    this.#brokeOff = brokeOff
    this.#hasBody = saysLength(req.rawHeaders)
  }

  /** Each answer but the one that is kept is read to its end, so that each request was really served. */
  async times(out: Outgoing, { times, keep, gap, clock }: Repeat): Promise<Answered> {
    const whole = { ...out, body: out.body ?? NOTHING }
    let kept: Answered | undefined
    for (let n = 1; n <= times; n++) {
      if (n > 1 && gap > 0) await this.#patience.until(clock.now() + gap, clock)
      const response = await this.forward(whole)
      if (n === times && keep === 'last') return { response, body: undefined }
      const body = await this.read(response)
      if (body === undefined) await this.drained(response)
      if (n === 1 && keep === 'first' && body !== undefined) kept = { response, body }
    }
    if (kept === undefined) throw new UpstreamFailed('the first answer was too large to keep', 'fin')
    return kept
  }

  /** The upstream socket for what becomes a tunnel. */
  async take(): Promise<Socket> {
    const { agent } = this.#lane
    if (!agent.atHand) await this.#patience.hold(agent.dial())
    return agent.take()
  }

  /** Sends the request. @returns the answer, as soon as its head is here */
  forward(out: Outgoing): Promise<IncomingMessage> {
    const { agent } = this.#lane
    if (this.#patience.abandoned) return Promise.reject(new Abandoned())
    return agent.atHand ? this.#exchange(out) : this.#patience.hold(agent.dial()).then(() => this.#exchange(out))
  }

  #exchange(out: Outgoing): Promise<IncomingMessage> {
    return this.#patience.wait<IncomingMessage>((resolve, reject) => {
      this.#arrived = (result) => (result instanceof Error ? reject(failure(result)) : resolve(result))
      this.#send(out)
    })
  }

  #send(out: Outgoing): void {
    const { agent, shared, connection, target } = this.#lane
    // A chunked body may end with trailers, announced or not.
    const special = out.method === 'TRACE' || out.headers.some(([name]) => SPECIAL.has(name))
    this.#watched.sent(connection.shop.clock.now())
    if (special || out.body !== undefined) this.#sendOurselves(out, target)
    else {
      const req = this.#req
      req.method = out.method
      req.url = out.target
      req.headers = outgoingHeaders(out) as IncomingHttpHeaders
      shared.proxy.web(req, this.#res, { target, agent, ssl: new ForwardOptions() })
    }
    // Behind the pipe's own listener, so that it starts nothing by itself.
    if (out.body === undefined && this.#hasBody)
      this.#req.on('data', (chunk: Buffer) => (this.#watched.requestBytes += chunk.length))
  }

  #sendOurselves(out: Outgoing, target: Target): void {
    const { method, target: path } = out
    const agent = this.#lane.agent as unknown as Agent
    const up = send({ ...target, agent, method, path, headers: outgoingHeaders(out), ...AS_IT_CAME })
    this.requested(up)
    up.on('response', (response) => this.answered(response))
    up.on('error', (error) => this.failed(error))
    if (out.body !== undefined) {
      up.end(out.body)
      return
    }
    // Before pipe's own listener, which ends the request.
    this.#req.once('end', () => up.addTrailers(trailers(this.#req)))
    this.#req.pipe(up)
  }

  /** The answer's body, whole. @returns undefined when it is larger than faults may have it; then it is untouched */
  read(response: IncomingMessage): Promise<Buffer | undefined> {
    return this.#patience.hold(
      collect(response, this.#lane.connection.shop.bodyForFaults).catch((error: Error) => {
        throw brokenOff(response.socket?.errored ?? error)
      }),
    )
  }

  /** The rest is read and forgotten; where it breaks off there is no more to wait for. */
  drained(response: IncomingMessage): Promise<void> {
    if (response.readableEnded || response.destroyed) return Promise.resolve()
    response.resume()
    return this.#patience.hold(
      new Promise<void>((over) => {
        response.once('end', over)
        response.once('close', over)
      }),
    )
  }

  // ---- what http-proxy and node:http say

  requested(up: ClientRequest): void {
    this.#up = up
    if (this.#lane.callerEnded) this.end()
    // Node would say content-length: 0 or chunked of a request that says neither.
    if (!this.#hasBody) up.useChunkedEncodingByDefault = false
    up.on('information', (info) => {
      if (this.#req.httpVersion !== '1.1' || this.#res.headersSent) return
      const fields = fromRaw(info.rawHeaders)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')
      this.#lane.port.write(Buffer.from(`HTTP/1.1 ${info.statusCode} ${info.statusMessage}\r\n${fields}\r\n`, 'latin1'))
    })
  }

  answered(response: IncomingMessage): void {
    const arrived = this.#arrived
    this.#arrived = undefined
    arrived?.(response)
  }

  failed(error: Error): void {
    const arrived = this.#arrived
    this.#arrived = undefined
    if (arrived !== undefined) arrived(error)
    else this.#brokeOff()
  }

  /** The caller ended its side: the upstream hears it behind the request, as it would without us. */
  end(): void {
    const up = this.#up
    if (up === undefined) return
    const end = (): void => void up.socket?.end()
    if (up.writableFinished) end()
    else up.once('finish', end)
  }

  stop(): void {
    this.#up?.destroy()
  }
}

const failure = (error: Error): UpstreamFailed => (error instanceof UpstreamFailed ? error : brokenOff(error))

/** A request that does not has no body. */
function saysLength(raw: readonly string[]): boolean {
  for (let i = 0; i < raw.length; i += 2) {
    if (LENGTH.has(raw[i] ?? '')) return true
  }
  return false
}
