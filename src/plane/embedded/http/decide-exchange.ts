import type { HeaderList } from '../../../contract/exchange.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { MatchedBody } from '../body-match.ts'
import type { Decision } from '../decision.ts'
import type { ExchangeUnit, SeenExchange } from './exchange-unit.ts'
import { valueOf } from './headers.ts'
import type { Watched } from './watched-exchange.ts'

/** A fault that acts on an exchange, with its draw. */
export interface Acting {
  readonly fault: AttachedFault
  readonly decision: Decision
}

export const NO_FAULTS: readonly Acting[] = Object.freeze([])

const NOTHING = new Uint8Array(0)

/** What conditions on a body judge: nothing where the head says that there is none; undefined where it is not here. */
export function matchedBody(headers: HeaderList, bytes: Uint8Array | undefined): MatchedBody | undefined {
  const known = bytes ?? (announcesBody(headers) ? undefined : NOTHING)
  const codings = headers.filter(([name]) => name.toLowerCase() === 'content-encoding').map(([, value]) => value)
  return known === undefined ? undefined : new MatchedBody(known, codings.join(','))
}

export function announcesBody(headers: HeaderList): boolean {
  if (valueOf(headers, 'transfer-encoding') !== undefined) return true
  return Number(valueOf(headers, 'content-length') ?? 0) !== 0
}

/** The size of its bodies is told to the faults that wait for so many bytes, when it is over. */
export function countBodies(watched: Watched, unit: SeenExchange): void {
  const { countedBy } = unit
  if (countedBy === undefined || countedBy.length === 0) return
  // The body may be large, and is of no use any more.
  const { id, connection, ordinal, client, openedAt, request } = unit
  const counted = { id, connection, ordinal, client, openedAt, request }
  const before = watched.counted
  watched.counted = (size) => {
    before?.(size)
    for (const fault of countedBy) fault.passed(counted, size)
  }
}

/** What a decision comes to for a head that none of them matched before: it is only counted. */
export function passBy(faults: readonly AttachedFault[]): readonly Acting[] {
  for (const fault of faults) if (fault.active) fault.passedOver('no_match')
  return NO_FAULTS
}

/** Once per request head, for all phases of the exchange: which faults act on it, in order. Serves both lanes. */
export function decideExchange(faults: readonly AttachedFault[], unit: ExchangeUnit): readonly Acting[] {
  let acting: Acting[] | undefined
  let unmatched = true
  for (const fault of faults) {
    if (fault.countsOf(unit)) {
      unmatched = false
      if (fault.bytesMissing(unit) > 0) (unit.countedBy ??= []).push(fault)
    }
    if (!fault.active) continue
    const passes = fault.passesBy(unit)
    unmatched &&= passes && fault.looksAtHeadAlone
    if (passes) continue
    const decision = fault.decide(unit)
    if (!decision.eligible || !fault.apply(unit, decision)) continue
    acting ??= []
    acting.push({ fault, decision })
  }
  unit.unmatched = unmatched
  return acting ?? NO_FAULTS
}
