import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type {
  AnyExchangeKind,
  Cut,
  RequestAnswer,
  RequestHead,
  ResponseAnswer,
  ResponseHead,
} from '../../../contract/exchange.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { ActingFaults } from './acting-faults.ts'
import { askFault } from './ask-fault.ts'
import { collect, tooLarge } from './collect.ts'
import type { Acting } from './decide-exchange.ts'
import { clockOf, contextOf, exchangeKind, requestHead, responseContext, responseHead } from './exchange-context.ts'
import type { Decided, ExchangeLane } from './exchange-lane.ts'
import { edit, toRaw } from './headers.ts'
import { changeRequest, outgoing, withLength } from './outgoing.ts'
import { expectsContinue, writeReply } from './reply.ts'
import { holdExchange } from './held-exchange.ts'
import type { Outgoing } from './outgoing.ts'
import { Abandoned, Patience } from './patience.ts'
import { ResponseBody } from './response-body.ts'
import { Sender } from './sender.ts'
import type { Repeat } from './sender.ts'
import { UpstreamFailed } from './upstream-failed.ts'
import type { Watched } from './watched-exchange.ts'

function ignore(): void {}

/** One request and its response in the exchange lane, through the faults that were decided at its head. */
export class Exchange {
  readonly lane: ExchangeLane
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly head: RequestHead
  readonly #watched: Watched
  readonly faults: ActingFaults
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
    this.#watched = decided?.watched ?? connection.watch(this.head, req.rawHeaders)
    this.#watched.lane = 'exchange'
    const acting = decided?.acting ?? connection.decide(this.#watched, this.head)
    this.faults = new ActingFaults(acting, { id: connection.unit.id, watched: this.#watched })
    this.#patience = new Patience(connection.shop.clock)
    this.sender = new Sender(lane, this, this.#watched, this.#patience, () => this.#body?.upstreamBroke())
    // Whoever leaves first, the other side's request or response is not left dangling.
    res.on('close', () => {
      if (!res.writableFinished) this.abandon()
    })
    req.on('error', ignore)
    res.on('error', ignore)
  }

  /** Settles when the exchange is over, in whatever way. */
  async run(): Promise<void> {
    try {
      const out = outgoing(this.head)
      // Behind the first many exchanges are no fault's business, and each wait for nothing takes its time.
      const plan = this.faults.list.length === 0 ? 'once' : await this.#throughRequestFaults(out)
      if (plan === 'over') return
      if (plan === 'once') await this.#respond(await this.sender.forward(out), undefined)
      else {
        const { response, body } = await this.sender.times(out, plan)
        await this.#respond(response, body)
      }
    } catch (error) {
      this.#brokeOff(error)
    } finally {
      this.#over()
    }
  }

  /** The request phase alone, for what becomes a tunnel. @returns its upstream, where it goes on */
  async runRequest(): Promise<Socket | undefined> {
    try {
      if ((await this.#throughRequestFaults(outgoing(this.head))) === 'over') return undefined
      const server = await this.sender.take()
      this.#watched.sent(this.lane.connection.shop.clock.now())
      this.#watched.complete = true
      return server
    } catch (error) {
      this.#brokeOff(error)
      return undefined
    } finally {
      this.#over()
    }
  }

  #brokeOff(error: unknown): void {
    if (error instanceof UpstreamFailed) {
      this.#watched.origin ??= 'upstream'
      this.lane.connection.lostUpstream(error.how, error.reason)
    } else if (!(error instanceof Abandoned)) throw error
  }

  #over(): void {
    this.#watched.responseBytes += this.#body?.bytes ?? 0
    this.#watched.injectedMs += this.#patience.waitedMs
    this.lane.connection.told(this.#watched, this.faults.list)
  }

  async #throughRequestFaults(out: Outgoing): Promise<'over' | 'once' | Repeat> {
    await this.#readRequest(out)
    let repeat: Repeat | undefined
    for (const one of this.faults.list) {
      if (exchangeKind(one).request === undefined) continue
      const answer = await this.#ask<RequestAnswer>(one, (kind, context) => kind.request?.(context))
      if (answer?.do === 'change') changeRequest(out, answer)
      else if (answer?.do === 'repeat') repeat = { ...answer, clock: clockOf(this, one.fault) }
      else if (answer !== undefined && (await this.#conclude(one, answer))) return 'over'
    }
    return repeat ?? 'once'
  }

  // ---- request

  /** Reads the body whole where a fault wants it; where it is too large those faults are left out. */
  async #readRequest(out: Outgoing): Promise<void> {
    const wants = (one: Acting): boolean => exchangeKind(one).wants?.(one.fault.spec.attributes)?.request === true
    if (!this.faults.list.some(wants)) return
    const { bodyForFaults } = this.lane.connection.shop
    const body = expectsContinue(this.head)
      ? undefined
      : await this.#patience.hold(collect(this.req, bodyForFaults).catch(giveUp))
    if (body !== undefined) {
      this.#watched.requestBytes = body.length
      this.#requestBody = out.body = body
      return
    }
    const why = expectsContinue(this.head) ? 'the request expects 100-continue' : tooLarge('request')
    this.faults.leaveOut(wants, 'body_not_available', why)
  }

  // ---- response

  /** @param kept its body, where that was read already */
  async #respond(response: IncomingMessage, kept: Uint8Array | undefined): Promise<void> {
    let head: ResponseHead = responseHead(response)
    this.#watched.answered(head.status, response.rawHeaders, this.lane.connection.shop.clock.now())
    let body: Uint8Array | undefined = kept
    const came = head
    const wants = (one: Acting): boolean =>
      exchangeKind(one).wants?.(one.fault.spec.attributes, came)?.response === true
    if (body === undefined && this.faults.list.some(wants)) {
      body = await this.sender.read(response)
      if (body === undefined) this.faults.leaveOut(wants, 'body_not_available', tooLarge('answer'))
    }
    for (const one of this.faults.list) {
      if (exchangeKind(one).response === undefined) continue
      const answer = await this.#ask<ResponseAnswer>(one, (kind, context) =>
        kind.response?.(responseContext(context, head, body)),
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
        this.faults.endedBy(one)
        return this.#cut(one.fault, answer.then)
      } else if (answer !== undefined && (await this.#conclude(one, answer))) {
        response.resume()
        return
      }
    }
    this.#body = new ResponseBody(this, head, (one) => responseContext(this.#context(one, -1), head, body))
    const headers = this.#withEvidence(head.headers)
    this.#body.head = { ...head, headers }
    this.#watched.gave(head.status, toRaw(headers))
    const sent = this.#body
    await this.#patience.wait<void>((finished) => sent.send(response, body, finished))
    this.#watched.complete = true
  }

  // ---- faults

  async #ask<T extends { readonly do: string }>(
    one: Acting,
    question: (kind: AnyExchangeKind, context: ReturnType<typeof contextOf>) => T | undefined,
  ): Promise<T | undefined> {
    const clock = clockOf(this, one.fault)
    const ask = (askedAt: number): T | undefined => question(exchangeKind(one), this.#context(one, askedAt))
    const { clock: real } = this.lane.connection.shop
    let from = real.now()
    const wait = async (moment: number): Promise<void> => {
      await this.#until(moment, clock, from)
      from = real.now()
    }
    const answer = await askFault(one.fault, ask, clock, wait, (why) => this.faults.unable(one, why))
    if (answer?.do === 'detain') {
      const wait = (): Promise<void> => this.#until(Infinity)
      const instead = await holdExchange(this, one, { ordinal: this.#watched.ordinal, patience: this.#patience, wait })
      return instead === undefined ? undefined : this.#ask(instead, question)
    }
    if (answer !== undefined) this.faults.did(one)
    return answer
  }

  #context(one: Acting, askedAt: number): ReturnType<typeof contextOf> {
    return contextOf(this, one, askedAt, this.#watched.ordinal, this.#requestBody)
  }

  /** Carries out what ends the exchange; faults behind it are superseded. */
  async #conclude(one: Acting, answer: RequestAnswer | ResponseAnswer): Promise<boolean> {
    this.faults.endedBy(one)
    switch (answer.do) {
      case 'answer':
        writeReply(this, answer, this.#watched, (headers) => this.#withEvidence(headers))
        return true
      case 'raw':
        this.#watched.withheld()
        this.lane.port.write(answer.bytes)
        await this.#cut(one.fault, answer.then)
        return true
      case 'cut':
        this.#watched.withheld()
        await this.#cut(one.fault, answer.how)
        return true
      default:
        return false
    }
  }

  /** Only where the proxy asks for it: otherwise nothing is added. */
  #withEvidence(headers: ResponseHead['headers']): ResponseHead['headers'] {
    return this.lane.connection.shop.evidenceHeader ? this.faults.signed(headers) : headers
  }

  async #cut(fault: AttachedFault, how: Cut): Promise<void> {
    const { connection } = this.lane
    this.#body?.stop()
    if (how !== 'stall') return connection.cutBehind(how, fault)
    // Bytes were lost, so a fault that goes leaves nothing to go on with: the connection ends.
    while (!fault.gone && fault.active) await this.#until(Infinity)
    connection.finish('fin', 'injected', fault)
  }

  // ---- what happens meanwhile

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

  #until(moment: number, clock = this.lane.connection.shop.clock, from?: number): Promise<void> {
    const waited = this.#patience.until(moment, clock, from)
    if (moment === Infinity && this.lane.callerEnded) this.callerEnded()
    return waited
  }
}

/** The caller's own stream broke off. */
function giveUp(): never {
  throw new Abandoned()
}
