import { EARLY_MS } from '../../kernel/clock.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import type { Effects } from '../../contract/effects.ts'
import type { LinkView, Stream } from '../../contract/kind.ts'
import type { AttachedFault, Unit } from './attached-fault.ts'
import type { HeldBudget, Waiter } from './held-budget.ts'
import { bytesItem, markItem } from './slot.ts'
import type { Item, Slot } from './slot.ts'
import type { Transport } from './transport.ts'

/** What all links of a proxy have in common. */
export interface LinkShop {
  readonly clock: Clock
  readonly budget: HeldBudget
  readonly heldBytesPerLink: number
  /** Stream faults by direction, in order, and the revision of that list. */
  readonly faults: { readonly [stream in Stream]: readonly AttachedFault[] }
  readonly revision: number
  readonly bytes: { readonly [stream in Stream]: { received: number; sent: number } }
}

/** The connection, as its links see it. */
export interface LinkOwner {
  readonly unit: Unit
  readonly openedAt: number
  /** The end of this direction left the last slot. */
  linkEnded(link: Link): void
  /** A reset left the last slot; `fault` when one made it. */
  linkReset(link: Link, fault: AttachedFault | undefined): void
  /** A fault closes both sockets. */
  linkClosed(link: Link, fault: AttachedFault): void
  syncLink(link: Link): void
  /** Something of ours went wrong in a turn that no socket began. */
  bug(error: unknown): void
}

const NO_SLOTS: readonly Slot[] = Object.freeze([])

/**
 * One direction of a connection. Bytes pass through the slots in order; each slot owns what it holds. With no
 * slot it is a plain relay: nothing is allocated, timed or promised per chunk.
 */
export class Link implements LinkView, Waiter {
  readonly stream: Stream
  readonly owner: LinkOwner
  readonly shop: LinkShop
  readonly src: Transport
  readonly dst: Transport
  readonly totals: { received: number; sent: number }
  bytesIn = 0
  bytesOut = 0
  lastAt: number
  /** All slots, and those that act, in the order of attachment. */
  slots: readonly Slot[] = NO_SLOTS
  chain: readonly Slot[] = NO_SLOTS
  revision = -1
  /** The source ended. */
  ended = false
  /** Nothing goes on any more: discarded. */
  done = false
  /** The destination takes no more bytes; what comes is lost. */
  deaf = false
  pausers = 0
  held = 0
  now = 0
  #socketHeld = 0
  #congested = false
  #pausedAt = -1
  #pausedMs = 0
  #timer: Timer | undefined
  #timerDue = Infinity
  #fire: (() => void) | undefined
  #closedBy: AttachedFault | undefined

  constructor(stream: Stream, owner: LinkOwner, shop: LinkShop, src: Transport, dst: Transport) {
    this.stream = stream
    this.owner = owner
    this.shop = shop
    this.src = src
    this.dst = dst
    this.totals = shop.bytes[stream]
    this.lastAt = owner.openedAt
  }

