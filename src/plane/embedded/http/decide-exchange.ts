import type { RequestHead } from '../../../contract/exchange.ts'
import type { AttachedFault } from '../attached-fault.ts'
import type { Decision, Unit } from '../decision.ts'

/** A fault that acts on an exchange, with its draw. */
export interface Acting {
  readonly fault: AttachedFault
  readonly decision: Decision
}

/** An exchange, as faults look at it. */
export interface ExchangeUnit extends Unit {
  readonly request: RequestHead
}

export const NO_FAULTS: readonly Acting[] = Object.freeze([])

/** Once per request head, for all phases of the exchange: which faults act on it, in order. Serves both lanes. */
export function decideExchange(faults: readonly AttachedFault[], unit: ExchangeUnit): readonly Acting[] {
  let acting: Acting[] | undefined
  for (const fault of faults) {
    if (!fault.active) continue
    const decision = fault.decide(unit)
    if (!decision.eligible || !fault.apply(unit, decision)) continue
    acting ??= []
    acting.push({ fault, decision })
  }
  return acting ?? NO_FAULTS
}
