import type { Socket } from 'node:net'
import type { RequestHead as ExchangeHead } from '../../../contract/exchange.ts'
import type { HowClosed } from '../../../contract/events.ts'
import type { Lane } from '../../../contract/ports.ts'
import { headerList } from '../../../contract/raw-head.ts'
import type { RawHead } from '../../../contract/raw-head.ts'
import type { Timer } from '../../../kernel/clock.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { Connection } from '../connection.ts'
import type { Link } from '../link.ts'
import { relay } from '../relay.ts'
import { leaveOut } from './acting-faults.ts'
import { mayBeHeld } from './body-wait.ts'
import { ClientSource } from './client-source.ts'
import { NO_FAULTS, countBodies, decideExchange, matchedBody, passBy } from './decide-exchange.ts'
import type { Acting } from './decide-exchange.ts'
import { exchangeHead } from './exchange-head.ts'
import { SeenExchange } from './exchange-unit.ts'
import { ExchangeLane } from './exchange-lane.ts'
import type { RequestHead } from './head.ts'
import { ClientHearer, ServerHearer } from './lane-hearers.ts'
import { carriesWish } from './requested-faults.ts'
import { Watched } from './watched-exchange.ts'
import type { Asked } from './watched-exchange.ts'
import { WireLane } from './wire-lane.ts'
import type { LaneOwner } from './lane-owner.ts'

const NOTHING = Buffer.alloc(0)

/** How long a reset waits for bytes that were sent before it to leave for the kernel. */
const BEHIND_MS = 1000

/** A connection whose exchanges are seen: first in the wire lane, after a hand-over in the exchange lane. */
export class HttpConnection extends Connection implements LaneOwner {
  #looks: Lane = 'wire'
  #wire: WireLane | undefined
  /** How it ends when what was sent has gone out. */
  #cut:
    | { readonly how: HowClosed; readonly fault?: AttachedFault | undefined; readonly reason?: string | undefined }
    | undefined
  #cutTimer: Timer | undefined
  #source: ClientSource | undefined
  #lane: ExchangeLane | undefined

  protected override wire(up: Link, down: Link, server: Socket): void {
    const lane = new WireLane(this, up, down, this.shop.http)
    this.#wire = lane
    this.#source = new ClientSource(this.client, up.paused)
    up.src = this.#source
    relay.start(this.client, server, up, down, { client: new ClientHearer(lane), server: new ServerHearer(lane) })
  }

  // ---- LaneOwner

  get decides(): boolean {
    return this.shop.exchangeFaults.length > 0 || this.shop.requestedFaults.some || this.shop.guests.decides
  }

  began(head: RequestHead, now?: number, spent?: Watched): Watched {
    return this.watch(head, head, now, spent)
  }

  watch(asked: Asked, head: RawHead, now = this.shop.clock.now(), spent?: Watched): Watched {
    const { guests, sightings, name } = this.shop
    const ordinal = this.shop.nextExchange()
    const watched = spent?.again(ordinal, asked, head, now) ?? new Watched(name, ordinal, this.unit, asked, head, now)
    if (guests.opened) watched.visit = guests.receive(this.unit.client, head)
    const guest = watched.visit?.guest
    if (sightings.awaits(name) || guest?.awaited === true) {
      const { method, target } = asked
      const unit = this.#exchange(watched, exchangeHead(method, target, '1.1', { rawHeaders: headerList(head).flat() }))
      sightings.tell(name, unit.id, unit)
      guest?.sighted(unit)
    }
    return watched
  }

  needsBody(watched: Watched, head: RequestHead): boolean {
    if (!this.looksAtBodies || !mayBeHeld(head)) return false
    const unit = this.#exchange(watched, head)
    const needs = (fault: AttachedFault): boolean => fault.needsBody(unit)
    return this.shop.bodyFaults.some(needs) || watched.visit?.guest.onBodies.some(needs) === true
  }

