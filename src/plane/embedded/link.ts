import { EARLY_MS } from '../../kernel/clock.ts'
import type { Timer } from '../../kernel/clock.ts'
import type { Stream } from '../../contract/kind.ts'
import type { Waiter } from './held-budget.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Slot } from './slot.ts'
import { holdSlot } from './stream-hold.ts'
import { NO_FAULTS, NO_SLOTS, SlotChain } from './slot-chain.ts'
import type { LinkOwner, LinkShop } from './slot-chain.ts'
import type { Transport } from './transport.ts'

const NONE = Object.freeze([])

/**
 * One direction of a connection. Bytes pass through the slots in order; each slot owns what it holds. With no
 * slot it is a plain relay: nothing is allocated, timed or promised per chunk.
 */
export class Link extends SlotChain implements Waiter {
  /** Both change when the connection changes lanes. */
  src: Transport
  dst: Transport
  readonly totals: { received: number; sent: number }
  lastAt: number
  /** When the last bytes came, by the clock that a test moves, where there is one. */
  lastManualAt = -Infinity
  revision = -1
  /** The revision that it was brought in line with; `revision` stays behind while faults count bytes here. */
  synced = -1
  /** They begin to act behind so many bytes. */
  countedBy = NO_FAULTS
  /** The source ended. */
  ended = false
  /** The destination takes no more bytes; what comes is lost. */
  deaf = false
  /** Faults of this connection alone, each behind one of the proxy's. */
  inserted: readonly { readonly behind: AttachedFault; readonly fault: AttachedFault }[] = NONE
  #socketHeld = 0
  #congested = false
  #pausedAt = -1
  #pausedMs = 0
  #timer: Timer | undefined
  #timerDue = Infinity
  #fire: (() => void) | undefined

  constructor(stream: Stream, owner: LinkOwner, shop: LinkShop, src: Transport, dst: Transport) {
    super(stream, owner, shop)
    this.src = src
    this.dst = dst
    this.totals = shop.bytes[stream]
    this.lastAt = owner.openedAt
  }

  get heldBytes(): number {
    return this.held + this.dst.writableLength
  }

  get paused(): boolean {
    return this.#pausedAt >= 0
  }

  pausedMs(now: number): number {
    return this.#pausedMs + (this.#pausedAt < 0 ? 0 : now - this.#pausedAt)
  }

  protected override asLink(): Link {
    return this
  }

  protected override holds(slot: Slot): void {
    holdSlot(this, slot)
  }

  // ---- what the source says

