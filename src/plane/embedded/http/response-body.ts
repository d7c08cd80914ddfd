import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AnyExchangeKind, ResponseContext, ResponseHead } from '../../../contract/exchange.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { AttachedFault } from '../attached-fault.ts'
import type { Unit } from '../decision.ts'
import { Link } from '../link.ts'
import { Slot } from '../slot.ts'
import type { LinkOwner } from '../slot-chain.ts'
import type { Transport } from '../transport.ts'
import type { Acting } from './decide-exchange.ts'
import type { Exchange } from './exchange.ts'
import { FieldNames } from './field-names.ts'
import { PlainBody } from './plain-body.ts'
import { endToEnd, fromRaw, toRaw, valueOf, without } from './headers.ts'

const LENGTH = new FieldNames(['content-length'])
const NOTHING = Buffer.alloc(0)
const NO_FAULTS = { upstream: [], downstream: [] }
/** Node says it of a response without a body; nothing reads from it. */
const NO_SOURCE: Transport = { write: () => true, writableLength: 0, pause() {}, resume() {} }

/** A response on its way to the caller: its head, then its body through the faults that act on bodies. */
export class ResponseBody implements LinkOwner {
  readonly unit: Unit
  readonly openedAt: number
  /** Nobody waits here for somebody to let it go. */
  readonly clientUnread = false
  readonly #exchange: Exchange
  readonly #res: ServerResponse
  /** As the caller is given it. */
  head: ResponseHead
  /** Set where a fault that acts on it goes by a clock that a test moves; then all of them do. */
  readonly #manual: Clock | undefined
  readonly #slots: {
    readonly fault: AttachedFault
    readonly make: (link: Link) => Slot
    readonly unmet: () => void
  }[] = []
  #length: 'kept' | 'unknown' | number = 'kept'
  #link: Link | undefined
  /** Where no fault acts on it. */
  #plain: PlainBody | undefined
  #response: IncomingMessage | undefined
  /** The upstream broke off in mid-body. */
  #broke = false
  #whole = 0

  constructor(exchange: Exchange, head: ResponseHead, context: (one: Acting) => ResponseContext<unknown, unknown>) {
    const { connection } = exchange.lane
    this.#exchange = exchange
    this.#res = exchange.res
    this.head = head
    this.unit = connection.unit
    this.openedAt = connection.openedAt
    const acting = exchange.faults.list.filter(({ fault }) => (fault.kind as AnyExchangeKind).body !== undefined)
    this.#manual = acting.find(({ fault }) => fault.manual !== undefined)?.fault.manual
    const now = (this.#manual ?? connection.shop.clock).now()
    for (const one of acting) {
      const part = (one.fault.kind as AnyExchangeKind).body
      const begun = part?.begin({ ...context(one), now } as never)
      if (typeof begun === 'string') exchange.faults.unable(one, begun)
      if (part === undefined || begun === undefined || typeof begun === 'string') continue
      if (begun.length !== 'kept') this.#length = begun.length
      const kind = {
        ...one.fault.kind,
        layer: 'stream',
        bytes: 'lost',
        chunk: part.chunk,
        end: part.end,
        wake: part.wake,
      }
      this.#slots.push({
        fault: one.fault,
        unmet: () => {
          const why = part.unmet?.(one.fault.spec.attributes, begun.state)
          if (why !== undefined) exchange.faults.unable(one, why)
        },
        make: (link) =>
          new Slot(one.fault, one.decision, link, connection.unit.client, { kind: kind as never, state: begun.state }),
      })
    }
  }

  /** `finished` is called when the caller has it all, or never when a fault cuts it: the connection ends then. */
  send(response: IncomingMessage, kept: Uint8Array | undefined, finished: () => void): void {
    const res = this.#res
    res.on('finish', () => {
      this.stop()
      finished()
    })
    const body = kept ?? this.#atHand(response)
    const whole = this.#slots.length === 0 && body !== undefined
    // It leaves in one piece as it is.
    if (!whole) this.#exchange.lane.gather()
    this.#writeHead()
    if (this.#bodiless) {
      response.resume()
      res.end()
      return
    }
    if (whole) {
      this.#whole = body.length
      res.end(body)
      return
    }
    // node:http writes a head without bytes as UTF-8, which spoils values above 127; with bytes it is latin1.
    res.write(NOTHING)
    this.#response = response
    if (body !== undefined) {
      const link = this.#connect(undefined)
      link.data(body)
      link.end()
      return
    }
    if (this.#slots.length === 0) this.#plain = new PlainBody(response, res, this.#exchange.lane.connection.shop.budget)
    else {
      const link = this.#connect(response)
      response.on('data', (chunk: Buffer) => this.#guarded(() => link.data(chunk)))
    }
    response.once('end', () => this.#guarded(() => this.#ended(response)))
    response.once('close', () => {
      if (!response.complete) this.upstreamBroke()
    })
    response.on('error', () => this.upstreamBroke())
    // It may have broken while a fault let its head wait: then no event tells of it any more.
    if (response.destroyed && !response.complete) this.upstreamBroke()
  }

  /** A small body that came with its head, as most do: nothing more has to be heard of it. */
  #atHand(response: IncomingMessage): Uint8Array | undefined {
    const { complete, readableLength, readableHighWaterMark, rawTrailers, destroyed } = response
    const small = readableLength > 0 && readableLength <= readableHighWaterMark
    if (!complete || !small || destroyed || rawTrailers.length > 0 || this.#slots.length > 0 || this.#bodiless)
      return undefined
    return (response.read() as Buffer | null) ?? undefined
  }

  /** Of the body, passed on to the caller. */
  get bytes(): number {
    return this.#link?.bytesOut ?? this.#plain?.bytes ?? this.#whole
  }

  get #bodiless(): boolean {
    const { status } = this.head
    return this.#exchange.head.method === 'HEAD' || status === 204 || status === 304
  }

  #writeHead(): void {
    const res = this.#res
    let list = endToEnd(this.head.headers)
    if (this.#length !== 'kept' && !this.#bodiless) {
      list = without(list, LENGTH)
      if (this.#length !== 'unknown') list = [...list, ['Content-Length', String(this.#length)]]
    }
    res.sendDate = false
    res.writeHead(this.head.status, this.head.reason, toRaw(list))
  }

  #connect(source: IncomingMessage | undefined): Link {
    const { shop } = this.#exchange.lane.connection
    const { clock, budget, heldBytesPerLink } = shop
    const bytes = { upstream: { received: 0, sent: 0 }, downstream: { received: 0, sent: 0 } }
    const own = {
      clock,
      manual: this.#manual,
      budget,
      heldBytesPerLink,
      faults: NO_FAULTS,
      countingFaults: [],
      revision: 0,
      bytes,
    }
    const from: Transport =
      source === undefined
        ? NO_SOURCE
        : { write: () => true, writableLength: 0, pause: () => source.pause(), resume: () => source.resume() }
    const link = new Link('downstream', this, own, from, intoResponse(this.#res))
    link.revision = 0
    link.slots = link.chain = this.#slots.map(({ make }) => make(link))
    for (const slot of link.slots) slot.active = true
    this.#link = link
    this.#res.on('drain', () => this.#guarded(() => link.drained()))
    return link
  }

  #ended(response: IncomingMessage): void {
    const trailers = fromRaw(response.rawTrailers)
    if (trailers.length > 0 && valueOf(this.head.headers, 'content-length') === undefined)
      this.#res.addTrailers(trailers as [string, string][])
    this.#end()
  }

  #end(): void {
    if (this.#link === undefined) this.linkEnded()
    else this.#link.end()
  }

  /** A fault that went away lets go of what it held; where it had lost bytes the message cannot be made whole. */
  changed(): void {
    const link = this.#link
    if (link === undefined || link.done) return
    for (const [i, slot] of link.chain.entries()) {
      if (!slot.fault.gone && slot.fault.active) continue
      if (slot.lost > 0) return this.#cut('fin', slot.fault)
      link.now = link.slotClock.now()
      link.release(i, slot)
      if (slot.paused) link.pausers--
      link.chain = link.chain.filter((other) => other !== slot)
      link.settle()
      return this.changed()
    }
  }

  /** The upstream died in mid-body: so does the caller's connection, or it would wait for ever. */
  upstreamBroke(): void {
    if (this.#res.writableEnded || this.#link?.ended === true || this.#broke) return
    this.#broke = true
    if (this.#response?.socket?.errored) this.#exchange.lane.connection.finish('rst', 'upstream')
    // What came before the end still goes out, through the faults.
    else this.#guarded(() => this.#end())
  }

  stop(): void {
    this.#link?.discard()
    this.#plain?.stop()
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.bug(error)
    }
  }

  // ---- LinkOwner

  linkEnded(): void {
    if (this.#broke) return this.#exchange.lane.connection.cutBehind('fin')
    const acting = new Set(this.#link?.chain.map(({ fault }) => fault))
    for (const { fault, unmet } of this.#slots) if (acting.has(fault)) unmet()
    this.#res.end()
  }

  linkReset(_link: Link, fault: AttachedFault | undefined): void {
    if (fault !== undefined) this.#cut('rst', fault)
  }

  linkClosed(_link: Link, fault: AttachedFault, how: 'fin' | 'rst'): void {
    this.#cut(how, fault)
  }

  #cut(how: 'fin' | 'rst', fault: AttachedFault): void {
    // Nothing may follow: the port has been told of its end.
    this.stop()
    this.#exchange.lane.connection.cutBehind(how, fault)
  }

  syncLink(): void {}

  bug(error: unknown): void {
    this.#exchange.lane.connection.bug(error)
  }
}

function intoResponse(res: ServerResponse): Transport {
  return {
    write: (bytes) => res.write(bytes),
    get writableLength() {
      return res.writableLength
    },
    pause() {},
    resume() {},
  }
}
