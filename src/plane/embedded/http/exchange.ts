import { request as send } from 'node:http'
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type {
  Reply,
  RequestAnswer,
  RequestHead,
  ResponseAnswer,
  ResponseHead,
  Cut,
} from '../../../contract/exchange.ts'
import type { AnyExchangeKind } from '../../../contract/exchange.ts'
import { parseAddress } from '../../../contract/address.ts'
import { EARLY_MS } from '../../../kernel/clock.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { SlotRandom } from '../slot.ts'
import { collect } from './collect.ts'
import type { Acting } from './decide-exchange.ts'
import { exchangeHead } from './exchange-head.ts'
import { LARGEST_HEAD } from './guarded-http-proxy.ts'
import type { Decided, ExchangeLane } from './exchange-lane.ts'
import { edit, endToEnd, fromRaw, toObject, toRaw, valueOf, without } from './headers.ts'
import { ResponseBody } from './response-body.ts'
import type { Watched } from './watched-exchange.ts'

/** The caller left, or the connection ends: what is under way is not finished but forgotten. */
class Abandoned extends Error {}

/** The upstream could not be reached, or broke off. */
class UpstreamFailed extends Error {
  readonly how: 'fin' | 'rst'

  // Node says ECONNRESET of a mere end as well; only of a real reset there is a system call to tell of.
  constructor(error: Error & { code?: string; syscall?: string }) {
    super(error.message)
    const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE'
    this.how = reset && error.syscall !== undefined ? 'rst' : 'fin'
  }
}

type Repeat = Extract<RequestAnswer, { do: 'repeat' }>

const LENGTH = new Set(['content-length', 'transfer-encoding'])
const NOTHING = Buffer.alloc(0)

/** The agent would derive a server name from Host, and throw where that is repeated. */
const AS_IT_CAME = { setHost: false, servername: '', maxHeaderSize: LARGEST_HEAD }

/** What goes upstream: as it came, or as faults changed it. */
interface Outgoing {
  method: string
  target: string
  headers: RequestHead['headers']
  /** Set when it was read whole or replaced; otherwise the request's own stream goes on. */
  body: Uint8Array | undefined
}

/** One request and its response in the exchange lane, through the faults that were decided at its head. */
export class Exchange {
  readonly lane: ExchangeLane
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly head: RequestHead
  readonly #watched: Watched
  #acting: readonly Acting[]
  #requestBody: Uint8Array | undefined
  #abandoned = false
  #wake: (() => void) | undefined
  #arrived: ((response: IncomingMessage | Error) => void) | undefined
  #up: ClientRequest | undefined
  #body: ResponseBody | undefined
  #waitsForEver = false
  #giveUp: (() => void) | undefined

  constructor(lane: ExchangeLane, req: IncomingMessage, res: ServerResponse, decided: Decided | undefined) {
    this.lane = lane
    this.req = req
    this.res = res
    this.head = requestHead(req)
    const { connection } = lane
    this.#watched =
      decided?.watched ?? connection.watch(this.head.method, this.head.target, { rawHeaders: req.rawHeaders })
    this.#watched.lane = 'exchange'
    this.#acting = decided?.acting ?? connection.decide(this.#watched, this.head)
    // Whoever leaves first, the other side's request or response is not left dangling.
    res.once('close', () => {
      if (!res.writableFinished) this.abandon()
    })
    req.on('error', () => {})
    res.on('error', () => {})
  }