  get openedAt(): number {
    return this.owner.openedAt
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

  // ---- what the source says

  data(bytes: Uint8Array): void {
    if (this.done) return
    if (this.revision !== this.shop.revision) {
      this.owner.syncLink(this)
      if (this.done) return
    }
    const now = this.shop.clock.now()
    this.lastAt = now
    this.bytesIn += bytes.length
    this.totals.received += bytes.length
    if (this.chain.length === 0) {
      this.#out(bytes)
      if (this.#congested) this.settle()
      return
    }
    this.now = now
    this.enter(0, bytes, now)
    this.settle()
  }

  end(): void {
    if (this.done || this.ended) return
    this.ended = true
    this.now = this.shop.clock.now()
    if (this.revision !== this.shop.revision) this.owner.syncLink(this)
    if (!this.done) this.#enterMark(0, 'end', this.now)
    this.settle()
  }

  /** The source was reset. Overtakes what is held, unless a slot swallows it. */
  reset(): void {
    if (this.done) return
    this.ended = true
    this.now = this.shop.clock.now()
    if (this.revision !== this.shop.revision) this.owner.syncLink(this)
    if (!this.done) this.#resetFrom(0, 'source')
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
    this.#timer?.cancel()
    this.#timer = undefined
    this.shop.budget.forget(this)
    this.shop.budget.sub(this.held + this.#socketHeld)
    this.held = this.#socketHeld = 0
    this.chain = this.slots = NO_SLOTS
  }

  // ---- through the slots

  /** Gives bytes to slot `index`, or to the destination behind the last. */
  enter(index: number, bytes: Uint8Array, at: number): void {
    for (let i = index; i < this.chain.length; i++) {
      const slot = this.chain[i] as Slot
      if (slot.ended) return
      if (slot.kind.chunk !== undefined) {
        slot.arrival = at
        const effects = slot.kind.chunk(slot.at(this.now), { bytes, at })
        slot.offset += bytes.length
        this.perform(i, effects)
        return
      }
      slot.offset += bytes.length
      if (!slot.empty) {
        this.#hold(slot, bytesItem(bytes, at, at, false))
        return
      }
    }
    this.#out(bytes)
  }

  #enterMark(index: number, is: 'end' | 'close', at: number): void {
    for (let i = index; i < this.chain.length; i++) {
      const slot = this.chain[i] as Slot
      if (slot.ended) return
      slot.ended = true
      if (is === 'end' && slot.kind.end !== undefined) {
        slot.arrival = at
        this.perform(i, slot.kind.end(slot.at(this.now), { at }))
        return
      }
      if (!slot.empty) {
        this.#hold(slot, markItem(is, at, at))
        return
      }
    }
    if (is === 'end') this.owner.linkEnded(this)
    else if (this.#closedBy !== undefined) this.owner.linkClosed(this, this.#closedBy)
  }

  #resetFrom(index: number, author: AttachedFault | 'source'): void {
    for (let i = index; i < this.chain.length; i++) {
      const slot = this.chain[i] as Slot
      if (slot.kind.reset === undefined) continue
      this.perform(i, slot.kind.reset(slot.at(this.now), { at: this.now }), author)
      return
    }
    this.owner.linkReset(this, author === 'source' ? undefined : author)
  }

  /** Carries out what the kind of slot `index` asked for. `author`: who made a reset that only passes through. */
  perform(index: number, effects: Effects, author?: AttachedFault | 'source'): void {
    const slot = this.chain[index]
    if (slot === undefined) return
    for (const effect of effects) {
      if (this.done) return
      switch (effect.do) {
        case 'send':
          this.#pass(index, slot, bytesItem(effect.bytes, effect.at, slot.arrival, effect.apart === true))
          break
        case 'end':
          this.#pass(index, slot, markItem('end', effect.at, slot.arrival))
          break
        case 'close':
          slot.ended = true
          this.#closedBy ??= slot.fault
          this.#pass(index, slot, markItem('close', effect.at, slot.arrival))
          break
        case 'reset':
          slot.ended = true
          if (effect.at <= this.now + EARLY_MS) this.#resetFrom(index + 1, author ?? slot.fault)
          else slot.resetAt = effect.at
          break
        case 'drop':
          slot.lost += effect.bytes
          break
        case 'wake':
          slot.wakeAt = effect.at
          break
        case 'pause':
          if (!slot.paused) this.pausers++
          slot.paused = true
          break
        case 'resume':
          if (slot.paused) this.pausers--
          slot.paused = false
          break
      }
    }
  }

  #pass(index: number, slot: Slot, item: Item): void {
    if (slot.empty && !slot.turnTaken && item.due <= this.now + EARLY_MS) this.#leave(index, slot, item)
    else this.#hold(slot, item)
  }

  #hold(slot: Slot, item: Item): void {
    slot.hold(item)
    this.held += item.bytes.length
    this.shop.budget.add(item.bytes.length)
  }

