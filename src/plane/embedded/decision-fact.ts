import type { DecisionFact } from '../../contract/events.ts'
import type { Key } from '../../contract/model.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Decision, Unit } from './decision.ts'
import { keyOf } from './key-of.ts'

/** What a decision rests on besides its unit. */
export type Drawn = Pick<Decision, 'draw' | 'nth'>

/** What the journal is told of a decision: enough to take it again. */
export function decisionFact(
  { spec, proxy, range }: Pick<AttachedFault, 'spec' | 'proxy' | 'range'>,
  unit: Unit,
  { draw, nth }: Drawn,
  outcome: DecisionFact['outcome'],
): DecisionFact {
  const { name, kind, stream, key } = spec
  return {
    type: 'decision',
    proxy,
    fault: name,
    kind,
    connection: unit.id,
    ordinal: unit.ordinal,
    client: unit.client,
    ...(unit.connection === undefined ? {} : { carrier: unit.connection }),
    ...(stream === undefined ? {} : { stream }),
    ...(key === undefined || nth === undefined ? {} : { key: toldKey(key, unit, nth) }),
    draw,
    acts: [range.from, range.to],
    outcome,
  }
}

/** Longer ones would make a journal of headers. */
const LONGEST_VALUE = 256

function toldKey(key: Key, unit: Unit, nth: number): NonNullable<DecisionFact['key']> {
  const value = keyOf(key, unit)
  return {
    ...(key.header === undefined ? {} : { header: key.header }),
    ...(value === undefined || value.length > LONGEST_VALUE ? {} : { value }),
    nth,
  }
}
