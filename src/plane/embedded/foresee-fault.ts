import type { AnyExchangeKind } from '../../contract/exchange.ts'
import type { Foreseen, IdleReason } from '../../contract/explain.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Unit } from './decision.ts'
import { failedCondition } from './match.ts'
import type { TriggerCounts } from './trigger-counts.ts'

/** What only the fault itself can tell, each asked when it is needed. */
interface Looks {
  /** Undefined where that depends on a body that is not there. */
  matches(): boolean | undefined
  trigger(): ReturnType<TriggerCounts['foresee']>
  draw(): number
}

/** What a fault would do with a request that nobody sent, and why not, if not. */
export function foreseeFault(fault: AttachedFault, unit: Unit, looks: Looks): Foreseen {
  const { name, kind, toxicity, match, enabled, appliesTo, dryRun, attributes } = fault.spec
  const self = { fault: name, kind, layer: fault.kind.layer, acts: false }
  const idle = (reason: IdleReason, why: string, more: Partial<Foreseen> = {}): Foreseen => ({
    ...self,
    reason,
    why,
    ...more,
  })
  if (self.layer !== 'exchange') return idle('layer', `${kind} acts on whole connections, whatever is asked on them`)
  if (!enabled) return idle('disabled', 'it is not enabled')
  const { awaited, over } = fault.opening
  if (awaited !== undefined) return idle('window', awaited.inWords)
  if (!fault.active) return idle('window', over ? 'its time is over' : 'it rests now')
  if (appliesTo === 'existing')
    return idle('no_match', 'it looks only at connections from before it was attached', { condition: 'applies_to' })
  if (looks.matches() === undefined) {
    const why = 'its match depends on the body, which is not given or cannot be looked at'
    return idle('body_not_available', why, { condition: 'body' })
  }
  const condition = match === undefined ? undefined : failedCondition(match, unit)
  if (condition !== undefined) return idle('no_match', `${condition} of its match does not hold`, { condition })
  const { count, admitted, room, missing } = looks.trigger()
  if (missing > 0) return idle('trigger', `it waits for ${missing} more bytes of what matches`)
  const draw = looks.draw()
  const known = { count, draw }
  if (!admitted) return idle('trigger', `its trigger leaves out number ${count} of those that match`, known)
  if (!fault.hits(draw)) {
    const { from, to } = fault.share ?? { from: 0, to: toxicity }
    return idle('toxicity', `the draw is ${draw}, and it acts from ${from} to below ${to}`, known)
  }
  if (dryRun) return idle('dry_run', 'it would act, were it not a dry run', known)
  if (!room) return idle('trigger', 'it acted as often as `times` allows', known)
  const ends = (fault.kind as AnyExchangeKind).takesAll?.(attributes) === true
  return { ...self, acts: true, why: 'everything holds', ...known, ...(ends ? { ends } : {}) }
}
