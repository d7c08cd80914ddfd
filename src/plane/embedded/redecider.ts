import type { DecisionFact, Fact } from '../../contract/events.ts'
import type { RequestHead } from '../../contract/exchange.ts'
import type { FaultSpec, Trigger } from '../../contract/model.ts'
import type { KindSource } from '../../contract/ports.ts'
import type { Redecided, Redecider } from '../../contract/redecider.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Decision, Unit } from './decision.ts'
import { Sightings } from './sightings.ts'
import { ProxyFaults } from './proxy-faults.ts'

/** Decisions know no time: windows are not asked. */
const STANDING: Clock = { now: () => 0, wall: () => 0, at: () => ({ cancel: () => undefined }), soon: () => undefined }

interface Stand {
  readonly faults: ProxyFaults
  /** Decisions about connections, which are looked at again when a fault changes. */
  readonly decided: Map<AttachedFault, Map<string, Decision>>
}

/**
 * Takes decisions again with what the plane takes them with. What a unit looked like and when it came is taken from
 * the journal, so matching and windows are not tried again.
 */
export function createRedecider(kinds: KindSource): Redecider {
  const stands = new Map<string, Stand>()
  let told: DecisionFact | undefined
  const sink = { emit: (fact: Fact) => void (told = fact.type === 'decision' ? fact : told) }
  return {
    setFaults(proxy, specs) {
      let stand = stands.get(proxy)
      if (stand === undefined) {
        const faults = new ProxyFaults(
          proxy,
          '',
          { clock: STANDING, sink, kinds, sightings: new Sightings() },
          () => undefined,
        )
        stands.set(proxy, (stand = { faults, decided: new Map() }))
      }
      stand.faults.set(specs.map(alwaysMatching))
      for (const fault of stand.decided.keys()) if (fault.gone) stand.decided.delete(fault)
    },
    resetCounters(proxy) {
      stands.get(proxy)?.faults.resetCounters()
    },
    forget(proxy, connection) {
      for (const decided of stands.get(proxy)?.decided.values() ?? []) decided.delete(connection)
    },
    decide(fact): Redecided | undefined {
      const stand = stands.get(fact.proxy)
      const fault = stand?.faults.find(fact.fault)
      if (stand === undefined || fault === undefined) return undefined
      told = undefined
      const unit = unitOf(fact, fault)
      const known = stand.decided.get(fault)?.get(unit.id)
      const decision = known ?? fault.decide(unit, undefined, () => fact.key?.nth ?? 1)
      if (known === undefined && unit.request === undefined) {
        stand.decided.set(fault, (stand.decided.get(fault) ?? new Map<string, Decision>()).set(unit.id, decision))
      }
      if (decision.eligible) {
        // That another fault was quicker is nothing that this one decided.
        if (fact.outcome === 'superseded') fault.tooLate(unit, decision)
        else fault.apply(unit, decision)
      }
      const { draw = decision.draw, acts, outcome = 'trigger' } = told ?? ({} as Partial<DecisionFact>)
      return { draw, acts: acts ?? [fault.range.from, fault.range.to], outcome }
    },
  }
}

const alwaysMatching = (spec: FaultSpec): FaultSpec => ({
  ...spec,
  match: undefined,
  trigger: countsOf(spec.trigger),
  appliesTo: 'both',
  enabled: true,
})

/** Bytes and sightings that a trigger waited for had come when the decision was taken. */
function countsOf(trigger: Trigger | undefined): Trigger | undefined {
  if (typeof trigger?.after !== 'object') return trigger
  const { after, ...rest } = trigger
  return after.count === undefined ? rest : { ...rest, after: { count: after.count } }
}

function unitOf({ connection, ordinal, client, carrier, key }: DecisionFact, { kind }: AttachedFault): Unit {
  const base = { id: connection, ordinal, client, openedAt: 0 }
  if (kind.layer !== 'exchange') return base
  const headers = key?.header === undefined || key.value === undefined ? [] : [[key.header, key.value] as const]
  const request: RequestHead = { method: '', target: '', path: '', query: undefined, version: '1.1', headers }
  return { ...base, request, ...(carrier === undefined ? {} : { connection: carrier }) }
}