  /** @param now the present moment in real time, where the caller knows it already */
  data(bytes: Uint8Array, now = this.shop.clock.now()): void {
    if (this.done) return
    if (this.revision !== this.shop.revision && this.#catchUp(bytes)) return
    this.lastAt = now
    if (this.shop.manual !== undefined) now = this.lastManualAt = this.shop.manual.now()
    this.bytesIn += bytes.length
    this.totals.received += bytes.length
    if (this.chain.length === 0) {
      this.out(bytes)
      if (this.#congested) this.settle()
      return
    }
    this.now = now
    this.enter(0, bytes, now)
    this.settle()
  }

  /** @returns true where nothing is left to be done: the bytes were taken in parts, or the link is gone */
  #catchUp(bytes: Uint8Array): boolean {
    if (this.synced !== this.shop.revision) this.owner.syncLink(this)
    if (this.done || this.countedBy.length === 0) return this.done
    const { unit } = this.owner
    let until = bytes.length
    for (const fault of this.countedBy) until = Math.min(until, fault.bytesMissing(unit))
    // Up to the first byte that is one too many for some fault they pass as they would without it.
    this.revision = this.shop.revision
    if (until > 0) this.data(until === bytes.length ? bytes : bytes.subarray(0, until))
    if (this.done) return true
    this.revision = -1
    let reached = until === 0
    for (const fault of this.countedBy) if (fault.passed(unit, until)) reached = true
    if (reached) this.owner.syncLink(this)
    if (until < bytes.length) this.data(bytes.subarray(until))
    return true
  }

  end(): void {
    if (this.done || this.ended) return
    this.ended = true
    this.now = this.slotClock.now()
    if (this.revision !== this.shop.revision) this.owner.syncLink(this)
    if (!this.done) this.enterMark(0, 'end', this.now)
    this.settle()
  }

  /** The source was reset. Overtakes what is held, unless a slot swallows it. */
  reset(): void {
    if (this.done) return
    this.ended = true
    this.now = this.slotClock.now()
    if (this.revision !== this.shop.revision) this.owner.syncLink(this)
    if (!this.done) this.resetFrom(0, 'source')
    this.settle()
  }

  drained(): void {
    this.#congested = false
    this.#accountSocket()
    this.settle()
  }

  budgetFreed(): void {
    this.settle()
  }

  /** Forgets everything held; no timer is left. */
  discard(): void {
    if (this.done) return
    this.done = true
    for (const slot of this.chain) if (slot.held !== undefined) slot.fault.held?.drop(slot.held, 'left')
    this.#timer?.cancel()
    this.#timer = undefined
    this.shop.budget.forget(this)
    this.shop.budget.sub(this.weight + this.#socketHeld)
    this.held = this.weight = this.#socketHeld = 0
    this.chain = this.slots = NO_SLOTS
  }

  override out(bytes: Uint8Array): void {
    if (this.deaf) return
    this.bytesOut += bytes.length
    this.totals.sent += bytes.length
    if (this.dst.write(bytes)) return
    this.#congested = true
    this.#accountSocket()
  }

  // Bytes that the kernel has not taken yet count as held: releasing a slot moves nothing out of the count.
  #accountSocket(): void {
    const length = this.done ? 0 : this.dst.writableLength
    const more = length - this.#socketHeld
    this.#socketHeld = length
    if (more > 0) this.shop.budget.add(more)
    else if (more < 0) this.shop.budget.sub(-more)
  }

  // ---- time and backpressure

  #onTimer(): void {
    this.#timer = undefined
    this.#timerDue = Infinity
    this.guardedTick()
  }

  override guardedTick(): void {
    try {
      if (!this.done) this.#tick()
    } catch (error) {
      this.owner.bug(error)
    }
  }

  #tick(): void {
    this.now = this.slotClock.now()
    if (this.revision !== this.shop.revision) this.owner.syncLink(this)
    const due = this.now + EARLY_MS
    for (let i = 0; i < this.chain.length && !this.done; i++) {
      const slot = this.chain[i] as Slot
      if (slot.resetAt <= due) {
        slot.resetAt = Infinity
        this.resetFrom(i + 1, slot.fault)
        continue
      }
      if (slot.wakeAt <= due) {
        slot.wakeAt = Infinity
        slot.arrival = this.now
        if (slot.kind.wake !== undefined) this.perform(i, slot.kind.wake(slot.at(this.now)))
      }
      this.pump(i, slot)
    }
    this.settle()
  }

  /** After every turn: pause or resume the source, and sleep until the earliest is due. */
  settle(): void {
    if (this.done) return
    const holds = this.weight + this.#socketHeld
    const overLimit = holds > 0 && (holds >= this.shop.heldBytesPerLink || this.shop.budget.full)
    if (this.#congested || this.pausers > 0 || overLimit) this.#pause(overLimit && this.held > 0)
    else if (this.#pausedAt >= 0) this.#resume()
    if (overLimit && this.shop.budget.full) this.shop.budget.wait(this)
    if (this.chain.length > 0 || this.#timer !== undefined) this.#arm()
  }

  #pause(limited: boolean): void {
    if (this.#pausedAt >= 0) return
    this.#pausedAt = this.shop.clock.now()
    if (limited) for (const slot of this.chain) if (slot.heldBytes > 0) slot.fault.limited++
    this.src.pause()
  }

  #resume(): void {
    this.#pausedMs += this.shop.clock.now() - this.#pausedAt
    this.#pausedAt = -1
    this.src.resume()
  }

  #arm(): void {
    let next = Infinity
    for (const slot of this.chain) next = Math.min(next, slot.nextDue)
    // A timer that comes too early costs less than setting it anew for every chunk; one for nothing goes.
    if (next >= this.#timerDue && next !== Infinity) return
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerDue = next
    if (next === Infinity) return
    // Bound once, and only for links that ever sleep.
    this.#fire ??= () => this.#onTimer()
    this.#timer = this.slotClock.at(next, this.#fire)
  }
}