  /** Settles when the exchange is over, in whatever way. */
  run(): Promise<void> {
    return this.#attempt(async () => {
      const out = this.#outgoing()
      const plan = await this.#throughRequestFaults(out)
      if (plan === 'over') return
      await this.#respond(plan === 'once' ? await this.#forward(out) : await this.#forwardTimes(out, plan))
    })
  }

  /** The request phase alone, for what becomes a tunnel. @returns whether it goes on */
  async runRequest(): Promise<boolean> {
    let goesOn = false
    await this.#attempt(async () => {
      goesOn = (await this.#throughRequestFaults(this.#outgoing())) !== 'over'
      if (!goesOn) return
      this.#watched.sent()
      this.#watched.complete = true
    })
    return goesOn
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof UpstreamFailed) this.lane.connection.finish(error.how, 'upstream')
      else if (!(error instanceof Abandoned)) throw error
    } finally {
      this.#watched.responseBytes += this.#body?.bytes ?? 0
      this.lane.connection.told(this.#watched, this.#acting)
    }
  }

  #outgoing(): Outgoing {
    return { method: this.head.method, target: this.head.target, headers: this.head.headers, body: undefined }
  }

  async #throughRequestFaults(out: Outgoing): Promise<'over' | 'once' | Repeat> {
    await this.#readRequest(out)
    let repeat: Repeat | undefined
    for (const [i, one] of this.#acting.entries()) {
      const answer = await this.#ask<RequestAnswer>(one, (kind, context) => kind.request?.(context))
      if (answer?.do === 'change') changeRequest(out, answer)
      else if (answer?.do === 'repeat') repeat = answer
      else if (answer !== undefined && (await this.#conclude(one.fault, answer, i))) return 'over'
    }
    return repeat ?? 'once'
  }

  // ---- request

  /** Reads the body whole where a fault wants it; where it is too large those faults are left out. */
  async #readRequest(out: Outgoing): Promise<void> {
    const wants = (one: Acting): boolean => exchangeKind(one).wants?.(one.fault.spec.attributes)?.request === true
    if (!this.#acting.some(wants)) return
    const { bodyForFaults } = this.lane.connection.shop
    const body = this.#expects ? undefined : await this.#abandonable(collect(this.req, bodyForFaults).catch(giveUp))
    if (body !== undefined) {
      this.#watched.requestBytes = body.length
      this.#requestBody = out.body = body
      return
    }
    for (const one of this.#acting) if (wants(one)) one.fault.unable('body_not_available')
    this.#acting = this.#acting.filter((one) => !wants(one))
  }

  get #expects(): boolean {
    return valueOf(this.head.headers, 'expect') !== undefined
  }

  #forward(out: Outgoing): Promise<IncomingMessage> {
    const { agent, shared, connection } = this.lane
    const target = targetOf(connection.shop.upstream)
    if (this.#abandoned) throw new Abandoned()
    // A chunked body may end with trailers, announced or not.
    const special =
      out.method === 'TRACE' ||
      valueOf(out.headers, 'expect') !== undefined ||
      valueOf(out.headers, 'transfer-encoding') !== undefined
    const arrived = this.#nextResponse()
    this.#watched.sent()
    if (special || out.body !== undefined) {
      const up = send({
        ...target,
        agent,
        method: out.method,
        path: out.target,
        headers: outgoingHeaders(out),
        ...AS_IT_CAME,
      })
      this.requested(up)
      up.on('response', (response) => this.answered(response))
      up.on('error', (error) => this.failed(error))
      if (out.body !== undefined) up.end(out.body)
      else {
        // Before pipe's own listener, which ends the request.
        this.req.once('end', () => up.addTrailers(trailers(this.req)))
        this.req.pipe(up)
      }
    } else {
      Object.assign(this.req, { method: out.method, url: out.target })
      Object.defineProperty(this.req, 'headers', { value: outgoingHeaders(out), configurable: true })
      shared.proxy.web(this.req, this.res, {
        target: { ...target, protocol: 'http:' } as never,
        agent,
        ssl: { ...AS_IT_CAME },
      })
    }
    // Behind the pipe's own listener, so that it starts nothing by itself.
    if (out.body === undefined) this.req.on('data', (chunk: Buffer) => (this.#watched.requestBytes += chunk.length))
    return arrived
  }

  /** Each answer but the one that is kept is read to its end, so that each request was really served. */
  async #forwardTimes(out: Outgoing, { times, keep, gap }: Repeat): Promise<IncomingMessage> {
    const whole = { ...out, body: out.body ?? NOTHING }
    let kept: IncomingMessage | undefined
    let keptBody: Uint8Array | undefined
    for (let n = 1; n <= times; n++) {
      if (n > 1 && gap > 0) await this.#until(this.lane.connection.shop.clock.now() + gap)
      const response = await this.#forward(whole)
      if (n === times && keep === 'last') return response
      const body = await this.#readResponse(response)
      if (body === undefined) await this.#drained(response)
      if (n === 1 && keep === 'first') [kept, keptBody] = [response, body]
    }
    if (kept === undefined || keptBody === undefined)
      throw new UpstreamFailed(new Error('the first answer was too large to keep'))
    return Object.assign(kept, { keptBody })
  }

  // ---- response

  async #respond(response: IncomingMessage): Promise<void> {
    let head: ResponseHead = responseHead(response)
    this.#watched.answered(head.status, { rawHeaders: response.rawHeaders })
    let body = (response as { keptBody?: Uint8Array }).keptBody
    const wants = (one: Acting): boolean => exchangeKind(one).wants?.(one.fault.spec.attributes)?.response === true
    if (body === undefined && this.#acting.some(wants)) {
      const collected = await this.#readResponse(response)
      body = collected
      if (collected === undefined) {
        for (const one of this.#acting) if (wants(one)) one.fault.unable('body_not_available')
        this.#acting = this.#acting.filter((one) => !wants(one))
      }
    }
    for (const [i, one] of this.#acting.entries()) {
      const answer = await this.#ask<ResponseAnswer>(one, (kind, context) =>
        kind.response?.({ ...context, response: head, responseBody: body }),
      )
      if (answer?.do === 'change') {
        head = {
          status: answer.status ?? head.status,
          reason: answer.reason ?? head.reason,
          headers: edit(head.headers, answer.headers),
        }
        if (answer.status !== undefined || answer.body !== undefined) this.#watched.injected()
        if (answer.body !== undefined) {
          if (body === undefined) response.resume()
          body = answer.body
          head = { ...head, headers: withLength(head.headers, body.length) }
        }
      } else if (answer?.do === 'swallow') {
        this.#watched.withheld()
        if (body === undefined) await this.#drained(response)
        return this.#cut(one.fault, answer.then)
      } else if (answer !== undefined && (await this.#conclude(one.fault, answer, i))) {
        response.resume()
        return
      }
    }
    head = { ...head, headers: this.#withEvidence(head.headers) }
    this.#watched.gave(head.status, { rawHeaders: toRaw(head.headers) })
    this.#body = new ResponseBody(this, head, this.#acting, (one) => ({
      ...this.#context(one, -1),
      response: head,
      responseBody: body,
    }))
    await this.#abandonable(this.#body.send(response, body))
    this.#watched.complete = true
  }

  #readResponse(response: IncomingMessage): Promise<Buffer | undefined> {
    const { bodyForFaults } = this.lane.connection.shop
    return this.#abandonable(
      collect(response, bodyForFaults).catch((error: Error) => {
        throw new UpstreamFailed(response.socket?.errored ?? error)
      }),
    )
  }

  /** The rest is read and forgotten; where it breaks off there is no more to wait for. */
  #drained(response: IncomingMessage): Promise<void> {
    if (response.readableEnded || response.destroyed) return Promise.resolve()
    response.resume()
    return this.#abandonable(
      new Promise<void>((over) => {
        response.once('end', over)
        response.once('close', over)
      }),
    )
  }

  // ---- faults

  /** Asks one fault, and again after each wait it wants. A fault that went away meanwhile lets go. */
  async #ask<T extends { readonly do: string }>(
    one: Acting,
    question: (kind: AnyExchangeKind, context: ReturnType<typeof contextOf>) => T | undefined,
  ): Promise<T | undefined> {
    const { clock } = this.lane.connection.shop
    const askedAt = clock.now()
    for (;;) {
      if (one.fault.gone || !one.fault.active) return undefined
      const answer = question(exchangeKind(one), this.#context(one, askedAt))
      if (answer === undefined || answer.do === 'go') return undefined
      if (answer.do !== 'wait') return answer
      const { until } = answer as unknown as { until: number }
      if (until <= clock.now() + EARLY_MS) {
        this.#observe(one.fault, until - askedAt, clock.now() - askedAt)
        return undefined
      }
      await this.#until(until)
      if (until !== Infinity && clock.now() >= until - EARLY_MS) {
        this.#observe(one.fault, until - askedAt, clock.now() - askedAt)
        return undefined
      }
    }
  }

  #observe(fault: AttachedFault, asked: number, achieved: number): void {
    if (asked <= 0) return
    fault.asked.observe(asked)
    fault.achieved.observe(achieved)
  }

  #context(one: Acting, askedAt: number): ReturnType<typeof contextOf> {
    return contextOf(this, one, askedAt, this.#watched.ordinal, this.#requestBody)
  }

  /** Carries out what ends the exchange; faults behind it are superseded. */
  async #conclude(fault: AttachedFault, answer: RequestAnswer | ResponseAnswer, place: number): Promise<boolean> {
    switch (answer.do) {
      case 'answer':
        for (const later of this.#acting.slice(place + 1)) later.fault.superseded()
        this.#reply(answer)
        return true
      case 'raw':
        this.#watched.withheld()
        this.lane.port.write(answer.bytes)
        await this.#cut(fault, answer.then)
        return true
      case 'cut':
        this.#watched.withheld()
        await this.#cut(fault, answer.how)
        return true
      default:
        return false
    }
  }

  /** Only where the proxy asks for it: otherwise nothing is added. */
  #withEvidence(headers: ResponseHead['headers']): ResponseHead['headers'] {
    if (!this.lane.connection.shop.evidenceHeader || this.#acting.length === 0) return headers
    const names = this.#acting.map(({ fault }) => fault.spec.name).join(', ')
    return edit(headers, { set: [['x-faultline-fault', names]] })
  }

  #reply({ status, reason, headers = [], body = NOTHING }: Reply): void {
    this.req.resume()
    this.res.sendDate = false
    // The caller may or may not send the body that it announced: nobody could tell what comes next.
    if (this.#expects && !this.req.complete) this.res.shouldKeepAlive = false
    const bodiless = status === 204 || status === 304
    const list = this.#withEvidence(bodiless ? without(headers, LENGTH) : withLength(headers, body.length))
    this.#watched.injected()
    this.#watched.gave(status, { rawHeaders: toRaw(list) })
    this.#watched.complete = true
    if (!bodiless && this.head.method !== 'HEAD') this.#watched.responseBytes = body.length
    if (reason === undefined) this.res.writeHead(status, toRaw(list))
    else this.res.writeHead(status, reason, toRaw(list))
    this.res.end(bodiless ? undefined : body)
  }

  async #cut(fault: AttachedFault, how: Cut): Promise<void> {
    const { connection } = this.lane
    this.#body?.stop()
    if (how !== 'stall') return connection.cutBehind(how, fault)
    // Bytes were lost, so a fault that goes leaves nothing to go on with: the connection ends.
    while (!fault.gone && fault.active) await this.#until(Infinity)
    connection.finish('fin', 'injected', fault.spec.name, fault.spec.kind)
  }

  // ---- what http-proxy and node:http say

  requested(up: ClientRequest): void {
    this.#up = up
    if (this.lane.callerEnded) this.#endUpstream()
    // Node would say content-length: 0 or chunked of a request that says neither.
    if (![...LENGTH].some((name) => valueOf(this.head.headers, name) !== undefined))
      up.useChunkedEncodingByDefault = false
    up.on('information', (info) => {
      if (this.head.version !== '1.1' || this.res.headersSent) return
      const fields = fromRaw(info.rawHeaders)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')
      this.lane.port.write(Buffer.from(`HTTP/1.1 ${info.statusCode} ${info.statusMessage}\r\n${fields}\r\n`, 'latin1'))
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
    else this.#body?.upstreamBroke()
  }

  #nextResponse(): Promise<IncomingMessage> {
    const arrived = this.#abandonable<IncomingMessage>(
      new Promise((resolve, reject) => {
        this.#arrived = (result) => (result instanceof Error ? reject(new UpstreamFailed(result)) : resolve(result))
      }),
    )
    // Where sending fails at once nobody waits for it.
    arrived.catch(() => {})
    return arrived
  }

  /** Some of the answer is on its way to the caller. */
  get answering(): boolean {
    return this.res.headersSent
  }

  /**
   * The caller ended its side. It may still read, so the upstream is told what it would hear without us; but where a
   * fault would let it wait for ever, it has most likely left.
   */
  callerEnded(): void {
    if (this.#waitsForEver) this.lane.connection.finish('fin', 'client')
    else this.#endUpstream()
  }

  #endUpstream(): void {
    const up = this.#up
    if (up === undefined) return
    const end = (): void => void up.socket?.end()
    if (up.writableFinished) end()
    else up.once('finish', end)
  }

  changed(): void {
    this.#wake?.()
    this.#body?.changed()
  }

  abandon(): void {
    if (this.#abandoned) return
    this.#abandoned = true
    this.#up?.destroy()
    this.#body?.stop()
    this.#giveUp?.()
  }

  // ---- waiting, which can always be given up at once

  #abandonable<T>(work: Promise<T>): Promise<T> {
    if (this.#abandoned) {
      work.catch(() => {})
      return Promise.reject(new Abandoned())
    }
    return new Promise((resolve, reject) => {
      this.#giveUp = () => reject(new Abandoned())
      work.then(resolve, reject)
    })
  }

  #until(moment: number): Promise<void> {
    const { clock } = this.lane.connection.shop
    const from = clock.now()
    this.#waitsForEver = moment === Infinity
    if (this.#waitsForEver && this.lane.callerEnded) this.callerEnded()
    let cancel = (): void => {}
    const waited = new Promise<void>((resolve) => {
      this.#wake = resolve
      if (moment === Infinity) return
      const timer = clock.at(moment, resolve)
      cancel = () => timer.cancel()
    })
    return this.#abandonable(waited).finally(() => {
      this.#wake = undefined
      this.#waitsForEver = false
      this.#watched.injectedMs += clock.now() - from
      cancel()
    })
  }
}

