import type { AttachedFault } from './attached-fault.ts'
import type { Link } from './link.ts'
import { syncLink } from './link-faults.ts'
import type { Slot } from './slot.ts'

/** Lets the direction wait at the slot's fault; said again, its end has come. */
export function holdSlot(link: Link, slot: Slot): void {
  const { unit } = link.owner
  const barrier = slot.fault.barrier(link.shop.clock)
  if (slot.held !== undefined) {
    // The end of the other direction says nothing of the client.
    if (link.stream === 'upstream') barrier.halfClosed(slot.held)
    return
  }
  slot.held = barrier.take({
    id: unit.id,
    ordinal: unit.ordinal,
    client: unit.client,
    bytes: () => slot.heldBytes,
    blind: () => link.owner.clientUnread,
    letGo: (instead) => letGo(link, slot, instead),
  })
  if (slot.held !== undefined) return
  slot.fault.unable(unit.id, unit.id, 'limit', 'as many as may wait at one fault wait already')
  free(link, slot)
}

function letGo(link: Link, slot: Slot, instead: AttachedFault | undefined): void {
  slot.held = undefined
  if (link.done) return
  try {
    link.now = link.slotClock.now()
    if (instead !== undefined) {
      link.inserted = [...link.inserted, { behind: slot.fault, fault: instead }]
      syncLink(link)
    }
    if (!link.done) free(link, slot)
    link.settle()
  } catch (error) {
    link.owner.bug(error)
  }
}

function free(link: Link, slot: Slot): void {
  slot.kind.released?.(slot.at(link.now))
  link.release(link.chain.indexOf(slot), slot)
}