  decide(watched: Watched, head: RequestHead | ExchangeHead, body?: Uint8Array): readonly Acting[] {
    const { exchangeFaults, requestedFaults } = this.shop
    const asks = requestedFaults.some && ('version' in head || carriesWish(head.text))
    const { visit } = watched
    if (!asks && visit === undefined) {
      if (exchangeFaults.length === 0) return NO_FAULTS
      if ('unmatchedBy' in head && head.unmatchedBy === exchangeFaults) return passBy(exchangeFaults)
    }
    const unit = this.#exchange(watched, head, body)
    const attached = decideExchange(exchangeFaults, unit)
    if (unit.unmatched && 'unmatchedBy' in head) head.unmatchedBy = exchangeFaults
    // Draws and counts of a scope follow its own exchanges, however many of others come between.
    const visiting =
      visit === undefined ? unit : new SeenExchange(this.unit, unit.request, unit.body, watched.ordinal, visit.ordinal)
    const guests = visit === undefined ? NO_FAULTS : decideExchange(visit.guest.onExchanges, visiting)
    countBodies(watched, unit)
    if (visiting !== unit) countBodies(watched, visiting)
    const requested = asks ? requestedFaults.decide(unit, watched) : NO_FAULTS
    return guests.length + requested.length === 0 ? attached : [...attached, ...guests, ...requested]
  }