/** The caller's own stream broke off. */
function giveUp(): never {
  throw new Abandoned()
}

function exchangeKind(one: Acting): AnyExchangeKind {
  return one.fault.kind as AnyExchangeKind
}

function contextOf(
  exchange: Exchange,
  { fault, decision }: Acting,
  askedAt: number,
  ordinal: number,
  requestBody: Uint8Array | undefined,
) {
  const { connection } = exchange.lane
  const { attributes } = fault.spec
  const kind = fault.kind as AnyExchangeKind
  return {
    attributes,
    state: fault.shared('proxy', '', (): unknown => kind.state?.(attributes)),
    random: new SlotRandom(decision.draws),
    now: connection.shop.clock.now(),
    askedAt,
    exchange: { ordinal, client: connection.unit.client },
    request: exchange.head,
    requestBody,
  }
}

function changeRequest(out: Outgoing, change: Extract<RequestAnswer, { do: 'change' }>): void {
  out.method = change.method ?? out.method
  out.target = change.target ?? out.target
  out.headers = edit(out.headers, change.headers)
  if (change.body === undefined) return
  out.body = change.body
  out.headers = withLength(out.headers, change.body.length)
}

/** Framing is kept as it came; a body that was read whole is sent with its length. */
function outgoingHeaders(out: Outgoing): Record<string, string | string[]> {
  const chunked = valueOf(out.headers, 'transfer-encoding') !== undefined
  const list = endToEnd(out.headers)
  if (!chunked) return toObject(list)
  return toObject(
    out.body === undefined ? [...list, ['Transfer-Encoding', 'chunked']] : withLength(list, out.body.length),
  )
}

function withLength(headers: RequestHead['headers'], length: number): RequestHead['headers'] {
  return [...without(headers, LENGTH), ['Content-Length', String(length)]]
}

function trailers(req: IncomingMessage): Record<string, string> {
  return Object.fromEntries(fromRaw(req.rawTrailers))
}

function targetOf(upstream: string): { host: string; port: number } | { socketPath: string } {
  const address = parseAddress(upstream, 'upstream')
  return address.is === 'unix' ? { socketPath: address.path } : { host: address.host, port: address.port }
}

function requestHead(req: IncomingMessage): RequestHead {
  return exchangeHead(req.method ?? '', req.url ?? '', req.httpVersion === '1.0' ? '1.0' : '1.1', req.rawHeaders)
}

function responseHead(response: IncomingMessage): ResponseHead {
  return {
    status: response.statusCode ?? 502,
    reason: response.statusMessage ?? '',
    headers: fromRaw(response.rawHeaders),
  }
}
