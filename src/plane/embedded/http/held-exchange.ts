import type { AttachedFault } from '../attached-fault.ts'
import { took } from '../took.ts'
import type { Acting } from './decide-exchange.ts'
import type { ExchangeUnit } from './exchange-unit.ts'
import type { Exchange } from './exchange.ts'
import type { Patience } from './patience.ts'

interface Waiting {
  readonly ordinal: number
  readonly patience: Patience
  /** Settles when something changed. @throws Abandoned when the caller has left */
  readonly wait: () => Promise<void>
}

/**
 * Holds an exchange at a fault until somebody lets it go, the fault goes, or the caller leaves.
 * @returns the fault that it meets instead of going on, if any
 */
export async function holdExchange(
  { lane: { connection }, head, faults }: Exchange,
  one: Acting,
  { ordinal, patience, wait }: Waiting,
): Promise<Acting | undefined> {
  const { fault } = one
  const { clock } = connection.shop
  const barrier = fault.barrier(clock)
  const askedAt = clock.now()
  const { unit: of } = connection
  const unit: ExchangeUnit = { ...of, id: `x${ordinal}`, connection: of.id, ordinal, request: head, body: undefined }
  let over = false
  let instead: AttachedFault | undefined
  const place = barrier.take({
    id: unit.id,
    connection: of.id,
    ordinal,
    client: of.client,
    bytes: () => 0,
    blind: () => false,
    letGo(given) {
      over = true
      instead = given
      patience.wake()
    },
  })
  if (place === undefined) {
    faults.leaveOut((other) => other === one, 'limit', 'as many as may wait at one fault wait already')
    return undefined
  }
  try {
    while (!over && !fault.gone && fault.active) await wait()
  } catch (error) {
    barrier.drop(place, 'left')
    throw error
  }
  barrier.drop(place, 'removed')
  took(fault, clock.now() - askedAt)
  if (instead === undefined) return undefined
  const decision = instead.decide(unit)
  if (!instead.apply(unit, decision)) return undefined
  const acting = { fault: instead, decision }
  faults.add(acting)
  return acting
}
