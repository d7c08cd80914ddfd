import { EARLY_MS } from '../../kernel/clock.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Effect, Effects } from '../../contract/effects.ts'
import type { LinkView, Stream } from '../../contract/kind.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Unit } from './decision.ts'
import type { HeldBudget } from './held-budget.ts'
import type { Link } from './link.ts'
import { bytesItem, markItem, rest, weigh } from './slot.ts'
import type { Item, Slot } from './slot.ts'
import { took } from './took.ts'

/** What all links of a proxy have in common. */
export interface LinkShop {
  /** Real time: of what is measured and limited. */
  readonly clock: Clock
  /** What faults go by, where that is another. */
  readonly manual?: Clock | undefined
  readonly budget: HeldBudget
  readonly heldBytesPerLink: number
  /** Stream faults by direction, in order, and the revision of that list. */
  readonly faults: { readonly [stream in Stream]: readonly AttachedFault[] }
  /** Faults that count the bytes of both directions, besides those of `faults` that count their own. */
  readonly countingFaults: readonly AttachedFault[]
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
  linkClosed(link: Link, fault: AttachedFault, how: 'fin' | 'rst'): void
  syncLink(link: Link): void
  /** The client is not read now, so its leaving would not be seen. */
  readonly clientUnread: boolean
  /** Something of ours went wrong in a turn that no socket began. */
  bug(error: unknown): void
}

export const NO_FAULTS: readonly AttachedFault[] = Object.freeze([])
export const NO_SLOTS: readonly Slot[] = Object.freeze([])

/** How bytes, the end and a reset travel through the slots of one direction, in order. */
export abstract class SlotChain implements LinkView {
  readonly stream: Stream
  readonly owner: LinkOwner
  readonly shop: LinkShop
  bytesIn = 0
  bytesOut = 0
  /** All slots, and those that act, in the order of attachment. */
  slots: readonly Slot[] = NO_SLOTS
  chain: readonly Slot[] = NO_SLOTS
  /** Nothing goes on any more: discarded. */
  done = false
  /** Bytes in all slots, and what they count against the limits. */
  held = 0
  weight = 0
  /** Slots that want the source left unread. */
  pausers = 0
  /** The moment of the turn at hand, by the clock of the slots: one reading serves all of them. */
  now = 0
  #closedBy: AttachedFault | undefined
  #endOut = false

  constructor(stream: Stream, owner: LinkOwner, shop: LinkShop) {
    this.stream = stream
    this.owner = owner
    this.shop = shop
  }

  /** What the slots go by. */
  get slotClock(): Clock {
    return this.shop.manual ?? this.shop.clock
  }