  /** An item leaves slot `index` for the next. A slot counts from when it was due, so lateness does not add up. */
  #leave(index: number, slot: Slot, item: Item): void {
    const at = (slot.leftAt = Math.max(slot.leftAt, item.at, Math.min(item.due, this.now)))
    if (item.due > item.at && item.is === 'bytes') {
      slot.fault.asked.observe(item.due - item.at)
      slot.fault.achieved.observe(this.now - item.at)
    }
    if (item.apart) this.#takeTurn(slot)
    if (item.is === 'bytes') this.enter(index + 1, item.bytes, at)
    else this.#enterMark(index + 1, item.is, at)
  }

  // Two writes in one turn of the loop may share a segment; slices must not.
  #takeTurn(slot: Slot): void {
    slot.turnTaken = true
    this.shop.clock.soon(() => {
      slot.turnTaken = false
      this.#guardedTick()
    })
  }

  #pump(index: number, slot: Slot): void {
    const due = this.now + EARLY_MS
    while (!this.done && !slot.turnTaken && (slot.head?.due ?? Infinity) <= due) {
      const item = slot.shift() as Item
      this.held -= item.bytes.length
      this.shop.budget.sub(item.bytes.length)
      this.#leave(index, slot, item)
    }
  }

  /** Lets go of all that slot `index` holds, now, down the rest of the chain. */
  release(index: number, slot: Slot): void {
    const items = slot.takeAll()
    for (const item of items) {
      this.held -= item.bytes.length
      this.shop.budget.sub(item.bytes.length)
      if (this.done) continue
      if (item.is === 'bytes') this.enter(index + 1, item.bytes, this.now)
      else this.#enterMark(index + 1, item.is, this.now)
    }
  }

  /** Takes out what slot holds, without passing it on. */
  take(slot: Slot): readonly Item[] {
    const items = slot.takeAll()
    const bytes = items.reduce((sum, item) => sum + item.bytes.length, 0)
    this.held -= bytes
    this.shop.budget.sub(bytes)
    return items
  }

  #out(bytes: Uint8Array): void {
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
    this.#guardedTick()
  }

  #guardedTick(): void {
    try {
      if (!this.done) this.#tick()
    } catch (error) {
      this.owner.bug(error)
    }
  }

  #tick(): void {
    this.now = this.shop.clock.now()
    if (this.revision !== this.shop.revision) this.owner.syncLink(this)
    const due = this.now + EARLY_MS
    for (let i = 0; i < this.chain.length && !this.done; i++) {
      const slot = this.chain[i] as Slot
      if (slot.resetAt <= due) {
        slot.resetAt = Infinity
        this.#resetFrom(i + 1, slot.fault)
        continue
      }
      if (slot.wakeAt <= due) {
        slot.wakeAt = Infinity
        slot.arrival = this.now
        if (slot.kind.wake !== undefined) this.perform(i, slot.kind.wake(slot.at(this.now)))
      }
      this.#pump(i, slot)
    }
    this.settle()
  }

  /** After every turn: pause or resume the source, and sleep until the earliest is due. */
  settle(): void {
    if (this.done) return
    const holds = this.held + this.#socketHeld
    const overLimit = holds > 0 && (holds >= this.shop.heldBytesPerLink || this.shop.budget.full)
    if (this.#congested || this.pausers > 0 || overLimit) this.#pause(overLimit && this.held > 0)
    else if (this.#pausedAt >= 0) this.#resume()
    if (overLimit && this.shop.budget.full) this.shop.budget.wait(this)
    if (this.chain.length > 0) this.#arm()
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
    if (next >= this.#timerDue || next === Infinity) return
    this.#timer?.cancel()
    this.#timerDue = next
    // Bound once, and only for links that ever sleep.
    this.#fire ??= () => this.#onTimer()
    this.#timer = this.shop.clock.at(next, this.#fire)
  }
}
