import type { AttachedFault } from './attached-fault.ts'
import type { HeldUnit } from './barrier.ts'
import type { Subject } from './subject.ts'

/** A connection lets its faults hold it, one at a time. */
export interface HoldingSlot {
  readonly fault: AttachedFault
  /** It waits at the fault's barrier. */
  held: HeldUnit | undefined
  released: boolean
}

/**
 * Lets a connection wait at a fault until it is let go; its client is read meanwhile.
 * @param goOn told when it is, with the fault that it meets where it was held, if any
 * @returns whether it waits now
 */
export function holdConnection(
  slot: HoldingSlot,
  { unit, clock, bug, readEarly }: Subject,
  goOn: (instead: AttachedFault | undefined) => void,
): boolean {
  if (slot.held !== undefined) return true
  const { fault } = slot
  const early = readEarly()
  slot.held = fault.barrier(clock).take({
    id: unit.id,
    ordinal: unit.ordinal,
    client: unit.client,
    bytes: () => early.bytes,
    blind: () => early.full,
    letGo(instead) {
      slot.held = undefined
      slot.released = true
      try {
        goOn(instead)
      } catch (error) {
        bug(error)
      }
    },
  })
  if (slot.held === undefined) fault.unable(unit.id, unit.id, 'limit', 'as many as may wait at one fault wait already')
  else if (early.ended) fault.held?.halfClosed(slot.held)
  return slot.held !== undefined
}

export function dropHeld(slot: HoldingSlot, state: 'left' | 'removed'): void {
  if (slot.held !== undefined) slot.fault.held?.drop(slot.held, state)
  slot.held = undefined
}