  /** Gives bytes to the destination. */
  abstract out(bytes: Uint8Array): void
  /** A turn that no socket began: what is due goes, bugs are caught. */
  abstract guardedTick(): void
  protected abstract asLink(): Link
  /** The slot waits until somebody lets it go. */
  protected abstract holds(slot: Slot): void

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
    this.out(bytes)
  }

  enterMark(index: number, is: 'end' | 'close', at: number, how: 'fin' | 'rst' = 'fin'): void {
    for (let i = index; i < this.chain.length; i++) {
      const slot = this.chain[i] as Slot
      // A closing goes on where the end has passed already: both sockets are still there.
      if (slot.ended && is === 'end') return
      slot.ended = true
      if (is === 'end' && slot.kind.end !== undefined) {
        slot.arrival = at
        this.perform(i, slot.kind.end(slot.at(this.now), { at }))
        return
      }
      if (!slot.empty) {
        this.#hold(slot, markItem(is, at, at, how))
        return
      }
    }
    if (is === 'end') {
      // A fault that swallowed the end may give it back more than once.
      if (this.#endOut) return
      this.#endOut = true
      this.owner.linkEnded(this.asLink())
    } else if (this.#closedBy !== undefined) this.owner.linkClosed(this.asLink(), this.#closedBy, how)
  }

  resetFrom(index: number, author: AttachedFault | 'source'): void {
    for (let i = index; i < this.chain.length; i++) {
      const slot = this.chain[i] as Slot
      if (slot.kind.reset === undefined) continue
      this.perform(i, slot.kind.reset(slot.at(this.now), { at: this.now }), author)
      return
    }
    this.owner.linkReset(this.asLink(), author === 'source' ? undefined : author)
  }

  /** Carries out what the kind of slot `index` asked for. `author`: who made a reset that only passes through. */
  perform(index: number, effects: Effects, author?: AttachedFault | 'source'): void {
    const slot = this.chain[index]
    if (slot === undefined) return
    for (const effect of effects) {
      if (this.done) return
      switch (effect.do) {
        case 'send':
          this.#send(index, slot, effect)
          break
        case 'end':
          this.#pass(index, slot, markItem('end', effect.at, slot.arrival))
          break
        case 'close':
          slot.ended = true
          this.#closedBy ??= slot.fault
          this.#pass(index, slot, markItem('close', effect.at, slot.arrival, effect.how))
          break
        case 'reset':
          slot.ended = true
          if (effect.at <= this.now + EARLY_MS) this.resetFrom(index + 1, author ?? slot.fault)
          else slot.resetAt = effect.at
          break
        case 'drop':
          slot.lost += effect.bytes
          break
        case 'wake':
          slot.wakeAt = effect.at
          break
        case 'detain':
          this.holds(slot)
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

  #send(index: number, slot: Slot, { bytes, at, apart = false, ends, gap = 0 }: Effect & { do: 'send' }): void {
    if (ends === undefined) return this.#pass(index, slot, bytesItem(bytes, at, slot.arrival, apart))
    const first = slot.empty
    this.#hold(slot, bytesItem(bytes, at, slot.arrival, apart, { ends, gap, next: 0, from: 0 }))
    if (first) this.pump(index, slot)
  }

  #pass(index: number, slot: Slot, item: Item): void {
    const { due } = item
    if (slot.empty && !slot.turnTaken && due <= this.now + EARLY_MS) this.#leave(index, slot, item, due, item.bytes)
    else this.#hold(slot, item)
  }

  #hold(slot: Slot, item: Item): void {
    slot.hold(item)
    this.#count(item.bytes.length, weigh(item))
  }

  #count(bytes: number, weight: number): void {
    this.held += bytes
    this.weight += weight
    if (weight > 0) this.shop.budget.add(weight)
    else if (weight < 0) this.shop.budget.sub(-weight)
  }

  /** An item, or a slice, leaves slot `index`. A slot counts from when it was due, so lateness does not add up. */
  #leave(index: number, slot: Slot, item: Item, due: number, bytes: Uint8Array): void {
    const at = (slot.leftAt = Math.max(slot.leftAt, item.at, Math.min(due, this.now)))
    if (due > item.at && item.is === 'bytes') {
      slot.fault.asked.observe(due - item.at)
      took(slot.fault, this.now - item.at)
    }
    if (item.apart) this.#takeTurn(slot)
    if (item.is === 'bytes') this.enter(index + 1, bytes, at)
    else this.enterMark(index + 1, item.is, at, item.how)
  }

  // Two writes in one turn of the loop may share a segment; slices must not.
  #takeTurn(slot: Slot): void {
    slot.turnTaken = true
    this.slotClock.soon(() => {
      slot.turnTaken = false
      this.guardedTick()
    })
  }

  pump(index: number, slot: Slot): void {
    const due = this.now + EARLY_MS
    while (!this.done && !slot.turnTaken && (slot.head?.due ?? Infinity) <= due) {
      const item = slot.head as Item
      const leaves = item.due
      const bytes = slot.takeNext(item)
      this.#count(-bytes.length, slot.head === item ? 0 : -weigh(item))
      if (item.slices !== undefined) item.due += item.slices.gap
      this.#leave(index, slot, item, leaves, bytes)
    }
  }

  /** Lets go of all that slot `index` holds, now, down the rest of the chain. */
  release(index: number, slot: Slot): void {
    // Out of the count all at once: what goes first may end the link, which gives back all that is counted.
    for (const item of this.take(slot)) {
      if (this.done) return
      if (item.is === 'bytes') this.enter(index + 1, item.bytes, this.now)
      else this.enterMark(index + 1, item.is, this.now, item.how)
    }
  }

  /** Takes out what slot holds, without passing it on. */
  take(slot: Slot): readonly Item[] {
    const bytes = slot.heldBytes
    const items = slot.takeAll()
    this.#count(-bytes, -items.reduce((total, item) => total + weigh(item), 0))
    return items.map(rest)
  }
}
