import type { AttachedFault } from './attached-fault.ts'
import type { Link } from './link.ts'
import { NO_FAULTS } from './slot-chain.ts'
import { Slot, toHeld } from './slot.ts'

/** Brings a link's slots in line with the faults of its proxy. Slots that stay keep state, draws and place. */
export function syncLink(link: Link): void {
  const { unit } = link.owner
  const attached = faultsOf(link)
  const waits = (fault: AttachedFault): boolean => fault.countsOf(unit) && fault.bytesMissing(unit) > 0
  const faults = attached.some(waits) ? attached.filter((fault) => !waits(fault)) : attached
  const waiting = faults === attached ? NO_FAULTS : attached.filter(waits)
  const { countingFaults } = link.shop
  link.countedBy =
    countingFaults.length + waiting.length === 0 ? NO_FAULTS : [...waiting, ...countingFaults.filter(waits)]
  link.synced = link.shop.revision
  link.revision = link.countedBy.length > 0 ? -1 : link.synced
  link.now = link.slotClock.now()
  for (const slot of link.slots) if (!faults.includes(slot.fault)) deactivate(link, slot)
  if (link.done) return
  const known = new Map(link.slots.map((slot) => [slot.fault, slot]))
  if (reordered(link.slots, faults)) flush(link)
  const slots = faults.flatMap((fault) => known.get(fault) ?? meet(link, fault) ?? [])
  link.slots = slots
  link.chain = slots.length === 0 ? slots : slots.filter((slot) => slot.active)
  for (const slot of slots) {
    update(link, slot)
    gate(link, slot)
    if (link.done) return supersede(link)
  }
}

/** A fault ended the connection before others, which had met it and counted it, came to look. */
function supersede({ slots, owner }: Link): void {
  for (const { fault, decision, gate } of slots)
    if (gate === '' && decision.eligible) fault.tooLate(owner.unit, decision)
}

/** Those of the proxy, with those of this connection alone behind theirs. */
function faultsOf({ shop, stream, inserted }: Link): readonly AttachedFault[] {
  const faults = shop.faults[stream]
  if (inserted.length === 0) return faults
  const behind = (fault: AttachedFault): AttachedFault[] =>
    inserted.flatMap((one) => (one.behind === fault ? [one.fault] : []))
  return faults.flatMap((fault) => [fault, ...behind(fault)])
}

/** The fault and the connection meet. A fault that is switched off looks at nothing. */
function meet(link: Link, fault: AttachedFault): Slot | undefined {
  if (!fault.active) return undefined
  const { unit } = link.owner
  return new Slot(fault, fault.decide(unit), link, unit.client)
}

/** Takes up new attributes; what the slot holds is the kind's to decide about. */
function update(link: Link, slot: Slot): void {
  const before = slot.attributes
  const after = slot.fault.spec.attributes
  if (before === after) return
  slot.attributes = after
  if (!slot.active || slot.kind.update === undefined) return
  // Letting go at every move of a ramp would make of a delay the time between two moves.
  if (slot.fault.spec.moving === true && slot.kind.onMove === 'keep') return
  const items = link.take(slot)
  slot.arrival = link.now
  link.perform(link.chain.indexOf(slot), slot.kind.update(slot.at(link.now), before, items.map(toHeld)))
}

/** Switches the slot on or off where toxicity, dry run or the fault's window say so; the draw stays. */
function gate(link: Link, slot: Slot): void {
  const { fault } = slot
  const { unit } = link.owner
  if (fault.active && slot.decision.look !== fault.look) {
    slot.decision = fault.decide(unit, slot.decision)
    slot.gate = ''
    slot.applied = false
  }
  const now = fault.gate
  if (slot.gate === now) return
  slot.gate = now
  const wanted = fault.wants(slot.decision)
  if (!wanted && slot.active) return deactivate(link, slot)
  if (!fault.active || !slot.decision.eligible) return
  const acts = (wanted && slot.applied) || fault.apply(unit, slot.decision)
  slot.applied ||= acts
  if (acts && !slot.active) activate(link, slot)
  else if (!acts && slot.active) deactivate(link, slot)
}

function activate(link: Link, slot: Slot): void {
  slot.active = true
  link.chain = link.slots.filter((other) => other.active)
  const index = link.chain.indexOf(slot)
  // It starts where the stream stands at its place: behind what the slot before it let through.
  const before = link.chain[index - 1]
  slot.offset = before === undefined ? link.bytesIn : before.offset - before.heldBytes
  slot.arrival = link.now
  if (slot.kind.open !== undefined) link.perform(index, slot.kind.open(slot.at(link.now)))
}

/** Releases what the slot holds, or closes the connection when bytes were really lost there. */
function deactivate(link: Link, slot: Slot): void {
  if (!slot.active || link.done) return
  const index = link.chain.indexOf(slot)
  slot.active = false
  if (slot.held !== undefined) slot.fault.held?.drop(slot.held, 'removed')
  slot.held = undefined
  if (slot.kind.onDetach === 'close' && slot.lost > 0) {
    link.owner.linkClosed(link, slot.fault, 'fin')
    return
  }
  if (slot.paused) link.pausers--
  slot.paused = false
  link.release(index, slot)
  slot.arrival = link.now
  if (slot.kind.detach !== undefined && !link.done) {
    slot.turnTaken = false
    link.perform(index, slot.kind.detach(slot.at(link.now)))
    link.release(index, slot)
  }
  slot.wakeAt = slot.resetAt = Infinity
  link.chain = link.chain.filter((other) => other !== slot)
}

function reordered(slots: readonly Slot[], faults: readonly AttachedFault[]): boolean {
  const places = slots.map((slot) => faults.indexOf(slot.fault)).filter((place) => place >= 0)
  return places.some((place, i) => i > 0 && place < (places[i - 1] ?? 0))
}

/** Before slots change places, what they hold leaves: the oldest bytes are in the last slot. */
function flush(link: Link): void {
  for (let i = link.chain.length - 1; i >= 0 && !link.done; i--) {
    const slot = link.chain[i]
    if (slot !== undefined) link.release(link.chain.length - 1, slot)
  }
  // An end that one of them swallowed may now come to those that it has passed before.
  for (const slot of link.slots) slot.ended = false
}