  #exchange(watched: Watched, head: RequestHead | ExchangeHead, bytes?: Uint8Array): SeenExchange {
    const request = 'version' in head ? head : head.asked
    const body = this.looksAtBodies ? matchedBody(request.headers, bytes) : undefined
    return new SeenExchange(this.unit, request, body, watched.ordinal)
  }

  get looksAtBodies(): boolean {
    return this.shop.bodyFaults.length > 0 || this.shop.guests.looksAtBodies
  }

  missed(reason: 'too_late' | 'opaque'): void {
    for (const fault of this.shop.exchangeFaults) if (fault.active) fault.passedOver(reason)
  }

  tooLate(watched: Watched, head: RequestHead): void {
    this.missed('too_late')
    for (const fault of watched.visit?.guest.onExchanges ?? []) if (fault.active) fault.passedOver('too_late')
    const { requestedFaults } = this.shop
    if (requestedFaults.some && carriesWish(head.text)) requestedFaults.missed(this.#exchange(watched, head), watched)
  }

  unable(watched: Watched, acting: readonly Acting[], reason: 'too_late' | 'opaque', detail: string): void {
    leaveOut({ id: this.unit.id, watched }, acting, reason, detail)
  }

  ended(watched: Watched, now = this.shop.clock.now()): void {
    watched.counted?.(watched.requestBytes + watched.responseBytes)
    this.shop.exchangeEnded(this, watched, now)
  }

  told(watched: Watched, acting: readonly Acting[]): void {
    watched.faults = acting.map(({ fault }) => fault.spec.name)
    this.ended(watched)
  }

  opaque(reason: string): void {
    this.missed('opaque')
    this.#looks = 'opaque'
    this.shop.opaque(this, reason)
  }

  tunnelled(): void {
    this.#looks = 'tunnel'
  }

  override get lane(): Lane {
    return this.#looks
  }

  pauseClient(): void {
    this.#source?.hold()
  }

  resumeClient(): void {
    this.#source?.letGo()
  }

  /** In one turn: the upstream socket goes to the lane's agent, the links stand on the client's side. */
  handOver(unread: readonly Uint8Array[], watched: Watched, acting: readonly Acting[]): void {
    const { up, down, server } = this
    if (up === undefined || down === undefined || server === undefined || this.ending !== undefined) return
    relay.release(server)
    server.allowHalfOpen = false
    this.server = undefined
    const lane = new ExchangeLane(this, this.shop.http.server, server, { watched, acting })
    this.#lane = lane
    this.#looks = 'exchange'
    lane.port.connectLinks(up, down, lane.gate)
    up.dst = lane.port.into
    down.src = lane.port.from
    relay.hear(this.client, up)
    lane.start()
    for (const bytes of unread) up.data(bytes)
    this.resumeClient()
  }

  /** Out of the exchange lane: the request goes on as it came, and what follows is nobody's business. */
  tunnel(head: ExchangeHead, early: Uint8Array, server: Socket): void {
    const { up, down } = this
    const lane = this.#lane
    if (up === undefined || down === undefined || lane === undefined || this.ending !== undefined)
      return server.destroy() as never
    this.#lane = undefined
    this.#looks = 'tunnel'
    this.server = server
    server.allowHalfOpen = true
    const fields = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    server.write(Buffer.from(`${head.method} ${head.target} HTTP/${head.version}\r\n${fields}\r\n`, 'latin1'))
    if (early.length > 0) server.write(early)
    for (
      let more: Buffer | null = lane.port.read() as Buffer | null;
      more !== null;
      more = lane.port.read() as Buffer | null
    )
      server.write(more)
    for (const bytes of lane.gate.give()) server.write(bytes)
    lane.agent.end('fin')
    up.dst = server
    down.src = server
    relay.adopt(server, this)
    relay.wire(server, down, up)
    server.resume()
    up.drained()
    if (lane.gate.callerHasEnded) server.end()
    this.resumeClient()
  }

  // ---- ending

  override linkEnded(link: Link): void {
    if (link === this.down && this.#cut !== undefined) this.#cutNow()
    else if (this.#lane === undefined || link === this.down) super.linkEnded(link)
    else this.#lane.gate.end()
  }

  /**
   * Ends the connection behind what was sent, through the faults of the downstream too: FIN, or RST when the kernel
   * has taken the bytes, a second later at most. Without a fault it is the upstream that broke off.
   */
  cutBehind(how: HowClosed, fault?: AttachedFault, reason?: string): void {
    if (this.#cut !== undefined || this.ending !== undefined) return
    this.#cut = { how, fault, reason }
    const port = this.#lane?.port
    if (port === undefined || port.writableEnded || port.destroyed) return this.#cutNow()
    // The mark goes the way of the bytes, and linkEnded tells of its arrival.
    port.end()
    // Where nothing held it up it has arrived by now.
    if (how === 'fin' || !this.#open) return
    const { clock } = this.shop
    this.#cutTimer = clock.at(clock.now() + BEHIND_MS, () => {
      // Where a fault of the downstream holds the bytes, the reset waits behind them.
      if (this.down?.held === 0) this.#finishCut()
    })
  }

  /** Its reset overtakes what was sent before, its end does not. */
  lostUpstream(how: HowClosed, reason?: string): void {
    if (how === 'rst') this.finish(how, 'upstream', undefined, reason)
    else this.cutBehind(how, undefined, reason)
  }

  get #open(): boolean {
    return this.ending === undefined
  }

  #cutNow(): void {
    if (this.#cut?.how !== 'rst' || this.client.writableLength === 0 || this.client.destroyed) return this.#finishCut()
    const { clock } = this.shop
    this.#cutTimer?.cancel()
    this.#cutTimer = clock.at(clock.now() + BEHIND_MS, () => this.#finishCut())
    // Called when all that was written before it has left for the kernel.
    this.client.write(NOTHING, () => this.#finishCut())
  }

  #finishCut(): void {
    const { how = 'fin', fault, reason } = this.#cut ?? {}
    this.finish(how, fault === undefined ? 'upstream' : 'injected', fault, reason)
  }

  override linkClosed(link: Link, fault: AttachedFault, how: 'fin' | 'rst'): void {
    if (how === 'fin' || link !== this.down) return super.linkClosed(link, fault, how)
    this.#cut ??= { how, fault }
    this.#cutNow()
  }

  override sync(): void {
    super.sync()
    try {
      this.#lane?.changed()
    } catch (error) {
      this.bug(error)
    }
  }

  protected override stopped(): void {
    this.#cutTimer?.cancel()
    this.#wire?.stop()
    this.#lane?.stop(this.ending?.how)
  }
}
