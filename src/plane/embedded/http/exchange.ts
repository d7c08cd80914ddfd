import type { IncomingMessage, ServerResponse } from 'node:http'
import type {
  AnyExchangeKind,
  Cut,
  Reply,
  RequestAnswer,
  RequestHead,
  ResponseAnswer,
  ResponseHead,
} from '../../../contract/exchange.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { askFault } from './ask-fault.ts'
import { collect } from './collect.ts'
import type { Acting } from './decide-exchange.ts'
import { contextOf, requestHead, responseHead } from './exchange-context.ts'
import type { Decided, ExchangeLane } from './exchange-lane.ts'
import { edit, toRaw, valueOf, without } from './headers.ts'
import { LENGTH, changeRequest, withLength } from './outgoing.ts'
import type { Outgoing } from './outgoing.ts'
import { Abandoned, Patience } from './patience.ts'
import { ResponseBody } from './response-body.ts'
import { Sender, UpstreamFailed } from './sender.ts'
import type { Answered, Repeat } from './sender.ts'
import type { Watched } from './watched-exchange.ts'

const NOTHING = Buffer.alloc(0)

/** One request and its response in the exchange lane, through the faults that were decided at its head. */
export class Exchange {
  readonly lane: ExchangeLane
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly head: RequestHead
  readonly #watched: Watched
  #acting: readonly Acting[]
  #requestBody: Uint8Array | undefined
  readonly #patience: Patience
  /** Hears what http-proxy says. */
  readonly sender: Sender
  #body: ResponseBody | undefined

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
    this.#patience = new Patience(connection.shop.clock)
    this.sender = new Sender(lane, this, this.#watched, this.#patience, () => this.#body?.upstreamBroke())
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
      await this.#respond(plan === 'once' ? await this.sender.once(out) : await this.sender.times(out, plan))
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
      this.#watched.injectedMs += this.#patience.waitedMs
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
    const body = this.#expects ? undefined : await this.#patience.hold(collect(this.req, bodyForFaults).catch(giveUp))
    if (body !== undefined) {
      this.#watched.requestBytes = body.length
      this.#requestBody = out.body = body
      return
    }
    this.#leaveOut(wants)
  }

  /** They needed a body that there was none of, or too much. */
  #leaveOut(which: (one: Acting) => boolean): void {
    for (const one of this.#acting) if (which(one)) one.fault.unable('body_not_available')
    this.#acting = this.#acting.filter((one) => !which(one))
  }

  get #expects(): boolean {
    return valueOf(this.head.headers, 'expect') !== undefined
  }

  // ---- response

  async #respond({ response, body: kept }: Answered): Promise<void> {
    let head: ResponseHead = responseHead(response)
    this.#watched.answered(head.status, { rawHeaders: response.rawHeaders })
    let body: Uint8Array | undefined = kept
    const came = head
    const wants = (one: Acting): boolean =>
      exchangeKind(one).wants?.(one.fault.spec.attributes, came)?.response === true
    if (body === undefined && this.#acting.some(wants)) {
      body = await this.sender.read(response)
      if (body === undefined) this.#leaveOut(wants)
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
          // What came may never end; nobody will read it.
          if (body === undefined) response.destroy()
          body = answer.body
          head = { ...head, headers: withLength(head.headers, body.length) }
        }
      } else if (answer?.do === 'swallow') {
        this.#watched.withheld()
        if (body === undefined) await this.sender.drained(response)
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
    await this.#patience.hold(this.#body.send(response, body))
    this.#watched.complete = true
  }

  // ---- faults

  #ask<T extends { readonly do: string }>(
    one: Acting,
    question: (kind: AnyExchangeKind, context: ReturnType<typeof contextOf>) => T | undefined,
  ): Promise<T | undefined> {
    const { clock } = this.lane.connection.shop
    const ask = (askedAt: number): T | undefined => question(exchangeKind(one), this.#context(one, askedAt))
    return askFault(one.fault, ask, clock, (moment) => this.#until(moment))
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

  // ---- what happens meanwhile

  /** Some of the answer is on its way to the caller. */
  get answering(): boolean {
    return this.res.headersSent
  }

  /**
   * The caller ended its side. It may still read, so the upstream is told what it would hear without us; but where a
   * fault would let it wait for ever, it has most likely left.
   */
  callerEnded(): void {
    if (this.#patience.forEver) this.lane.connection.finish('fin', 'client')
    else this.sender.end()
  }

  changed(): void {
    this.#patience.wake()
    this.#body?.changed()
  }

  abandon(): void {
    if (this.#patience.abandoned) return
    this.sender.stop()
    this.#body?.stop()
    this.#patience.giveUp()
  }

  #until(moment: number): Promise<void> {
    const waited = this.#patience.until(moment)
    if (moment === Infinity && this.lane.callerEnded) this.callerEnded()
    return waited
  }
}

/** The caller's own stream broke off. */
function giveUp(): never {
  throw new Abandoned()
}

function exchangeKind(one: Acting): AnyExchangeKind {
  return one.fault.kind as AnyExchangeKind
}
